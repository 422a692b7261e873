"""Who took part in a call besides the caller, from when until when. Pure; follows from the events alone.

Words on the hall's track belong to whoever was on it at that second. Where nobody was, or nobody knows who
sat at that phone, they are nobody's (不明): nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.ids import LegId, PhoneId
from telephony.call.call import Call, Phase
from telephony.call.guest import Mode
from telephony.call.outside import Stage


class Part(StrEnum):
    """As what somebody took part."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    THIRD_PARTY = "third-party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One stretch of one leg on the call."""

    leg: LegId
    part: Part
    phone: PhoneId | None
    joined_at: datetime
    left_at: datetime | None = None


def present(call: Call) -> Mapping[LegId, tuple[Part, PhoneId | None]]:
    """Say who can talk with the caller as the call stands: nobody while the caller is held.

    A colleague who is asked first (取次) is not on the caller's track before the call is passed on.
    """
    if call.phase is not Phase.TALKING or call.operator is None or call.held_since is not None:
        return {}
    supervisors = {
        one.leg: (Part.SUPERVISOR, one.phone) for one in call.guests if one.mode is one.wish is Mode.BARGE
    }
    outside = {one.leg: (Part.THIRD_PARTY, None) for one in call.outsiders if one.stage is Stage.HERE}
    return {call.operator.leg: (Part.OPERATOR, call.operator.phone), **supervisors, **outside}


def follow(parties: tuple[Party, ...], call: Call, at: datetime) -> tuple[Party, ...]:
    """Begin and end stretches by what has changed at a moment."""
    here = present(call)
    going_on = {one.leg for one in parties if one.left_at is None}
    known = tuple(
        replace(one, left_at=at) if one.left_at is None and one.leg not in here else one for one in parties
    )
    new = tuple(
        Party(leg=leg, part=part, phone=phone, joined_at=at)
        for leg, (part, phone) in here.items()
        if leg not in going_on
    )
    return known + new
