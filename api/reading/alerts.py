"""What the pages of 庁内警報 need of a call and of whoever looks, under the rights of whoever looks."""

from __future__ import annotations

from sqlalchemy import Connection, text

from core.actors import Actor
from core.errors import NotFound
from core.ids import CallId, DepartmentId
from core.profile.model import CityProfile
from incidents.alert import CallFacts

_FACTS = text("""
    SELECT department, agency, caller_class, practice, direction = 'in' AS incoming
      FROM calls WHERE id = :call AND department = ANY (rights.departments())
""")


def agencies_of(profile: CityProfile, actor: Actor) -> frozenset[str]:
    """Return the 実施機関 that somebody works for."""
    return frozenset(one.agency for one in profile.departments if one.id in actor.departments)


def facts_of_call(connection: Connection, call: CallId) -> CallFacts:
    """Return what counts of a call of the asker's own departments.

    Raises:
        NotFound: there is none, or it is not theirs
    """
    row = connection.execute(_FACTS, {"call": call}).one_or_none()
    if row is None:
        raise NotFound
    return CallFacts(
        department=DepartmentId(row.department),
        agency=row.agency,
        caller_class=row.caller_class,
        practice=row.practice,
        incoming=row.incoming,
    )
