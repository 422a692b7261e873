"""From Asterisk's folder into the vault: always one sealed recording, never none, never two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import text

from core.errors import NotFound
from core.ids import LineId, recording_id_of
from storage.database import Database
from telephony.asterisk.ari_errors import AriAway
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.asterisk_config.call_record import record_name
from telephony.capture.finished import RecordingNotFinished
from telephony.sound.audio_files import RecordingChanged
from tests.fakes.voices import silence
from tests.fakes.whole_sound import both_sides, sha256_of_samples
from tests.fixtures_capture import CALLER, HALL, KOKUHO, NOON, BackRoom, wav
from tests.mortal_capture import mortal_run
from tests.no_plain_audio import assert_no_plain_audio

pytestmark = pytest.mark.real


def test_a_finished_call_is_sealed_proven_announced_and_gone_from_asterisk(back_room: BackRoom) -> None:
    call = back_room.call()

    back_room.capture()(call)

    row, recording = back_room.row(call), back_room.recording(call)
    assert back_room.folder.files == {}
    assert (row.notice, row.notice_at_ms) == ("proven", pytest.approx(300, abs=10))
    assert row.notice_correlation > 0.99
    assert (recording.usable, recording.findings, recording.samples) == (True, [], 160_000)
    assert (recording.department, recording.practice) == ("hoken", False)
    assert recording.started_at == back_room.row(call).answered_at == NOON + timedelta(milliseconds=100)
    assert recording.samples_sha256 == sha256_of_samples(both_sides(CALLER, HALL))
    assert (recording.samples_sha256, len(CALLER)) == (
        sha256_of_samples(back_room.sealed_sound(call)),
        160_000,
    )
    assert back_room.jobs("transcribe_recording") == [str(recording_id_of(call))]
    assert back_room.jobs("derive_listening_copy") == [str(recording_id_of(call))]
    assert back_room.alarms(call) == set()


def test_no_voice_lies_plain_anywhere_after_sealing(back_room: BackRoom) -> None:
    call = back_room.call()

    back_room.capture()(call)
    back_room.copies()(str(recording_id_of(call)))

    assert assert_no_plain_audio([back_room.objects], both_sides(CALLER, HALL)) == 3


def test_capturing_a_second_time_changes_nothing(back_room: BackRoom) -> None:
    call = back_room.call()
    back_room.capture()(call)
    before = back_room.recording(call)

    back_room.capture()(call)

    assert back_room.recording(call) == before
    assert len(back_room.jobs("transcribe_recording")) == 1
    assert len(list(back_room.objects.rglob("*/*/*"))) == 1


def test_whatever_it_dies_between_the_next_run_leaves_exactly_one_recording(back_room: BackRoom) -> None:
    steps = mortal_run(back_room, back_room.call(), 0)
    assert steps >= 33, "channels, facts, two tracks found, weighed and sealed, announcement, three deletions"

    for dies_at in range(1, steps + 1):
        call = back_room.call()
        sealed_before = set(back_room.jobs("transcribe_recording"))
        mortal_run(back_room, call, dies_at)
        in_the_vault, in_asterisk = back_room.recording(call), len(back_room.folder.files)
        assert in_the_vault is not None or in_asterisk == 2, "it was nowhere complete"

        back_room.capture()(call)

        assert back_room.recording(call).samples_sha256 == sha256_of_samples(both_sides(CALLER, HALL))
        assert back_room.row(call).notice == "proven"
        assert back_room.folder.files == {}
        assert not list(back_room.objects.glob("unfinished/*")), "half an upload was left"
        announced = back_room.jobs("transcribe_recording")
        assert [one for one in announced if one not in sealed_before] == [str(recording_id_of(call))]


class WrittenMeanwhile:
    """Asterisk's recordings, where a file is written again once it was looked at and weighed."""

    def __init__(self, back_room: BackRoom, file: str, written: bytes) -> None:
        self._back_room, self._file, self._written = back_room, file, written
        self._opened = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  everything else is as it was
        return getattr(self._back_room.asterisk, name)

    def open(self, name: str) -> Any:  # noqa: ANN401  as above
        self._opened += name == self._file
        if self._opened == 3:  # found, weighed, and now to be sealed
            self._back_room.folder.files[self._file] = self._written
        return self._back_room.asterisk.open(name)


