"""Somebody from outside the hall on a call (外部の方): an interpreter, a lawyer, the police, the family.

Whoever it is hears that the call is recorded before being joined. The leg's name follows from the call alone;
the number is in it nowhere, and stands sealed, as a caller's does, in the order that asked for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.ids import CallId, LegId

PREFIX = "ot-"


class Stage(StrEnum):
    """How far somebody has come."""

    RINGING = "ringing"
    TELLING = "telling"  # hears that the call is recorded
    ENTERING = "entering"  # is being put into the call's bridge
    HERE = "here"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """One party from outside the hall, from the first ring to the end."""

    leg: LegId
    party: str
    """Who it is in the profile; empty for a number that was typed."""
    sealed: str
    """The number, sealed and written in base64."""
    rung_at: datetime
    by: str | None = None
    """The account that asked; None: asked at the desk phone."""
    stage: Stage = Stage.RINGING
    first: bool = False
    """The caller was put on hold so that operator and party talk alone first; nobody coming ends that."""
    words: str | None = None
    """The playback that tells of the recording."""
    answered_at: datetime | None = None
    told_at: datetime | None = None
    """The announcement's end, as Asterisk said; None if nothing was recorded, or nothing said."""
    joined_at: datetime | None = None
    left_at: datetime | None = None
    result: str | None = None
    """Why it is over (`bringing_in`)."""


def outside_leg(call: CallId, number: int) -> LegId:
    """Name the leg of the n-th party from outside the hall that was called for a call."""
    return LegId(f"{PREFIX}{call}-{number}")


def is_outside_leg(leg: str) -> bool:
    """Say whether a channel was made by us to call somebody outside the hall."""
    return leg.startswith(PREFIX)
