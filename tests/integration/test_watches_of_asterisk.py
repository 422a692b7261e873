"""Watching a real Asterisk: late events, calls beyond the ceiling, a comparison of what is really there."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.clock import SystemClock
from core.ids import CallId
from runtime.asterisk_server import AsteriskServer
from runtime.watch_ceiling import MARK, CeilingMarks
from runtime.watch_service import ServiceFigures
from runtime.watch_telephony import telephony_watch
from storage.database import Database
from telephony.asterisk.ari_events import new_application_name
from telephony.asterisk.event_lag import EventLag
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.asterisk_config.call_record import is_record_name
from telephony.sound.prompts import Prompts
from telephony.unrecorded.call_record import read_record_name
from telephony.unrecorded.call_records import CallRecords
from telephony.unrecorded.unrecorded_findings import UnrecordedCalls
from telephony.unrecorded.unrecorded_reason import Reason
from tests.fakes.clock import FakeClock
from tests.fakes.stored_recordings import AsteriskFolder
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_capture import BackRoom
from tests.fixtures_telephony import TalkingProcess
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

PROFILES = Path(__file__).parents[2] / "profiles"
FROZEN_SECONDS = 1.5


@pytest.fixture
def office(asterisk: AsteriskServer, worker_database: Database, tmp_path: Path) -> BackRoom:
    plan = asterisk.plan
    room = BackRoom(
        folder=AsteriskFolder(url=plan.ari_url), database=worker_database, objects=tmp_path / "objects",
        keys=tmp_path / "keys", profile=asterisk.profile,
    )  # fmt: skip
    room.clock = SystemClock()  # type: ignore[assignment]
    room.asterisk = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)
    room.prompts = Prompts(asterisk.profile, PROFILES)
    return room


def records_of(office: BackRoom) -> CallRecords:
    return CallRecords(
        asterisk=office.asterisk, database=office.database, profile=office.profile, clock=office.clock
    )


def compared(office: BackRoom, clock: FakeClock) -> dict[CallId, set[Reason]]:
    found: dict[CallId, set[Reason]] = {}
    comparison = UnrecordedCalls(
        asterisk=office.asterisk, database=office.database, profile=office.profile, clock=clock
    )
    for doubt in comparison.run():
        found.setdefault(doubt.subject, set()).add(doubt.reason)
    return found


@pytest.fixture
def calls(asterisk: AsteriskServer, office: BackRoom) -> Iterator[list[CallId]]:
    """Three callers at once on a machine whose measured ceiling is one; all of them are served."""
    before = set(office.asterisk.list())
    with ExitStack() as stack:
        callers = [stack.enter_context(TrunkCaller(asterisk.plan.sip_port)) for _ in range(3)]
        for caller in callers:
            caller.invite("0300000101")
        for caller in callers:
            caller.wait_for(200)
        for caller in callers:
            caller.talk(1.0)
        for caller in callers:
            caller.hang_up()
    wait_until(lambda: not office.asterisk.live_channels(), 20)
    files = set(office.asterisk.list()) - before
    names = [told for name in files if (told := read_record_name(name)) is not None]
    yield [name.call for name in names]
    for name in set(office.asterisk.list()) - before:
        office.asterisk.delete(name)


def test_beyond_the_ceiling_every_caller_is_served_the_risk_is_shown_and_nothing_is_missing(
    office: BackRoom, calls: list[CallId]
) -> None:
    assert len(calls) == 3
    orphans = office.orphans()

    def adopted() -> bool:
        orphans.run_once()
        return all(office.row(call) is not None for call in calls)

    wait_until(adopted, 20)
    with office.database.begin() as connection:  # as if somebody had picked up
        connection.execute(text("UPDATE calls SET connected_at = answered_at, outcome = 'talked'"))
    for call in calls:
        office.capture()(call)
    assert records_of(office).run_once() == 3
    with office.database.begin() as connection:
        unclaimed = {one.name: one.value for one in ServiceFigures(office.clock, 1).calls(connection)}
    marked = CeilingMarks(office.database, office.clock, 1).run_once()

    assert unclaimed["calls_not_claimed"] == 3
    assert marked == 3
    assert all(MARK in office.recording(call).findings for call in calls)
    tomorrow = FakeClock(office.clock.now() + timedelta(hours=2))
    assert not any(
        found - {Reason.ONE_SIDED, Reason.NOTICE_MISSING} for found in compared(office, tomorrow).values()
    )


def test_a_call_whose_files_and_row_vanished_is_found_by_asterisks_own_record(
    office: BackRoom, calls: list[CallId]
) -> None:
    for name in office.asterisk.list():
        if any(call in name for call in calls) and not is_record_name(name):
            office.asterisk.delete(name)
    records_of(office).run_once()

    found = compared(office, FakeClock(office.clock.now() + timedelta(minutes=20)))
    assert {call: found[call] for call in calls} == {call: {Reason.UNKNOWN_CALL} for call in calls}


def test_asterisk_may_open_files_for_all_the_calls_it_may_take(asterisk: AsteriskServer) -> None:
    pid = int((asterisk.plan.home / "run" / "asterisk.pid").read_text())
    limits = Path(f"/proc/{pid}/limits").read_text()
    soft, hard = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))

    assert int(soft) == min(int(hard), 65536)


def test_a_frozen_process_hears_late_and_says_so(asterisk: AsteriskServer, worker_database: Database) -> None:
    plan = asterisk.plan
    told = {"url": plan.ari_url, "user": plan.ari_user, "password": plan.ari_password}
    process = TalkingProcess("tests.lag_process", {**told, "app": new_application_name(plan.instance)})

    def worst(*, frozen: bool) -> float:
        since = len(process.lines)
        if frozen:
            process.process.send_signal(signal.SIGSTOP)
        with TrunkCaller(plan.sip_port) as caller:
            caller.invite("0300000101")
            # Nobody claims it: answered by the dialplan alone after half a second.
            caller.wait_for(200)
            caller.talk(FROZEN_SECONDS)
            if frozen:
                process.process.send_signal(signal.SIGCONT)
            process.hear("heard CallBroadcast", since=since)
            caller.hang_up()
        since = len(process.lines)
        process.tell("?")
        position = process.hear(lambda line: line.startswith("lag "), since=since)
        return float(process.lines[position - 1].split()[1])

    try:
        process.hear("ready")
        awake, frozen = worst(frozen=False), worst(frozen=True)
    finally:
        process.stop()
    raised = [_alarms(worker_database, seconds) for seconds in (awake, frozen)]

    assert awake < 1.0 < FROZEN_SECONDS <= frozen
    assert raised == [[], ["events-late"]]


def _alarms(database: Database, seconds: float) -> list[str]:
    """What the telephony process's watch does with such a lag."""
    lag = EventLag()
    lag._worst = seconds
    return telephony_watch(database, SystemClock(), lag, lambda: 0.0).run_once()
