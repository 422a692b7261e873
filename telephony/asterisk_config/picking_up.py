"""代理応答 (group pick-up): a call that rings on an empty desk is fetched by a colleague's phone, by a code.

Only calls that ring for a citizen can be fetched: consultation lines, calls for help, colleagues' own calls
and supervisors on their way stay with the phones they were meant for. What the dialplan serves alone it joins
itself; for every other call it offers the phone to us, and we take it in as we take in a colleague.
"""

from __future__ import annotations

from core.ids import PhoneId
from core.profile.model import CityProfile, Phone
from telephony.asterisk_config.plan import CLAIM_MILLISECONDS, BadPbxPlan, PbxPlan
from telephony.asterisk_config.steps import priorities

FETCH_RINGING = "fetch-ringing"
"""Context of a phone that dialled the code, and the argument with which it comes to who claims it."""

WAITS_TO_TALK = "waits-to-talk"
"""Context of a phone that we claimed, until it is joined with the call."""

MAY_BE_FETCHED = "b(may-be-fetched^s^1)"
"""Option of Dial: what it rings can be fetched. Given to the legs, so no phone has it of itself."""

_WAIT_SECONDS = 5
_BUSY = 17
"""Q.850 cause: the phone plays the tone by which a colleague hears that nothing was there."""
_LONGEST = 6000
"""Characters of one setting; Asterisk cuts a line of its files after 8191 without a word."""


def fetched_phones(profile: CityProfile, phone: PhoneId) -> tuple[PhoneId, ...]:
    """Say at which phones a phone may fetch a ringing call. Practice phones fetch practice calls alone."""
    here = profile.phone(phone)
    if here is None:
        return ()
    departments = (here.department,) if here.pickup_departments is None else here.pickup_departments
    practises = _practises(profile, phone)
    return tuple(
        one.id
        for one in profile.phones
        if one.department in departments and _practises(profile, one.id) is practises
    )


def pickup_groups(profile: CityProfile, phone: Phone) -> str:
    """Write `fetched_phones` as an endpoint wants it: each phone is a group of its own.

    Raises BadPbxPlan when Asterisk could not read as many.
    """
    groups = ",".join(fetched_phones(profile, phone.id))
    if len(groups) > _LONGEST:
        raise BadPbxPlan(
            f"電話機「{phone.id}」の pickup_departments の課を減らしてください（電話機が多すぎます）。"
        )
    return groups


def render_picking_up(plan: PbxPlan) -> str:
    """Return the sections: a phone that dialled the code, one that waits, and a leg that may be fetched."""
    fetch = priorities(
        "s",
        # Ends here when something was there; the phone then stands in the place of the one that rang.
        "Pickup()",
        f"StasisBroadcast({CLAIM_MILLISECONDS},^{plan.application_prefix},{FETCH_RINGING})",
        f"Hangup({_BUSY})",
    )
    waits = priorities("s", f"Wait({_WAIT_SECONDS})", f"Hangup({_BUSY})")
    may = priorities("s", "Set(CHANNEL(namedcallgroup)=${CHANNEL(endpoint)})", "Return()")
    return f"[{FETCH_RINGING}]\n{fetch}\n[{WAITS_TO_TALK}]\n{waits}\n[may-be-fetched]\n{may}"


def _practises(profile: CityProfile, phone: PhoneId) -> bool:
    """Say whether a phone rings for practice lines alone."""
    lines = [line for line in profile.lines if phone in line.phones]
    return bool(lines) and all(line.practice for line in lines)
