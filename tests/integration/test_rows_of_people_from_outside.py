"""People from outside stand in rows: from the journal alone, sealed, for who sees the call, gone with it."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from api.reading.hall_track import is_among, several_on_hall
from core.actors import Role
from core.ids import DepartmentId
from storage.database import Database
from storage.jobs import Announcer
from storage.unit_of_work import UnitOfWork
from telephony.call import events as on
from telephony.journal.call_writing import write_entries
from telephony.journal.journal_entry import JournalEntry
from tests.fixtures_vault import actor
from tests.unit.call_scenes import ANSWERED, CALL, JOINED, LEGS, NOON, PICKED_UP, TOLD, arrived
from tests.unit.test_call_outside import LEG, MAY, WORDS

pytestmark = pytest.mark.real

HERE, ELSEWHERE = (frozenset({DepartmentId(one)}) for one in ("kokuho-nenkin", "zeimu"))
MINUTE = timedelta(minutes=1)


def told(database: Database) -> None:
    """An interpreter is asked first, hears the words, is one of three for a minute, and is let go."""
    moments = [NOON + one * MINUTE for one in range(8)]
    body = {"party": "tsuyaku", "sealed": b64encode(b"sealed-number").decode(), "first": "1"}
    events = [
        arrived(**MAY), ANSWERED, TOLD, PICKED_UP, JOINED,
        on.Ordered(at=moments[1], order=_order(1), kind="bring-in", body=body),
        on.OperatorAnswered(at=moments[2], leg=LEG),
        on.AnnouncementEnded(at=moments[3], playback=WORDS, played=True),
        on.GuestPlaced(at=moments[4], leg=LEG),
        on.Ordered(at=moments[5], order=_order(2), kind="resume"),
        on.LegsJoined(at=moments[5], operator=LEGS[0]),
        on.Ordered(at=moments[6], order=_order(3), kind="let-go"),
    ]  # fmt: skip
    entries = [JournalEntry(call=CALL, seq=seq, event=event) for seq, event in enumerate(events, start=1)]
    # First half of it, then all, as the journal's copy comes by.
    for known in (entries[:8], entries):
        with UnitOfWork(database, Announcer({}, {})) as work:
            write_entries(work, known)


def _order(number: int) -> str:
    return f"00000000-0000-4000-8000-00000000000{number}"


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.begin() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_when_somebody_was_told_and_joined_stands_beside_the_call(worker_database: Database) -> None:
    told(worker_database)

    assert rows(
        worker_database,
        "SELECT party, number_sealed, rung_at, answered_at, told_at, joined_at, left_at, result"
        " FROM call_outside",
    ) == [
        ("tsuyaku", b"sealed-number", *(NOON + one * MINUTE for one in (1, 2, 3, 4, 6)), "let-go"),
    ]  # fmt: skip


def test_their_words_are_on_the_halls_track_only_while_the_caller_was_there(
    worker_database: Database,
) -> None:
    told(worker_database)

    assert rows(
        worker_database,
        "SELECT part, joined_at, left_at, phone, account_id FROM call_parties WHERE part = 'third-party'",
    ) == [("third-party", NOON + 5 * MINUTE, NOON + 6 * MINUTE, None, None)]


def test_who_may_see_the_call_sees_who_came_and_nobody_the_number(
    worker_database: Database, app_database: Database
) -> None:
    told(worker_database)
    who = text("SELECT party FROM call_outside")

    for role, departments, seen in (
        (Role.OPERATOR, HERE, ["tsuyaku"]),
        (Role.SUPERVISOR, HERE, ["tsuyaku"]),
        (Role.SUPERVISOR, ELSEWHERE, []),
    ):
        with app_database.begin(actor(role, departments=departments)) as connection:
            assert connection.execute(who).scalars().all() == seen
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        app_database.begin(actor(Role.SUPERVISOR, departments=HERE)) as connection,
    ):
        connection.execute(text("SELECT number_sealed FROM call_outside"))


def test_the_row_is_forgotten_with_its_call(worker_database: Database) -> None:
    told(worker_database)
    with worker_database.begin() as connection:
        connection.execute(text("DELETE FROM call_journal"))
        connection.execute(text("DELETE FROM calls"))

    assert rows(worker_database, "SELECT 1 FROM call_outside") == []


def test_words_of_that_time_are_put_into_nobodys_mouth(worker_database: Database) -> None:
    told(worker_database)
    with worker_database.begin() as connection:
        several = several_on_hall(connection, CALL, NOON)

    assert several == ((300.0, 360.0),)
    assert is_among(several, 299.0, 301.0)
    assert not is_among(several, 290.0, 300.0)
    assert not is_among(several, 360.0, 362.0)
