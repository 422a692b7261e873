"""Stretches of a call: ringing, on hold, not recorded any more. Pure; they follow from the events alone.

What lies in such a stretch on the recording is ringing tone or music, and nobody's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from telephony.call.call import Call, Phase


class StretchKind(StrEnum):
    """What a stretch is; the names stand in rows."""

    RINGING = "ringing"
    HOLD = "hold"
    NOT_RECORDED = "not-recorded"  # from a refusal on (録音拒否)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From when until when; None while it lasts."""

    kind: StretchKind
    began_at: datetime
    ended_at: datetime | None = None


def going_on(call: Call) -> Mapping[StretchKind, bool]:
    """Say which stretches a call is in as it stands."""
    return {
        StretchKind.RINGING: call.phase is Phase.CONNECTING,
        StretchKind.HOLD: call.phase is Phase.TALKING and call.held_since is not None,
        StretchKind.NOT_RECORDED: call.phase is not Phase.ENDED and call.recording.stopped_at is not None,
    }


def follow_stretches(stretches: tuple[Stretch, ...], call: Call, at: datetime) -> tuple[Stretch, ...]:
    """Begin and end stretches by what has changed at a moment."""
    here = going_on(call)
    open_kinds = {one.kind for one in stretches if one.ended_at is None}
    known = tuple(
        replace(one, ended_at=at) if one.ended_at is None and not here[one.kind] else one for one in stretches
    )
    new = tuple(
        Stretch(kind=kind, began_at=at) for kind, is_on in here.items() if is_on and kind not in open_kinds
    )
    return known + new


def aside_of(call: Call) -> str | None:
    """Say in one word what keeps operator and caller apart, for whoever looks at the live call."""
    if call.transfer is not None and call.phase in (Phase.CONNECTING, Phase.JOINING):
        return "coming-back" if call.transfer.returning else "passed-on"
    if call.phase is not Phase.TALKING:
        return None
    if call.consult is not None and not call.consult.fetching:
        return "asking" if call.consulted is None else "asked"
    return "held" if call.held_since is not None else None
