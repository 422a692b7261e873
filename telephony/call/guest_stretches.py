"""Which supervisor was with an operator, how, from when until when. Pure; follows from the events alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.ids import LegId, PhoneId
from telephony.call.call import Call, Phase
from telephony.call.guest import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestStretch:
    """One stretch of one supervisor on a call, in one mode."""

    leg: LegId
    phone: PhoneId
    mode: Mode
    since: datetime
    until: datetime | None = None


def follow_guests(stretches: tuple[GuestStretch, ...], call: Call, at: datetime) -> tuple[GuestStretch, ...]:
    """Begin and end stretches by what has changed at a moment."""
    here = {
        (one.leg, one.mode): one.phone
        for one in call.guests
        if one.mode is not None and call.phase is not Phase.ENDED
    }
    going_on = {(one.leg, one.mode) for one in stretches if one.until is None}
    known = tuple(
        replace(one, until=at) if one.until is None and (one.leg, one.mode) not in here else one
        for one in stretches
    )
    new = tuple(
        GuestStretch(leg=leg, phone=phone, mode=mode, since=at)
        for (leg, mode), phone in here.items()
        if (leg, mode) not in going_on
    )
    return known + new
