"""Calls that go on, and what operators and the clock have said of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from core.ids import CallId
from tests.fixtures_console import Visitor
from tests.office import Office


def talking(office: Office, name: str, *, minutes: float = 3.0, **facts: object) -> CallId:
    """A call that goes on."""
    since = datetime.now(UTC) - timedelta(minutes=minutes)
    going: dict[str, object] = {
        "ended_at": None, "outcome": None, "phase": "talking", "notice": "pending",
        "arrived_at": since, "connected_at": since,
    }  # fmt: skip
    return office.call(name, **(going | facts))


def ask(office: Office, call: CallId, *, rung: tuple[str, ...] = (), seconds_ago: float = 2.0) -> UUID:
    """Ask for help from a desk phone."""
    request = uuid4()
    office.write(
        "INSERT INTO help_requests (id, call_id, source, phone, asked_at, rung, ringing_since)"
        " VALUES (:id, :call, 'phone', 'hoken1', :at, :rung,"
        "         CASE WHEN cardinality(CAST(:rung AS text[])) > 0 THEN now() END)",
        {"id": request, "call": call, "rung": list(rung),
         "at": datetime.now(UTC) - timedelta(seconds=seconds_ago)},
    )  # fmt: skip
    return request


def clock(office: Office, call: CallId, kind: str, *, started: int, times: tuple[int, int]) -> None:
    """Start a clock so many minutes ago, with when people are asked and when a judgement is due."""
    ask, due = times
    began = datetime.now(UTC) - timedelta(minutes=started)
    office.write(
        "INSERT INTO call_clocks (id, call_id, kind, started_at, minutes, ask_at, due_at)"
        " VALUES (:id, :call, :kind, :began, 15, :ask, :due)",
        {"id": uuid4(), "call": call, "kind": kind, "began": began,
         "ask": began + timedelta(minutes=ask), "due": began + timedelta(minutes=due)},
    )  # fmt: skip


def sit(person: Visitor, phone: str) -> None:
    """Sit down at a desk phone."""
    assert person.post("/phone", phone=phone).status_code == 303


def rows(office: Office, query: str) -> list[Any]:
    with office.worker.begin() as connection:
        return list(connection.execute(text(query)))
