"""録れていない電話: of a set of calls, each that was broken on purpose is found, and no good one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import text

from core.ids import CallId, LineId, recording_id_of
from telephony.asterisk_config.call_record import record_name
from telephony.sound.audio_files import Samples
from telephony.unrecorded.call_records import FILE_KEPT, RECORD_KEPT, CallRecords
from telephony.unrecorded.unrecorded_findings import DOUBT_KEPT, UnrecordedCalls
from telephony.unrecorded.unrecorded_reason import Reason
from tests.fakes.voices import silence, through_mulaw, voice
from tests.fixtures_capture import CALLER, HALL, KOKUHO, NOON, RENSHU, BackRoom, wav

pytestmark = pytest.mark.real

WITHOUT_NOTICE = through_mulaw(np.concatenate([silence(7.0), voice(901, 13.0)]))
ONLY_THE_NOTICE = np.concatenate([HALL[:40_000], np.zeros(120_000, dtype=np.int16)])


@dataclass(kw_only=True)
class Town:
    """A back room whose calls are compared."""

    room: BackRoom
    expected: dict[CallId, set[Reason]] = field(default_factory=dict)

    def records(self) -> CallRecords:
        return CallRecords(
            asterisk=self.room.asterisk,
            database=self.room.database,
            profile=self.room.profile,
            clock=self.room.clock,
        )

    def comparison(self) -> UnrecordedCalls:
        return UnrecordedCalls(
            asterisk=self.room.asterisk,
            database=self.room.database,
            profile=self.room.profile,
            clock=self.room.clock,
        )

    def found(self) -> dict[CallId, set[Reason]]:
        told: dict[CallId, set[Reason]] = {}
        for doubt in self.comparison().run():
            if not doubt.practice:
                told.setdefault(doubt.subject, set()).add(doubt.reason)
        return told

    def captured(self, *reasons: Reason, transcribed: bool = True, **call: object) -> CallId:
        """Let a call take place and be captured; ``reasons`` are what is broken about it."""
        name = self.room.call(**call)  # type: ignore[arg-type]
        self.room.capture()(name)
        if transcribed and self.room.recording(name) is not None:
            words = "INSERT INTO transcript_revisions VALUES (:v, :r, 1, NULL, 'b', 'x', '{}', now())"
            self.write(words, v=uuid4(), r=recording_id_of(name))
        if reasons:
            self.expected[name] = set(reasons)
        return name

    def note(
        self, call: CallId, line: LineId = KOKUHO, *, seconds: float | None = 20.0, up: bool = True
    ) -> None:
        """Let Asterisk write its own record of a call."""
        told = {
            "v": "1", "line": line, "of": call, "kind": "PJSIP", "begun": f"{NOON.timestamp():.3f}",
            "ended": "" if seconds is None else f"{NOON.timestamp() + seconds:.3f}",
            "state": "Up" if up else "Ring", "offer": "SUCCESS", "alone": "",
        }  # fmt: skip
        self.room.folder.files[record_name(line, call)] = urlencode(told).encode()

    def write(self, statement: str, **values: object) -> None:
        with self.room.database.begin() as connection:
            connection.execute(text(statement), values)

    def rows(self, question: str) -> list[tuple[object, ...]]:
        with self.room.database.begin() as connection:
            return [tuple(row) for row in connection.execute(text(question))]

    def count(self, question: str) -> int:
        with self.room.database.begin() as connection:
            return connection.execute(text(f"SELECT count(*) FROM {question}")).scalar_one()  # noqa: S608


@pytest.fixture
def town(back_room: BackRoom) -> Town:
    return Town(room=back_room)


def quiet(seconds: float) -> bytes:
    return wav(np.zeros(round(seconds * 8000), dtype=np.int16))


def cut(samples: Samples, seconds: float) -> bytes:
    return wav(samples[: round(seconds * 8000)])


def stretched(samples: Samples) -> bytes:
    return wav(np.concatenate([samples, np.zeros(56_000, dtype=np.int16)]))


def break_one_of_each_kind(town: Town) -> None:
    town.captured(Reason.MISSING, caller=None, hall=None)
    town.captured(Reason.ONE_SIDED, caller=quiet(20))
    town.captured(Reason.ONE_SIDED, hall=wav(ONLY_THE_NOTICE))
    town.captured(Reason.ONE_SIDED, caller=None)
    town.captured(
        Reason.HALL_FELL_SILENT, hall=wav(np.concatenate([HALL[: 9 * 8000], np.zeros(88_000, np.int16)]))
    )
    town.captured(Reason.SILENT, Reason.NOTICE_MISSING, caller=quiet(20), hall=quiet(20))
    town.captured(Reason.TOO_SHORT, caller=cut(CALLER, 14), hall=cut(HALL, 14))
    town.captured(Reason.TOO_LONG, caller=stretched(CALLER), hall=stretched(HALL))
    town.captured(
        Reason.CUT_OFF, lost=True, caller=wav(CALLER, finished=False), hall=wav(HALL, finished=False)
    )
    town.captured(Reason.NOTICE_MISSING, hall=wav(WITHOUT_NOTICE))
    town.captured(Reason.NOT_TRANSCRIBED, transcribed=False)
    town.expected[town.room.call()] = {Reason.WAITING}  # capture never ran
    lone = CallId(f"city-{int(NOON.timestamp())}.7001")
    town.note(lone)
    town.expected[lone] = {Reason.UNKNOWN_CALL}
    died = CallId(f"city-{int(NOON.timestamp())}.7002")
    town.note(died, seconds=None, up=False)
    town.expected[died] = {Reason.UNKNOWN_CALL}
    lying = CallId(f"city-{int(NOON.timestamp())}.7003")
    town.room.place(lying, KOKUHO)
    town.expected[lying] = {Reason.UNLINKED}
    orphan = CallId(f"city-{int(NOON.timestamp())}.7004")
    town.write(
        "INSERT INTO recordings VALUES (:r, :call, 'hoken', NULL, false, 'unflagged', true, :at, 80000, 8000,"
        " 'x', '{}', :at, now())",
        r=uuid4(), call=orphan, at=NOON,
    )  # fmt: skip
    town.expected[orphan] = {Reason.UNLINKED}


def keep_the_good(town: Town) -> None:
    town.note(town.captured())
    town.captured(marks=[9.0])
    town.captured(answered=False, told=False, talked=False, seconds=0.4, caller=quiet(0), hall=quiet(0))
    town.captured(told=False, talked=False, seconds=2.0, caller=quiet(2), hall=cut(HALL, 2))
    town.captured(told=True, talked=False, seconds=12.0, caller=quiet(12), hall=cut(HALL, 12))
    destroyed = town.captured(caller=quiet(20))
    town.write("UPDATE recordings SET destroyed_at = now() WHERE subject = :call", call=destroyed)
    erased = town.captured(caller=None, hall=None)
    certificate = "INSERT INTO destructions VALUES (:r, now(), 'keeping', NULL, '{}')"
    town.write(certificate, r=recording_id_of(erased))
    unasked = town.captured(caller=None, hall=None)
    town.write("UPDATE calls SET no_sound = 'not-asked-for' WHERE id = :call", call=unasked)
    refused = town.captured(caller=cut(CALLER, 14), hall=cut(HALL, 14))
    stopped = "INSERT INTO call_stretches VALUES (:call, 'not-recorded', :at, NULL)"
    town.write(stopped, call=refused, at=NOON + timedelta(seconds=14.1))
    unheard = CallId(f"city-{int(NOON.timestamp())}.7100")
    town.note(unheard, seconds=3.0, up=False)
    late = town.captured(transcribed=False)
    town.write("UPDATE calls SET flagged_at = :at WHERE id = :c", c=late, at=NOON + timedelta(hours=40))
    town.captured(line=RENSHU, caller=quiet(20))


def test_every_broken_recording_of_the_set_is_on_the_list_and_no_good_one(town: Town) -> None:
    break_one_of_each_kind(town)
    keep_the_good(town)
    records = town.records()
    assert [records.run_once() for _ in range(3)] == [3, 1, 0]
    town.room.clock.go_on(timedelta(days=2))

    assert set(Reason) == set.union(*town.expected.values())
    assert town.found() == town.expected


def test_practice_is_kept_apart_and_raises_no_alarm(town: Town) -> None:
    town.captured(line=RENSHU, caller=quiet(20))

    (doubt,) = town.comparison().run()
    assert (doubt.practice, doubt.reason) == (True, Reason.ONE_SIDED)
    assert "unrecorded-calls" not in town.room.alarms()


def test_what_is_found_raises_one_alarm_stays_one_row_and_is_settled_when_it_is_no_longer_so(
    town: Town,
) -> None:
    call = town.room.call()
    town.room.clock.go_on(timedelta(hours=2))
    town.comparison()(timestamp=1)
    town.comparison()()
    assert "unrecorded-calls" in town.room.alarms()
    assert town.count("recording_doubts WHERE reason = 'waiting' AND settled_at IS NULL") == 1

    town.room.capture()(call)
    town.comparison()()

    assert town.count("recording_doubts") == town.count("recording_doubts WHERE settled_at IS NOT NULL") == 1


def test_without_asterisk_nothing_is_called_lost_and_nothing_settled(town: Town) -> None:
    lost = town.captured(caller=None, hall=None)
    town.room.clock.go_on(timedelta(hours=2))
    assert town.found() == {lost: {Reason.MISSING}}
    town.room.asterisk._address = type(town.room.asterisk._address)(
        url="http://127.0.0.1:1/ari", user="x", password="x"
    )

    assert town.found() == {lost: {Reason.WAITING}}
    assert town.count("recording_doubts WHERE settled_at IS NULL") == 2


def test_of_another_servers_calls_nothing_is_called_lost_or_settled_and_the_servers_are_noted(
    town: Town,
) -> None:
    lost = town.captured(caller=None, hall=None)
    town.room.clock.go_on(timedelta(hours=2))
    town.found()
    town.room.folder.server = "elsewhere"

    assert town.found() == {lost: {Reason.WAITING}}
    assert town.count("recording_doubts WHERE reason = 'missing' AND settled_at IS NULL") == 1
    assert set(town.rows("SELECT name, part FROM watch_readings WHERE name LIKE 'unrecorded_server%'")) == {
        ("unrecorded_server_calls", "city"),
        ("unrecorded_server_seen", "city"),
        ("unrecorded_server_seen", "elsewhere"),
    }


def test_a_call_that_just_ended_is_on_its_way_and_nobody_is_alarmed(town: Town) -> None:
    town.room.call()
    town.note(CallId(f"city-{int(NOON.timestamp())}.7200"), seconds=598)
    town.records().run_once()

    assert town.found() == {}


def test_records_are_read_once_stay_a_day_and_are_erased_through_ari(town: Town) -> None:
    done, live, torn = (CallId(f"city-{int(NOON.timestamp())}.{n}") for n in (8001, 8002, 8003))
    town.note(done)
    town.note(live, seconds=None)
    town.room.folder.channels.add(live)
    town.note(torn, seconds=None)

    assert [town.records().run_once() for _ in range(2)] == [1, 0], "an end may still be under way"
    again = town.records()
    assert [again.run_once() for _ in range(3)] == [0, 1, 0]
    assert len(town.room.folder.files) == 3
    town.room.clock.go_on(FILE_KEPT)
    town.records().run_once()
    assert set(town.room.folder.files) == {record_name(KOKUHO, live)}
    town.room.clock.go_on(RECORD_KEPT)
    town.records().run_once()

    assert town.count("asterisk_call_records") == 0


def test_doubts_do_not_stay_for_ever(town: Town) -> None:
    town.captured(caller=quiet(20))
    town.comparison().run()
    town.room.clock.go_on(DOUBT_KEPT + timedelta(days=1))
    town.comparison().run()

    assert town.count("recording_doubts") == 0
