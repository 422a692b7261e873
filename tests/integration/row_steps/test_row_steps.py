"""Rows beside a call change by the one step that is somebody's to take, in their own name, once."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.row_steps import CHIEF, ELSEWHERE, MACHINE, PROGRAM, SATO, SUZUKI, Do, who_can, write

pytestmark = pytest.mark.real
MEASURE = (
    "INSERT INTO call_measures (id, call_id, measures, since, by)"
    " VALUES (:id, 'city-1.0', '{slow}', now() - interval '1 minute', :by)"
)


def test_measures_are_ended_by_anybody_of_the_department_once_and_now(
    act: Do, worker_database: Database
) -> None:
    row = write(worker_database, MEASURE, by=SATO.account)
    end = "UPDATE call_measures SET until = now() WHERE id = :id"

    assert act(PROGRAM, end, id=row) == act(ELSEWHERE, end, id=row) == act(MACHINE, end, id=row) == 0
    assert (
        act(SUZUKI, "UPDATE call_measures SET until = now() + interval '1 day' WHERE id = :id", id=row) == 0
    )
    assert (
        act(SUZUKI, "UPDATE call_measures SET until = since - interval '1 day' WHERE id = :id", id=row) == 0
    )
    assert act(SUZUKI, end, id=row) == 1
    assert act(SATO, "UPDATE call_measures SET until = NULL WHERE id = :id", id=row) == 0
    assert act(SATO, end, id=row) == 0


CARD = (
    "INSERT INTO text_cards (id, call_id, text, at, by)"
    " VALUES (:id, 'city-1.0', 'x', now() - interval '1 minute', :by)"
)


def test_a_line_is_seen_by_whose_call_it_is_or_who_sits_there_once(
    act: Do, worker_database: Database
) -> None:
    row = write(worker_database, CARD, by=CHIEF.account)
    see = "UPDATE text_cards SET seen_at = now() WHERE id = :id"

    assert who_can(act, see, row) == {"sato"}
    assert act(SATO, "UPDATE text_cards SET seen_at = NULL WHERE id = :id", id=row) == 0
    write(worker_database, "UPDATE calls SET operator_phone = 'zeimu2' WHERE :id IS NOT NULL")
    assert who_can(act, see, write(worker_database, CARD, by=CHIEF.account)) == {"sato"}
    other = write(worker_database, CARD, by=CHIEF.account)
    assert act(SUZUKI, see, id=other) == 1


CLOCK = (
    "INSERT INTO call_clocks (id, call_id, kind, started_at, started_by, minutes, due_at)"
    " VALUES (:id, 'city-1.0', 'agreed', now(), :by, 30, now())"
)


def test_a_clock_is_stopped_once_and_in_ones_own_name(act: Do, worker_database: Database) -> None:
    row = write(worker_database, CLOCK, by=SATO.account)
    stop = "UPDATE call_clocks SET stopped_at = now(), stopped_by = :me WHERE id = :id"

    assert act(PROGRAM, stop, id=row) == act(ELSEWHERE, stop, id=row) == 0
    assert act(SUZUKI, stop.replace(":me", "NULL"), id=row) == 0
    assert act(SUZUKI, stop, id=row) == 1
    assert act(CHIEF, stop, id=row) == 0


PROMISE = (
    "INSERT INTO promises (id, department, call_id, what, who, due_at, made_at, made_by)"
    " VALUES (:id, 'zeimu', 'city-1.0', '折り返す', '係長', now(), now() - interval '1 minute', :by)"
)
KEEP = "UPDATE promises SET kept_at = now(), kept_by = :me WHERE id = :id"


@pytest.mark.parametrize(
    "rewritten",
    ["what = '別のこと'", "who = '別の人'", "due_at = now() + interval '1 year'", "call_id = NULL",
     "department = 'fukushi'", "made_by = :me", "caller_hash = 'x'"],
)  # fmt: skip
def test_what_was_promised_is_not_rewritten(act: Do, worker_database: Database, rewritten: str) -> None:
    row = write(worker_database, PROMISE, by=SATO.account)

    assert who_can(act, f"UPDATE promises SET {rewritten} WHERE id = :id", row) == set()  # noqa: S608  ours


def test_a_promise_is_kept_once_by_people_of_its_department(act: Do, worker_database: Database) -> None:
    row = write(worker_database, PROMISE, by=SATO.account)

    for wrong in (PROGRAM, ELSEWHERE, MACHINE):
        assert act(wrong, KEEP, id=row) == 0
    assert act(PROGRAM, KEEP.replace(":me", "NULL"), id=row) == 0
    assert act(CHIEF, KEEP.replace("now()", "made_at - interval '1 day'"), id=row) == 0
    assert act(CHIEF, KEEP, id=row) == 1
    assert act(SATO, KEEP, id=row) == 0
    assert act(SATO, "UPDATE promises SET kept_at = NULL, kept_by = NULL WHERE id = :id", id=row) == 0


@pytest.mark.parametrize(
    ("table", "row"),
    [("call_measures", MEASURE), ("text_cards", CARD), ("call_clocks", CLOCK), ("promises", PROMISE)],
)
def test_a_program_reads_no_row_that_only_people_have_pages_for(
    act: Do, worker_database: Database, table: str, row: str
) -> None:
    write(worker_database, row, by=SATO.account)
    read = f"SELECT * FROM {table}"  # noqa: S608  ours

    assert (act(SUZUKI, read), act(PROGRAM, read)) == (1, 0)
