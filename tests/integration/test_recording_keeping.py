"""What is kept for hours, what a flag keeps for years, and that what is due is destroyed."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Row, text

from core.ids import CallId, recording_id_of
from core.profile.recording import RecordingMode
from storage.vault import Vault
from telephony.capture.recording_destruction import DestroyDue
from telephony.capture.recording_promotion import PromoteRecording
from tests.fakes.voices import silence
from tests.fixtures_capture import KOKUHO, RENSHU, BackRoom, wav
from transcription.repository import recorded_call

pytestmark = pytest.mark.real


@pytest.fixture
def buffered(back_room: BackRoom) -> BackRoom:
    """A town whose line is buffered for a day."""
    lines = tuple(
        one.model_copy(update={"recording": RecordingMode.BUFFER}) if one.id == KOKUHO else one
        for one in back_room.profile.lines
    )
    keeping = back_room.profile.keeping.model_copy(update={"buffer_hours": 24})
    back_room.profile = back_room.profile.model_copy(update={"lines": lines, "keeping": keeping})
    return back_room


def promotion(room: BackRoom) -> PromoteRecording:
    return PromoteRecording(database=room.database, announcer=room.announcer, keeping=room.profile.keeping)


def destruction(room: BackRoom, vault: Vault | None = None) -> DestroyDue:
    return DestroyDue(
        vault=vault or room.vault(), database=room.database, promote=promotion(room),
        approvals=room.profile.keeping.approvals, clock=room.clock,
    )  # fmt: skip


def flag(room: BackRoom, call: CallId) -> None:
    marked = text("INSERT INTO call_marks (id, call_id, at, source) VALUES (:id, :call, now(), 'dialplan')")
    with room.database.begin() as connection:
        connection.execute(marked, {"id": uuid4(), "call": call})


def set_clock(room: BackRoom, moment: datetime) -> None:
    room.clock.go_on(moment - room.clock.now())


def recording(room: BackRoom, call: CallId) -> Row[Any]:
    found = room.recording(call)
    assert found is not None
    return found


def row(room: BackRoom, call: CallId) -> Row[Any]:
    found = room.row(call)
    assert found is not None
    return found


def kind(room: BackRoom, call: CallId) -> str:
    return getattr(recording(room, call), "class")


def kept_for(room: BackRoom, call: CallId) -> timedelta:
    return recording(room, call).destroy_after - row(room, call).ended_at


def certificates(room: BackRoom) -> list[str]:
    with room.database.begin() as connection:
        return list(connection.execute(text("SELECT rule FROM destructions ORDER BY at")).scalars())


def test_a_buffered_call_is_kept_for_hours_and_not_written_down(buffered: BackRoom) -> None:
    call = buffered.call()
    buffered.capture()(call)

    assert (kind(buffered, call), kept_for(buffered, call)) == ("buffer", timedelta(hours=24))
    with buffered.database.begin() as connection:
        known = recorded_call(connection, recording_id_of(call))
    assert known is not None
    assert known.only_buffered


def test_the_flag_promotes_the_whole_call_after_it_and_lets_it_become_words(buffered: BackRoom) -> None:
    call = buffered.call()
    buffered.capture()(call)
    waiting = buffered.jobs("transcribe_recording")
    with buffered.database.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    flag(buffered, call)

    promotion(buffered)(call)

    assert (kind(buffered, call), kept_for(buffered, call)) == ("flagged", timedelta(days=1825))
    assert buffered.jobs("transcribe_recording") == waiting == [str(recording_id_of(call))]


def test_a_flag_in_the_call_is_sealed_as_flagged(buffered: BackRoom) -> None:
    call = buffered.call(marks=[9.0])
    promotion(buffered)(call)
    buffered.capture()(call)

    assert (kind(buffered, call), kept_for(buffered, call)) == ("flagged", timedelta(days=1825))


def test_a_flag_that_comes_while_the_recording_is_being_sealed_is_not_missed(buffered: BackRoom) -> None:
    """Pressed after capture has read the marks; the promotion runs before the seal is through, and after."""
    call = buffered.call()
    promoted = threading.Thread(target=promotion(buffered), args=(call,))

    class PressedMeanwhile(Vault):
        def seal(self, *args: object, **kwargs: object) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
            flag(buffered, call)
            promotion(buffered)(call)  # finds nothing yet
            sealed = super().seal(*args, **kwargs)  # pyright: ignore[reportArgumentType]
            promoted.start()  # waits for the transaction, if it comes to it
            return sealed

    plain = buffered.vault()
    plain.__class__ = PressedMeanwhile
    buffered.capture(vault=plain)(call)
    promoted.join(10)

    assert kind(buffered, call) == "flagged"


def test_a_flag_counts_on_an_ordinary_line_too_and_practice_stays_practice(back_room: BackRoom) -> None:
    ordinary, practice = back_room.call(), back_room.call(line=RENSHU)
    for call in (ordinary, practice):
        back_room.capture()(call)
        flag(back_room, call)
        promotion(back_room)(call)

    assert (kind(back_room, ordinary), kind(back_room, practice)) == ("flagged", "practice")


def test_what_is_due_is_destroyed_with_a_certificate_and_nothing_before(buffered: BackRoom) -> None:
    call = buffered.call()
    buffered.capture()(call)
    until = recording(buffered, call).destroy_after

    set_clock(buffered, until - timedelta(seconds=1))
    assert destruction(buffered).run_once() == 0
    set_clock(buffered, until)
    assert destruction(buffered).run_once() == 1
    assert destruction(buffered).run_once() == 0

    assert recording(buffered, call).destroyed_at is not None
    assert certificates(buffered) == ["buffer-period-over"]
    assert [one for one in buffered.objects.rglob("*") if one.is_file()] == []


def test_a_flag_nobody_acted_on_yet_still_saves_the_recording(buffered: BackRoom) -> None:
    call = buffered.call()
    buffered.capture()(call)
    set_clock(buffered, recording(buffered, call).destroy_after)
    flag(buffered, call)

    assert destruction(buffered).run_once() == 0
    assert kind(buffered, call) == "flagged"


def test_a_flag_between_looking_and_destroying_saves_the_recording(buffered: BackRoom) -> None:
    call = buffered.call()
    buffered.capture()(call)
    set_clock(buffered, recording(buffered, call).destroy_after)

    class PressedMeanwhile(Vault):
        def destroy(self, *args: object, **kwargs: object) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
            flag(buffered, call)
            return super().destroy(*args, **kwargs)  # pyright: ignore[reportArgumentType]

    vault = buffered.vault()
    vault.__class__ = PressedMeanwhile

    assert destruction(buffered, vault).run_once() == 0
    assert recording(buffered, call).destroyed_at is None


def test_days_are_kept_to_for_ordinary_practice_and_flagged_calls(
    back_room: BackRoom,
) -> None:
    ordinary, practice, flagged = back_room.call(), back_room.call(line=RENSHU), back_room.call(marks=[9.0])
    for call in (ordinary, practice, flagged):
        back_room.capture()(call)

    set_clock(back_room, recording(back_room, flagged).destroy_after - timedelta(seconds=1))
    assert destruction(back_room).run_once() == 2
    assert sorted(certificates(back_room)) == ["practice-period-over", "unflagged-period-over"]
    assert recording(back_room, flagged).destroyed_at is None

    set_clock(back_room, recording(back_room, flagged).destroy_after)
    assert destruction(back_room).run_once() == 1
    assert certificates(back_room)[-1] == "flagged-period-over"


def test_who_talked_to_nobody_leaves_a_row_and_a_notice_and_no_sound(back_room: BackRoom) -> None:
    call = back_room.call(talked=False)
    back_room.capture()(call)
    back_room.capture()(call)

    of_call = row(back_room, call)
    assert (of_call.notice, of_call.no_sound) == ("proven", "nobody-answered")
    assert back_room.recording(call) is None
    assert back_room.folder.files == {}
    assert [one for one in back_room.objects.rglob("*") if one.is_file()] == []
    assert back_room.alarms(call) == set()


def test_of_a_call_that_was_cut_off_nobody_knows_whether_somebody_talked(back_room: BackRoom) -> None:
    call = back_room.call(wav(silence(3)), wav(silence(3)), talked=False, lost=True)
    back_room.capture()(call)

    assert back_room.recording(call) is not None
    assert row(back_room, call).no_sound is None
