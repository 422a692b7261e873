"""The port to what performs commands: Asterisk through ARI in life, a small fake in unit tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from telephony.call import commands as do
from telephony.call import events as on


class TelephoneSystem(Protocol):
    """Performs commands. What it cannot do comes back as events; it raises only for faults of ours."""

    async def perform(self, command: do.Command) -> Sequence[on.CallEvent]:
        """Perform one command of a call and return what became of it at once."""
        ...
