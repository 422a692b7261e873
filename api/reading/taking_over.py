"""Who could take a call over from its operator: free colleagues at a phone, those who may decide last.

Source: 品川区 対応要領 第7章 TYPE6 (決定権を持つ職員に対応させない). Read under the rights of who looks:
supervisors know the seats of people of their own departments. Whoever comes may hear the call afterwards,
so only people of the call's department are named.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from api.reading.calls import CallSeen
from core.ids import AccountId, PhoneId
from core.profile.model import CityProfile
from storage.seats import seats_now

# At work with a call: rung for one, talking, with somebody as a supervisor, or rung for help.
_AT_WORK = text("""
    SELECT unnest(ringing_phones) FROM calls WHERE ended_at IS NULL
    UNION SELECT operator_phone FROM calls
     WHERE ended_at IS NULL AND connected_at IS NOT NULL
       AND coalesce(aside, '') NOT IN ('passed-on', 'coming-back')
    UNION SELECT g.phone FROM call_guests g JOIN calls c ON c.id = g.call_id
     WHERE g.until IS NULL AND c.ended_at IS NULL
    UNION SELECT rung[cardinality(rung)] FROM help_requests
     WHERE ringing_since IS NOT NULL AND closed_at IS NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who sits at a phone and is free."""

    phone: PhoneId
    name: str
    head: bool
    """With power of decision: reminded before, and asked last."""


def who_could_take_over(
    connection: Connection, call: CallSeen, profile: CityProfile, *, viewer: AccountId, now: datetime
) -> list[Colleague]:
    """Return whom a supervisor may ask to take a call over, in the order in which they are to be asked.

    Those without power of decision come first, in the order of the profile's phones; heads follow.
    """
    at_work = {str(one) for one in connection.execute(_AT_WORK).scalars() if one}
    here = {one.phone: one for one in seats_now(connection, now)}
    heads = profile.supervision.heads
    found = [
        Colleague(phone=phone, name=seat.name, head=phone in heads)
        for phone in _phones_for(profile, practice=call.practice)
        if (seat := here.get(phone)) is not None
        and seat.account != viewer
        and call.department in seat.departments
        and phone not in at_work
    ]
    return sorted(found, key=lambda one: one.head)


def _phones_for(profile: CityProfile, *, practice: bool) -> Collection[PhoneId]:
    """Return the phones in the profile's order; practice takes nobody from their work, nor the other way."""
    practising = {phone for line in profile.lines if line.practice for phone in line.phones}
    practising -= {phone for line in profile.lines if not line.practice for phone in line.phones}
    return [one.id for one in profile.phones if (one.id in practising) is practice]
