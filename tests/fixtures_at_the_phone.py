"""A person at a desk phone of the town hall, and the calls that ring or go on there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from core.ids import AccountId, CallId

if TYPE_CHECKING:  # pytest loads the rooms' fixtures itself, and wants to be the first to
    from tests.fixtures_console import Visitor
    from tests.office import Office


@pytest.fixture
def sit(visitor: Callable[[AccountId], Visitor]) -> Callable[[AccountId, str], Visitor]:
    """Sign somebody in at a phone: ``sit(account, "hoken1")``."""

    def at(account: AccountId, phone: str) -> Visitor:
        person = visitor(account)
        person.post("/phone", phone=phone)
        return person

    return at


def rings(office: Office, name: str = "now", **facts: object) -> CallId:
    """Let a call ring at the phone hoken1."""
    row: dict[str, object] = {
        "ended_at": None, "outcome": None, "phase": "connecting", "notice": "pending",
        "arrived_at": datetime.now(UTC), "connected_at": None, "operator_phone": None,
        "ringing_phones": ["hoken1"],
    }  # fmt: skip
    return office.call(name, **(row | facts))


def talks(office: Office, operator: AccountId | None, name: str = "now", **facts: object) -> CallId:
    """Let a call go on at the phone hoken1, two minutes old."""
    now = datetime.now(UTC)
    row: dict[str, object] = {
        "ended_at": None, "outcome": None, "phase": "talking", "notice": "pending",
        "arrived_at": now - timedelta(minutes=2), "connected_at": now - timedelta(minutes=1),
        "operator_phone": "hoken1", "operator_id": operator,
    }  # fmt: skip
    return office.call(name, **(row | facts))


def rows(office: Office, statement: str) -> list[tuple[Any, ...]]:
    """Read rows as the worker sees them."""
    with office.worker.begin() as connection:
        return [tuple(one) for one in connection.execute(text(statement))]
