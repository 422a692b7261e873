"""A supervisor on somebody else's call: listening, whispering, speaking with both, or taking it over.

Names follow from the call and the phone, so whoever finds a leg, a snoop or a bridge knows whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.ids import CallId, LegId, PhoneId


class Mode(StrEnum):
    """How a supervisor is on the call; the names are those of the orders."""

    LISTEN = "listen"  # hears both, nobody hears the supervisor
    WHISPER = "whisper"  # hears both, only the operator hears the supervisor
    BARGE = "barge"  # all three hear each other; the caller is told first
    TAKE_OVER = "take-over"  # becomes the call's operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One supervisor's phone on a call."""

    leg: LegId
    phone: PhoneId
    wish: Mode
    """What was ordered last and could be had."""
    order: str | None = None
    """The order that waits for its answer."""
    up: bool = False
    """The phone was picked up."""
    mode: Mode | None = None
    """How it is on the call now; None while it is being brought there."""
    snoops: int = 0
    snoop: LegId | None = None
    """What lets it hear the operator's leg; None in the bridge, and while there is no operator."""
    heard: LegId | None = None
    """The operator's leg that the snoop is on."""
    words: str | None = None
    """The playback that tells the caller before the supervisor comes in."""

    @property
    def bridge(self) -> str:
        """The bridge in which this supervisor hears without being in the call's."""
        return f"sb-{self.leg.removeprefix('sv-')}"

    def next_snoop(self) -> LegId:
        """Name the next snoop; a new one each time, because late events speak of the one before."""
        return LegId(f"sn-{self.leg.removeprefix('sv-')}~{self.snoops + 1}")


def guest_leg(call: CallId, phone: PhoneId, number: int) -> LegId:
    """Name the leg of the n-th supervisor's phone that was rung for a call."""
    return LegId(f"sv-{call}-{phone}~{number}")
