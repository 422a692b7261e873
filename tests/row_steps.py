"""People and a program of two departments, and what each of them can do to a row; said in SQL."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import AccountId
from storage.database import Database
from tests.fixtures_vault import TAX, WELFARE, actor

SATO, SUZUKI = actor(Role.OPERATOR), actor(Role.OPERATOR)
CHIEF, DEPUTY = actor(Role.SUPERVISOR), actor(Role.SUPERVISOR)
BOTH = actor(Role.SUPERVISOR, Role.OPERATOR)
ELSEWHERE = actor(Role.SUPERVISOR, departments=frozenset({WELFARE}))
MACHINE = actor(Role.ADMINISTRATOR, departments=frozenset({TAX}))
PROGRAM = Actor(account=AccountId(uuid4()), roles=frozenset({Role.OPERATOR}), departments=frozenset({TAX}))
PEOPLE = {"sato": SATO, "suzuki": SUZUKI, "chief": CHIEF, "deputy": DEPUTY, "both": BOTH,
          "elsewhere": ELSEWHERE, "machine": MACHINE}  # fmt: skip
EVERYBODY = PEOPLE | {"program": PROGRAM}
Do = Callable[..., int]
"""Says a statement as somebody; returns how many rows it touched or found, None for a refusal."""


def write(database: Database, statement: str, **values: object) -> UUID:
    """Write a row as the worker does; returns its id."""
    row = uuid4()
    with database.begin() as connection:
        connection.execute(text(statement), {"id": row} | values)
    return row


def who_can(act: Do, statement: str, row: UUID) -> set[str]:
    """Try a change as everybody, the last one first by name; who can, changes it for good."""
    return {name for name, who in EVERYBODY.items() if act(who, statement, id=row)}
