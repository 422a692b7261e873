"""A press on a telephone counts once, and a call is one call, though two processes heard and wrote of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.clock import SystemClock
from core.facts import CallEnded, CallFlagged
from storage.database import Database
from storage.jobs import Announcer
from telephony.call import events as on
from telephony.journal.journal import CallJournal
from telephony.journal.journal_copy import JournalCopy
from telephony.leading.overheard import OverheardKeys
from telephony.leading.overheard_writing import OverheardWriter
from tests.unit.call_scenes import ARRIVED, CALL, CALLER_GONE, FIRST, LEGS, NOON, TO_TALKING, key

pytestmark = pytest.mark.real

FOUND = on.Adopted(at=NOON + timedelta(seconds=90), caller_up=True, answered=LEGS[:1], joined=LEGS[:1])
FLAG = (key("*", seconds=60), key("1", seconds=61))
HELP = (key("*", seconds=70), key("2", seconds=71))


def announcer() -> Announcer:
    return Announcer({CallEnded: ("capture_recording",), CallFlagged: ()}, {"capture_recording": "vault"})


@pytest.fixture
def journals(tmp_path: Path) -> Iterator[tuple[CallJournal, CallJournal]]:
    pair = CallJournal(tmp_path, "telephony-a"), CallJournal(tmp_path, "telephony-b")
    for one in pair:
        one.open()
    yield pair
    for one in pair:
        one.close()


@pytest.fixture
def copies(worker_database: Database, tmp_path: Path) -> tuple[JournalCopy, JournalCopy]:
    clock = SystemClock()
    return (
        JournalCopy(worker_database, announcer(), tmp_path, clock),
        JournalCopy(worker_database, announcer(), tmp_path, clock),
    )


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_press_that_both_processes_heard_counts_once_and_at_once(
    journals: tuple[CallJournal, CallJournal],
    copies: tuple[JournalCopy, JournalCopy],
    worker_database: Database,
) -> None:
    plan = replace(ARRIVED.plan, mark_code="*1", help_code="*2")
    for event in (replace(ARRIVED, plan=plan), *TO_TALKING[1:]):
        journals[0].append(CALL, event)
    copies[1].run_once()
    writer = OverheardWriter(worker_database, announcer(), "*1", "*2")
    heard = OverheardKeys(("*1", "*2"), writer.write)  # type: ignore[arg-type]
    for event in (*FLAG, *HELP):
        heard.hear(CALL, event)
    at_once = rows(worker_database, "SELECT id, at FROM call_marks")
    asked = rows(worker_database, "SELECT id, phone, asked_at FROM help_requests")
    for event in (*FLAG, *HELP, CALLER_GONE):
        journals[0].append(CALL, event)
    copies[0].run_once()

    assert [at for _, at in at_once] == [FLAG[1].at]
    assert [(phone, at) for _, phone, at in asked] == [(FIRST, HELP[1].at)]
    assert rows(worker_database, "SELECT id, at FROM call_marks") == at_once
    assert rows(worker_database, "SELECT id, phone, asked_at FROM help_requests") == asked


def test_a_call_that_changed_hands_ends_once_whatever_the_frozen_process_still_writes(
    journals: tuple[CallJournal, CallJournal],
    copies: tuple[JournalCopy, JournalCopy],
    worker_database: Database,
) -> None:
    frozen, heir = journals
    for event in TO_TALKING:
        frozen.append(CALL, event)
    (written,) = heir.read_open((CALL,))
    heir.take_over(written, 1)
    heir.append(CALL, FOUND)
    copies[0].run_once()
    late = on.OperatorHungUp(at=NOON + timedelta(seconds=61), leg=LEGS[0])
    for event in (late, replace(CALLER_GONE, at=NOON + timedelta(seconds=62))):
        frozen.append(CALL, event)
    copies[1].run_once()
    going_on = rows(worker_database, "SELECT phase, ended_at FROM calls")
    heir.append(CALL, CALLER_GONE)
    for copy in (*copies, *copies):
        copy.run_once()

    assert going_on == [("talking", None)]
    assert rows(worker_database, "SELECT outcome, ended_at FROM calls") == [("talked", CALLER_GONE.at)]
    captures = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'capture_recording'"
    assert rows(worker_database, captures) == [(1,)]
    assert rows(worker_database, "SELECT code FROM alarms") == []
