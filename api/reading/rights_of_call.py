"""What the page of a call says of rights that are narrow or short: marks, restrictions, urgent openings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from api.reading.calls import CallSeen
from core.actors import Actor, Role
from core.profile.rights import Rights
from storage.mark_listening import Listener, listeners_of, may_hear_around_marks, who_may_listen
from storage.restrictions import RestrictedGroup, Restriction, groups_of, restrictions_of
from storage.urgent_openings import opened_until
from storage.wrap_ups import wrap_up_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundMarksSeen:
    """Who hears the moments around the marks, and whom a supervisor may name."""

    may_hear: bool
    listeners: list[Listener]
    colleagues: list[Listener]

    @property
    def anything(self) -> bool:
        """Whether there is something to show."""
        return bool(self.may_hear or self.listeners or self.colleagues)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionSeen:
    """What keeps a call to a group, and the groups that it could be kept to."""

    placed: list[Restriction]
    groups: list[RestrictedGroup]
    press: UUID

    @property
    def stands(self) -> bool:
        """Whether it is under a restriction now."""
        return any(one.lifted_at is None for one in self.placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsOfCall:
    """All of it. None where it is nothing to this person."""

    urgent_until: datetime | None
    around_marks: AroundMarksSeen | None
    restriction: RestrictionSeen | None


def rights_of_call(connection: Connection, actor: Actor, call: CallSeen, rules: Rights) -> RightsOfCall:
    """Return what this person may do with a call by such a right, or has done.

    Args:
        connection: under the person's rights; a transaction for this alone, since it asks by marks
        actor: the person
        call: as they see it
        rules: the city's
    """
    at_home = call.department in actor.departments
    supervises = at_home and actor.has(Role.SUPERVISOR)
    restriction = None
    if supervises:
        restriction = RestrictionSeen(
            placed=restrictions_of(connection, call.id), groups=groups_of(connection), press=uuid4()
        )
    around = None
    to_hear = rules.around_marks and at_home and call.marks and call.ended_at and not call.closed_for_use
    if to_hear and wrap_up_of(connection, call.id) is None:
        around = AroundMarksSeen(
            listeners=listeners_of(connection, call.id),
            colleagues=who_may_listen(connection, call.id) if supervises else [],
            may_hear=may_hear_around_marks(connection, call.id),
        )
    return RightsOfCall(
        urgent_until=opened_until(connection, actor, call.id) if call.urgent else None,
        around_marks=around if around and around.anything else None,
        restriction=restriction,
    )
