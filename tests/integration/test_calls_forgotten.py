"""The rows about a call go when their period is over, all of them, and not while anything keeps its sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.clock import SystemClock
from core.ids import CallId, recording_id_of
from storage.database import Database
from telephony.capture.call_forgetting import GRACE, ForgetCalls
from tests.fixtures_asterisk import RENSHU
from tests.fixtures_capture import BackRoom

pytestmark = pytest.mark.real

KEPT = timedelta(days=400)
FOR_GOOD = {"access_knocks"}
"""What names a call and stays: who heard what."""
OF_THEIR_OWN = {"asterisk_call_records", "recording_doubts"}
"""What names a call and has a period of its own."""

BESIDE = (
    """INSERT INTO call_notes (id, call_id, at, by, text)
       VALUES (gen_random_uuid(), :call, now(), :by, '住所の変更の件')""",
    """INSERT INTO call_wrap_ups (call_id, outcome, memo, at, by)
       VALUES (:call, 'answered', '', now(), :by)""",
    """INSERT INTO help_requests (id, call_id, source, phone, asked_at, asked_by)
       VALUES (gen_random_uuid(), :call, 'phone', 'hoken1', now(), :by)""",
    """INSERT INTO access_knocks (id, at, actor, actor_kind, act, purpose, granted, reason, call_id)
       VALUES (gen_random_uuid(), now(), :by, 'person', 'claim', 'record-keeping', true, 'own', :call)""",
)
SEAT = """
    INSERT INTO phone_seats (phone, account_id, session_hash, sat_from, sat_until)
    VALUES ('hoken1', :by, 'x', :at, :at)
"""
PROMISE = """
    INSERT INTO promises (id, department, call_id, what, who, due_at, made_at, made_by)
    VALUES (gen_random_uuid(), 'hoken-nenkin', :call, '折り返す', '佐藤', :at, :at, :by)
"""


@pytest.fixture
def room(back_room: BackRoom) -> BackRoom:
    """A hall that keeps the rows of calls for 400 days. Its clock shows the time, as the database's does."""
    keeping = back_room.profile.keeping.model_copy(update={"calls_days": KEPT.days})
    back_room.profile = back_room.profile.model_copy(update={"keeping": keeping})
    back_room.clock.go_on(SystemClock().now() - back_room.clock.now())
    return back_room


def forgetting(room: BackRoom) -> ForgetCalls:
    return ForgetCalls(database=room.database, keeping=room.profile.keeping, clock=room.clock)


def ended(room: BackRoom, call: CallId, ago: timedelta) -> CallId:
    """Have a call been over for so long."""
    write(
        room.database,
        "UPDATE calls SET ended_at = :at WHERE id = :call",
        call=call,
        at=room.clock.now() - ago,
    )
    return call


def destroyed(room: BackRoom, call: CallId) -> CallId:
    """Capture a call's recording and destroy it, with its certificate."""
    room.capture()(call)
    room.vault().destroy(recording_id_of(call), rule="flagged-period-over", by=None)
    return call


def write(database: Database, statement: str, **values: object) -> None:
    with database.begin() as connection:
        connection.execute(text(statement), values)


def counts(database: Database, call: CallId) -> dict[str, int]:
    """Count the rows of every table that names this call."""
    with database.begin() as connection:
        tables = connection.execute(
            text(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'call_id'"
                " AND table_schema = 'public' UNION ALL SELECT 'calls'"
            )
        ).scalars()
        found = {
            table: connection.execute(
                text(f"SELECT count(*) FROM {table} WHERE {'id' if table == 'calls' else 'call_id'} = :call"),  # noqa: S608  a table's name
                {"call": call},
            ).scalar_one()
            for table in sorted(tables)
        }
    return {table: count for table, count in found.items() if count}


def there(database: Database) -> Sequence[str]:
    with database.begin() as connection:
        return connection.execute(text("SELECT id FROM calls ORDER BY id")).scalars().all()


def alarm(room: BackRoom, code: str, call: CallId | None, at: datetime) -> None:
    write(
        room.database, "INSERT INTO alarms (at, code, call_id, detail) VALUES (:at, :code, :call, '{}')",
        at=at, code=code, call=call,
    )  # fmt: skip


def staff(owner: Database) -> str:
    """One of the staff."""
    account = str(uuid4())
    write(
        owner,
        "INSERT INTO accounts VALUES (:id, 'sato', 'sato', '-', '{operator}', '{hoken-nenkin}', NULL, now())",
        id=account,
    )
    return account


