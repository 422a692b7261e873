"""The priority that telephony has in service, for a bench that leads calls itself."""

from __future__ import annotations

import os
from contextlib import suppress

from runtime.niceness import set_niceness
from runtime.processes import TELEPHONY_NICE
from runtime.real_time import LEADING_CALLS, give_real_time, stay_harmless


def take_priority() -> None:
    """Take the priority that the supervisor gives the real process, as far as this machine gives it."""
    with suppress(PermissionError):
        set_niceness(os.getpid(), TELEPHONY_NICE)
    with suppress(PermissionError):
        give_real_time(os.getpid(), LEADING_CALLS)
        stay_harmless()
