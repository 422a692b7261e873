"""With a real Asterisk and nobody of ours there, a call is kept, proven, sealed, and gone from the spool."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import soundfile

from core.ids import CallId
from runtime.asterisk_rootfs import AsteriskProgram
from runtime.asterisk_server import AsteriskServer
from storage.database import Database
from telephony.asterisk_config.call_record import is_record_name, record_name
from telephony.capture.both_tracks import look_at_tracks
from telephony.capture.dialplan_facts import says_closed
from telephony.capture.finished import RecordingNotFinished
from telephony.capture.orphan_recordings import PATIENCE
from tests.fakes.clock import FakeClock
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_asterisk import KOKUHO, SpokenTo, running_asterisk
from tests.fixtures_capture import BackRoom
from tests.no_plain_audio import assert_no_plain_audio
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

PROFILES = Path(__file__).parents[2] / "profiles"


@pytest.fixture
def office(asterisk: AsteriskServer, worker_database: Database, tmp_path: Path) -> BackRoom:
    return BackRoom.at(asterisk, worker_database, tmp_path, PROFILES)


def call_of(name: str) -> CallId:
    return CallId(name.removeprefix(f"{KOKUHO}_"))


def test_a_call_nobody_claimed_or_answered_keeps_its_proven_announcement_and_no_sound(
    asterisk: AsteriskServer, office: BackRoom
) -> None:
    with TrunkCaller(asterisk.plan.sip_port) as caller:
        caller.invite("0300000101", caller=b"<sip:0312345678@127.0.0.3>")
        caller.wait_for(200)
        caller.talk(6.0)
        caller.wait_for_hang_up()
    ask = SpokenTo(asterisk)
    wait_until(lambda: bool(ask.facts_of(KOKUHO).get("ended")))
    call = call_of(ask.recording_of(KOKUHO))
    heard, _ = soundfile.read(asterisk.plan.recordings / f"{KOKUHO}_{call}_t.wav", dtype="int16")

    wait_until(lambda: office.orphans().run_once() == 1)
    office.capture()(call)

    row = office.row(call)
    assert (row.served_by, row.outcome, row.caller_class) == ("dialplan", "nobody-there", "number")
    assert row.notice == "proven"
    assert row.notice_correlation > 0.98
    assert row.notice_at_ms < 300
    assert (row.no_sound, office.recording(call)) == ("nobody-answered", None)
    assert [one for one in ask.recordings.list() if call in one and not is_record_name(one)] == []
    assert_no_plain_audio([asterisk.plan.recordings], heard)
    assert not office.objects.exists() or not any(one.is_file() for one in office.objects.rglob("*"))


def test_a_call_that_is_up_is_neither_adopted_nor_fetched(asterisk: AsteriskServer, office: BackRoom) -> None:
    ask = SpokenTo(asterisk)
    with TrunkCaller(asterisk.plan.sip_port) as caller:
        caller.invite("0300000101")
        caller.wait_for(200)
        call = call_of(ask.recording_of(KOKUHO))
        adopted = office.orphans().run_once()
        office.place_row(call)
        with pytest.raises(RecordingNotFinished):
            office.capture()(call)
        caller.hang_up()

    assert adopted == 0
    assert office.recording(call) is None
    wait_until(lambda: call not in ask.recordings.live_channels())
    for kind in ("_r", "_t", "_facts"):
        ask.recordings.delete(f"{KOKUHO}_{call}{kind}")


def test_the_done_marker_stands_only_beside_closed_files(asterisk: AsteriskServer, office: BackRoom) -> None:
    ask = SpokenTo(asterisk)
    with TrunkCaller(asterisk.plan.sip_port) as caller:
        caller.invite("0300000101")
        caller.wait_for(200)
        call = call_of(ask.recording_of(KOKUHO))
        record = record_name(KOKUHO, call)
        caller.talk(1.0)
        assert not says_closed(ask.recordings.fetch(record))
        caller.hang_up()
    wait_until(lambda: says_closed(ask.recordings.fetch(record)))
    tracks = look_at_tracks(ask.recordings, f"{KOKUHO}_{call}")

    assert [track.final for track in tracks.found] == [True, True]
    assert len({track.count for track in tracks.found}) == 1
    for kind in ("_r", "_t", "_facts"):
        ask.recordings.delete(f"{KOKUHO}_{call}{kind}")


def test_a_caller_who_hangs_up_in_the_announcement_is_kept_closed_without_alarm(
    asterisk: AsteriskServer, office: BackRoom
) -> None:
    ask = SpokenTo(asterisk)
    with TrunkCaller(asterisk.plan.sip_port) as caller:
        caller.invite("0300000101")
        caller.wait_for(200)
        caller.talk(1.0)
        caller.hang_up()
    wait_until(lambda: bool(ask.facts_of(KOKUHO).get("ended")))
    call = call_of(ask.recording_of(KOKUHO))

    wait_until(lambda: office.orphans().run_once() == 1)
    office.capture()(call)

    assert (office.row(call).notice, office.row(call).no_sound) == ("missing", "nobody-answered")
    assert office.recording(call) is None
    assert office.alarms(call) == set()
    assert [one for one in ask.recordings.list() if call in one and not is_record_name(one)] == []


def test_a_recording_of_an_asterisk_that_was_killed_is_salvaged_but_for_its_last_two_seconds(
    asterisk_program: AsteriskProgram, open_folder: Path, worker_database: Database, tmp_path: Path
) -> None:
    with running_asterisk(open_folder / "pbx-killed", asterisk_program) as server:
        with TrunkCaller(server.plan.sip_port) as caller:
            caller.invite("0300000101")
            caller.wait_for(200)
            answered = time.monotonic()
            caller.talk(4.5)
            server.kill()
            lasted = time.monotonic() - answered
        server.start()
        office = BackRoom.at(server, worker_database, tmp_path, PROFILES)
        call = call_of(SpokenTo(server).recording_of(KOKUHO))
        orphans = office.orphans()

        first_look = orphans.run_once()
        office.clock = orphans._clock = FakeClock(office.clock.now() + PATIENCE)
        assert (first_look, orphans.run_once()) == (0, 1)
        office.capture()(call)

        recording = office.recording(call)
        assert "salvaged" in recording.findings
        assert lasted - 2.1 <= recording.samples / 8000 <= lasted + 0.1
        assert office.row(call).interrupted
        assert not recording.usable, "nobody saw the announcement end"
        assert "recording-salvaged" in office.alarms(call)
        assert [one for one in office.asterisk.list() if call in one and not is_record_name(one)] == []
