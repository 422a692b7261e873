"""Ways of taking a guard away, for a test alone: rows without rules, roles for all, functions that nod."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import Connection, text

from api.sessions import Session, Sessions
from core.actors import Actor, Role
from core.ids import DepartmentId
from storage.database import Database
from tests.attacks.attack import Guard

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

EVERYWHERE = frozenset({DepartmentId("hoken-nenkin"), DepartmentId("shimin"), DepartmentId("zeimu")})


def nods(*_: object, **__: object) -> bool:
    """Agree to everything."""
    return True


def shakes(*_: object, **__: object) -> bool:
    """Find nothing wrong with anything."""
    return False


def rows(*tables: str) -> Guard:
    """The row-level security of some tables."""

    @contextmanager
    def away(hall: AttackedHall) -> Generator[None]:
        _alter(hall, tables, "DISABLE")
        try:
            yield
        finally:
            _alter(hall, tables, "ENABLE")

    return Guard(name=f"row-level security of {', '.join(tables)}", away=away)


def _alter(hall: AttackedHall, tables: tuple[str, ...], how: str) -> None:
    with hall.owner.begin() as connection:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY"))


def both(*guards: Guard) -> Guard:
    """Guards that say the same twice: what one of them lets through, the other still stops."""

    @contextmanager
    def away(hall: AttackedHall) -> Generator[None]:
        with ExitStack() as stack:
            for guard in guards:
                stack.enter_context(guard.away(hall))
            yield

    return Guard(name=" and ".join(one.name for one in guards), away=away)


def patched(place: object, name: str, instead: object) -> Guard:
    """Something of a module or a class, replaced."""

    @contextmanager
    def away(_hall: AttackedHall) -> Generator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place, name, instead)
            yield

    return Guard(name=f"{getattr(place, '__name__', place)}.{name}", away=away)


def without(place: object, name: str, condition: str, instead: str = "") -> Guard:
    """A statement of ours, without one of its conditions."""

    @contextmanager
    def away(_hall: AttackedHall) -> Generator[None]:
        whole = getattr(place, name).text
        assert condition in whole, f"{name} has no such condition any more"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place, name, text(whole.replace(condition, instead)))
            yield

    return Guard(name=f"{getattr(place, '__name__', place)}.{name}: {condition.strip()}", away=away)


def overridden(dependency: Callable[..., Any], instead: Callable[..., Any]) -> Guard:
    """Something that routes ask for, replaced by something less strict."""

    @contextmanager
    def away(hall: AttackedHall) -> Generator[None]:
        hall.app.dependency_overrides[dependency] = instead
        try:
            yield
        finally:
            del hall.app.dependency_overrides[dependency]

    return Guard(name=f"{dependency.__module__}.{dependency.__name__}", away=away)


def wired(name: str, state: str, make: Callable[[AttackedHall], Any]) -> Guard:
    """A part of the console, wired otherwise."""

    @contextmanager
    def away(hall: AttackedHall) -> Generator[None]:
        before = getattr(hall.app.state, state)
        setattr(hall.app.state, state, make(hall))
        try:
            yield
        finally:
            setattr(hall.app.state, state, before)

    return Guard(name=name, away=away)


class EverybodyIs(Sessions):
    """Sessions that give everybody the same roles, in every department."""

    roles: frozenset[Role] = frozenset()

    def find(self, cookie: str, *, touch: bool = True) -> Session | None:
        """Return who it is, promoted."""
        found = super().find(cookie, touch=touch)
        return found and replace(found, actor=promoted(found.actor, self.roles))


def promoted(actor: Actor, roles: frozenset[Role]) -> Actor:
    """Return somebody with these roles everywhere."""
    return replace(actor, roles=roles, departments=EVERYWHERE)


Kind = TypeVar("Kind", bound=Sessions)


def sessions_of(hall: AttackedHall, kind: type[Kind]) -> Kind:
    """Make sessions of another kind for the same hall."""
    parts = hall.office.parts
    return kind(parts.database, parts.clock, parts.settings, parts.profile.with_those_below)


def everybody_is(*roles: Role) -> Guard:
    """What roles and departments a person has: it bounds pages and rows alike."""

    def make(hall: AttackedHall) -> Sessions:
        sessions = sessions_of(hall, EverybodyIs)
        sessions.roles = frozenset(roles)
        return sessions

    return wired(f"what roles and departments a person has ({', '.join(roles)})", "sessions", make)


class SplicingDatabase:
    """A database whose statements get words as part of themselves, as if nothing were bound."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def begin(self, actor: Actor | None = None) -> Generator[Any]:
        """Open a transaction like the real one."""
        with self._database.begin(actor) as connection:
            yield Splicing(connection)


class Splicing:
    """A connection that writes words into its statements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: Any, values: Any = None) -> Any:  # noqa: ANN401  stands for SQLAlchemy's own
        """Do it, with every word among the values put between quotation marks."""
        words = {name: one for name, one in (values or {}).items() if isinstance(one, str)}

        def spliced(found: re.Match[str]) -> str:
            return "'" + words[found[1]].replace(":", "\\:") + "'" if found[1] in words else found[0]

        whole = re.sub(r"(?<!:):(\w+)", spliced, statement.text)
        rest = {name: one for name, one in (values or {}).items() if name not in words}
        return self._connection.execute(text(whole), rest)


BOUND = wired(
    "bound parameters",
    "parts",
    lambda hall: replace(
        hall.office.parts,
        database=SplicingDatabase(hall.office.parts.database),  # type: ignore[arg-type]
    ),
)