def test_everything_about_a_call_goes_when_its_period_is_over(
    room: BackRoom, owner_database: Database
) -> None:
    call = destroyed(room, room.call(marks=(9.0, 12.0)))
    ended(room, call, KEPT + timedelta(minutes=1))
    alarm(room, "recording-silent", call, room.clock.now() - KEPT)
    by = staff(owner_database)
    for statement in BESIDE:
        write(owner_database, statement, call=call, by=by)
    before = set(counts(owner_database, call))
    assert {"calls", "call_journal", "call_marks", "call_notes", "call_wrap_ups", "alarms"} <= before

    assert forgetting(room).overdue() == 0, "not yet late: the duty comes every hour"
    assert forgetting(room).run_once() == 1

    assert set(counts(owner_database, call)) == before & (FOR_GOOD | OF_THEIR_OWN)
    assert forgetting(room).run_once() == 0
    row = room.recording(call)
    assert row is not None, "that there was a recording, and that it is gone, is known for good"


def test_nothing_that_names_a_call_can_hold_it_back(owner_database: Database) -> None:
    with owner_database.begin() as connection:
        kept_back = connection.execute(
            text(
                "SELECT conrelid::regclass::text FROM pg_constraint"
                " WHERE contype = 'f' AND confrelid = 'calls'::regclass AND confdeltype NOT IN ('c', 'n')"
            )
        ).scalars()
        assert set(kept_back) == {"call_marks"}, "the duty deletes these itself"


def test_a_call_stays_as_long_as_its_sound_and_as_its_own_period(room: BackRoom) -> None:
    with_sound, recent, unread = (
        room.call(),
        room.call(caller=None, hall=None),
        room.call(caller=None, hall=None),
    )
    going_on = room.call(caller=None, hall=None)
    room.capture()(with_sound)
    long_ago = KEPT + timedelta(days=30)
    for call in (with_sound, unread, going_on):
        ended(room, call, long_ago)
    ended(room, recent, KEPT - timedelta(days=1))
    write(room.database, "UPDATE calls SET ended_at = NULL WHERE id = :call", call=going_on)
    alarm(room, "recording-unreadable", unread, room.clock.now() - long_ago)

    assert forgetting(room).run_once() == 0
    assert forgetting(room).overdue() == 0

    room.vault().destroy(recording_id_of(with_sound), rule="flagged-period-over", by=None)
    write(room.database, "UPDATE alarms SET acknowledged_at = now() WHERE call_id = :call", call=unread)
    assert forgetting(room).overdue() == 2
    assert forgetting(room).run_once() == 2
    assert list(there(room.database)) == sorted([recent, going_on])


def test_a_practice_call_goes_sooner(room: BackRoom) -> None:
    practice, everyday = room.call(None, None, line=RENSHU), room.call(None, None)
    for call in (practice, everyday):
        ended(room, call, timedelta(days=91))

    assert forgetting(room).run_once() == 1
    assert there(room.database) == [everyday]


def test_somebody_waits_for_what_was_promised_but_not_in_practice(
    room: BackRoom, owner_database: Database
) -> None:
    practice, everyday = room.call(None, None, line=RENSHU), room.call(None, None)
    by, now = staff(owner_database), room.clock.now()
    for call in (practice, everyday):
        ended(room, call, KEPT + timedelta(days=1))
        write(owner_database, PROMISE, by=by, at=now, call=call)

    assert forgetting(room).run_once() == 2
    with owner_database.begin() as connection:
        left = connection.execute(text("SELECT call_id FROM promises")).scalars().all()
    assert left == [None], "that of the everyday call outlives it"


def test_what_belongs_to_no_single_call_goes_by_the_same_period(
    room: BackRoom, owner_database: Database
) -> None:
    by, now = staff(owner_database), room.clock.now()
    old, young = now - KEPT - timedelta(days=1), now - KEPT + timedelta(days=1)
    for at in (old, young):
        alarm(room, f"disk-low-{at.day}", None, at)
        write(owner_database, SEAT, by=by, at=at)
        write(owner_database, PROMISE, by=by, at=at, call=None)

    forgetting(room).run_once()

    with owner_database.begin() as connection:
        for column, table in (("at", "alarms"), ("sat_until", "phone_seats"), ("due_at", "promises")):
            left = connection.execute(text(f"SELECT {column} FROM {table}")).scalars().all()  # noqa: S608  our own words
            assert left == [young], table


def test_a_seat_of_these_days_cannot_be_deleted_by_any_process(
    room: BackRoom, owner_database: Database
) -> None:
    by = staff(owner_database)
    write(owner_database, SEAT, by=by, at=room.clock.now() - timedelta(days=89))

    with room.database.begin() as connection:
        assert connection.execute(text("DELETE FROM phone_seats")).rowcount == 0


def test_calls_that_nobody_forgot_are_late_after_some_hours(room: BackRoom) -> None:
    call = room.call(None, None)
    ended(room, call, KEPT + GRACE - timedelta(minutes=1))
    assert forgetting(room).overdue() == 0

    ended(room, call, KEPT + GRACE + timedelta(minutes=1))
    assert forgetting(room).overdue() == 1
