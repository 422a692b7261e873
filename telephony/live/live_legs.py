"""Names of the channels that bring one side of a call to the recogniser. They belong to nobody's talk.

Such a channel hears one leg and is heard by none. It ends by itself with the leg it hears, and when the
recogniser closes its stream; what is left over in our application is hung up by reconciliation.
"""

from __future__ import annotations

from core.ids import CallId

PREFIX = "lv-"


def live_leg(call: CallId, track: str, stream: str) -> str:
    """Name the channel of a stream; ``stream`` is a few letters that no other one of the call has."""
    return f"{PREFIX}{call}-{track}-{stream}"


def is_live_leg(channel: str) -> bool:
    """Say whether a channel brings sound to the recogniser."""
    return channel.startswith(PREFIX)