@pytest.mark.parametrize("louder", [1, 2], ids=["the same length", "longer"])
def test_what_is_sealed_is_what_was_weighed_or_nothing_is(back_room: BackRoom, louder: int) -> None:
    call = back_room.call()
    written = np.concatenate([CALLER // 2, CALLER])[: len(CALLER) * louder]
    asterisk = WrittenMeanwhile(back_room, f"{KOKUHO}_{call}_r", wav(written))

    with pytest.raises(RecordingChanged):
        back_room.capture(asterisk=asterisk)(call)

    assert back_room.recording(call) is None
    assert len(back_room.folder.files) == 2
    assert not [one for one in back_room.objects.rglob("*") if one.is_file()]


@pytest.mark.parametrize("after", [0, 44, 100_000])
def test_an_asterisk_that_dies_while_it_is_read_costs_only_another_try(
    back_room: BackRoom, after: int
) -> None:
    call = back_room.call()
    back_room.folder.breaks_off_after = after
    with pytest.raises(AriAway):
        back_room.capture()(call)
    assert back_room.recording(call) is None

    back_room.folder.breaks_off_after = None
    back_room.capture()(call)

    assert back_room.recording(call).samples_sha256 == sha256_of_samples(both_sides(CALLER, HALL))


def test_a_call_that_is_still_up_is_not_touched(back_room: BackRoom) -> None:
    call = back_room.call(wav(CALLER[:80_000], finished=False), wav(HALL[:80_000], finished=False))
    back_room.folder.channels.add(call)

    with pytest.raises(RecordingNotFinished):
        back_room.capture()(call)

    assert back_room.recording(call) is None
    assert len(back_room.folder.files) == 2


def test_an_empty_file_of_a_call_that_is_up_is_a_beginning_and_no_end(back_room: BackRoom) -> None:
    call = back_room.call(wav(silence(0)), wav(silence(0)))
    back_room.folder.channels.add(call)

    with pytest.raises(RecordingNotFinished):
        back_room.capture()(call)


def test_a_header_gets_a_moment_to_be_finished_and_is_then_not_waited_for(back_room: BackRoom) -> None:
    call = back_room.call(wav(CALLER, finished=False), wav(HALL, finished=False))
    back_room.clock.go_on(NOON + timedelta(seconds=21) - back_room.clock.now())

    with pytest.raises(RecordingNotFinished):
        back_room.capture()(call)
    back_room.clock.go_on(timedelta(seconds=10))
    back_room.capture()(call)

    assert back_room.recording(call).findings == ["salvaged"]
    assert back_room.recording(call).usable
    assert back_room.alarms(call) == {"recording-salvaged"}
    assert np.array_equal(back_room.sealed_sound(call)[:, 0], CALLER)


def test_the_done_marker_of_the_dialplan_is_believed_at_once(back_room: BackRoom) -> None:
    call = back_room.call(wav(CALLER, finished=False), wav(HALL))
    back_room.clock.go_on(NOON + timedelta(seconds=21) - back_room.clock.now())
    record = record_name(KOKUHO, call)
    back_room.folder.files[record] = b"v=1&line=kokuho&ended="
    with pytest.raises(RecordingNotFinished):
        back_room.capture()(call)

    back_room.folder.files[record] = b"v=1&line=kokuho&ended=1795143621.000&closed=yes"
    back_room.capture()(call)

    assert back_room.recording(call).samples_sha256 == sha256_of_samples(both_sides(CALLER, HALL))
    assert record in back_room.folder.files, "the nightly comparison reads it too"


def test_a_marked_call_is_kept_for_the_long_period(back_room: BackRoom) -> None:
    marked, unmarked = back_room.call(marks=(12.0,)), back_room.call()

    for call in (marked, unmarked):
        back_room.capture()(call)

    kept = {call: back_room.recording(call) for call in (marked, unmarked)}
    assert [getattr(one, "class") for one in kept.values()] == ["flagged", "unflagged"]
    assert kept[marked].destroy_after == NOON + timedelta(days=1825, seconds=20)
    assert kept[unmarked].destroy_after == NOON + timedelta(days=90, seconds=20)


def test_a_call_nobody_knows_is_refused(back_room: BackRoom) -> None:
    with pytest.raises(NotFound):
        back_room.capture()("city-1795290506.999999")


def test_while_asterisk_is_away_nothing_is_decided(back_room: BackRoom) -> None:
    call = back_room.call()
    away = StoredRecordings("http://127.0.0.1:9/ari", "tsuwaroku", "secret")

    with pytest.raises(AriAway):
        back_room.capture(asterisk=away)(call)

    assert back_room.row(call).notice == "pending"
    assert back_room.alarms(call) == set()


def test_a_call_given_back_to_the_dialplan_is_completed_from_its_facts(back_room: BackRoom) -> None:
    call = back_room.call(told=False, talked=False)
    start = int(NOON.timestamp())
    back_room.folder.files[f"{KOKUHO}_{call}_facts"] = (
        f"v=1&line=kokuho&recorded_from={start}.000&answered={start}.100&notice=SUCCESS&notice_from={start}.200"
        f"&notice_until={start + 4}.400&dial=ANSWER&phone=hoken2&connected={start + 7}.000"
        f"&marks={start + 9}.000+&ended={start + 20}.000&presentation=allowed&number=0300000999&name=\r\n"
    ).encode()

    back_room.capture()(call)

    row = back_room.row(call)
    assert (row.notice, row.operator_phone) == ("proven", "hoken2")
    assert row.connected_at == NOON + timedelta(seconds=7)
    assert getattr(back_room.recording(call), "class") == "flagged"
    assert back_room.folder.files == {}


@pytest.mark.parametrize("sat_from", [-60, 3])
def test_a_call_the_dialplan_connected_belongs_to_who_sat_there_since_before_it_came(
    back_room: BackRoom, owner_database: Database, sat_from: int
) -> None:
    person = uuid4()
    with owner_database.begin() as connection:
        connection.execute(
            text("INSERT INTO accounts VALUES (:id, 'sato', '佐藤', 'x', '{operator}', '{}', NULL, now())"),
            {"id": person},
        )
        connection.execute(
            text("INSERT INTO phone_seats VALUES (DEFAULT, 'hoken2', :id, 'x', :sat_from, :until)"),
            {
                "id": person,
                "sat_from": NOON + timedelta(seconds=sat_from),
                "until": NOON + timedelta(hours=8),
            },
        )
    call = back_room.call(told=False, talked=False)
    start = int(NOON.timestamp())
    back_room.folder.files[f"{KOKUHO}_{call}_facts"] = (
        f"v=1&line=kokuho&recorded_from={start}.000&answered={start}.100&notice=SUCCESS&notice_from={start}.200"
        f"&notice_until={start + 4}.400&dial=ANSWER&phone=hoken2&connected={start + 7}.000"
        f"&ended={start + 20}.000&presentation=allowed&number=0300000999&name=\r\n"
    ).encode()

    back_room.capture()(call)

    theirs = person if sat_from < 0 else None
    assert (back_room.row(call).operator_id, back_room.recording(call).operator_id) == (theirs, theirs)


def test_a_line_of_another_town_is_captured_all_the_same(back_room: BackRoom) -> None:
    call = back_room.call()
    back_room.profile = back_room.profile.model_copy(
        update={"lines": tuple(one for one in back_room.profile.lines if one.id != LineId("kokuho"))}
    )

    back_room.capture()(call)

    assert back_room.recording(call).usable
