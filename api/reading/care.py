"""What the pages of 休みと声かけ show: a person their own, a superior whom they are to look after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.actors import Actor, Role
from core.ids import AccountId
from core.profile.model import CityProfile
from incidents.care import Check, next_check
from storage.care import CareSeen, care_seen, only_one_free, people_of, rests_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A request, and the check of it that is to be shown now, if any."""

    seen: CareSeen
    check: Check | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDesk:
    """What the operator's page shows."""

    rests_until: datetime | None
    only_one: bool
    """Nobody else of their lines is free: the next call rings here."""
    superiors: list[tuple[AccountId, str]]
    check: Check | None
    """A few days, a week, a month have passed since they asked, and they are thought of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePage:
    """What the page shows."""

    desk: CareDesk
    own: list[Reminder]
    theirs: list[Reminder]
    people: list[tuple[AccountId, str]]
    """Whom this superior may let rest."""
    superior: bool


def care_page(connection: Connection, actor: Actor, profile: CityProfile, now: datetime) -> CarePage:
    """Read the page under the rights of who asks."""
    seen = [Reminder(seen=one, check=_check(one, now)) for one in care_seen(connection, now)]
    superior = actor.has(Role.SUPERVISOR)
    people = people_of(connection, Role.OPERATOR.value, actor.departments, actor.account, now)
    return CarePage(
        desk=desk_of(connection, actor, profile, now),
        own=[one for one in seen if one.seen.person == actor.account],
        theirs=sorted(
            (one for one in seen if one.seen.person != actor.account), key=lambda one: one.check is None
        ),
        people=people if superior else [],
        superior=superior,
    )


def desk_of(connection: Connection, actor: Actor, profile: CityProfile, now: datetime) -> CareDesk:
    """Read what stands beside the operator's calls."""
    until = rests_until(connection, actor.account, now)
    phones = [
        phone
        for line in profile.lines
        if actor.phone is not None and actor.phone in line.phones
        for phone in line.phones
    ]
    own = [one for one in care_seen(connection, now) if one.person == actor.account and one.ended_at is None]
    checks = [check for one in own if (check := _check(one, now)) is not None and check.days]
    return CareDesk(
        rests_until=until,
        only_one=until is not None and bool(phones) and only_one_free(connection, phones),
        superiors=superiors_of(connection, actor, profile, now),
        check=max(checks, key=lambda one: one.days, default=None),
    )


def superiors_of(
    connection: Connection, actor: Actor, profile: CityProfile, now: datetime
) -> list[tuple[AccountId, str]]:
    """Return who may be told: the supervisors of the own departments, and of those above them."""
    above = [one.id for one in profile.departments if profile.with_those_below([one.id]) & actor.departments]
    return people_of(connection, Role.SUPERVISOR.value, above, actor.account, now)


def _check(seen: CareSeen, now: datetime) -> Check | None:
    if seen.ended_at is not None:
        return None
    checks = (
        Check(days=one.days, due_at=one.due_at, done_at=one.done_at, put_off_until=one.put_off_until)
        for one in seen.checks
    )
    return next_check(checks, now)
