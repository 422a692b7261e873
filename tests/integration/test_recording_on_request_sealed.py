"""What becomes of a recording on request, and of one that was not wanted, when the call is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import text

from core.ids import CallId, LegId
from core.profile.recording import RecordedSoFar, RecordingMode, WithoutRecording
from storage.unit_of_work import UnitOfWork
from telephony.asterisk_config.plan import facts_name
from telephony.call import events as on
from telephony.call.call import operator_leg, plan_of
from telephony.journal.call_writing import write_entries
from telephony.journal.journal_entry import JournalEntry
from telephony.unrecorded.unrecorded import Doubt
from telephony.unrecorded.unrecorded_findings import UnrecordedCalls
from tests.fakes.voices import silence, through_mulaw, voice
from tests.fixtures_capture import KOKUHO, NOON, PHONE, PROMPT, BackRoom, wav

pytestmark = pytest.mark.real

CALL = CallId("city-1795143600.900")


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def with_mode(room: BackRoom, mode: RecordingMode, so_far: RecordedSoFar = RecordedSoFar.KEEP) -> None:
    lines = tuple(
        one.model_copy(update={"recording": mode}) if one.id == KOKUHO else one for one in room.profile.lines
    )
    without = WithoutRecording(recorded_so_far=so_far)
    room.profile = room.profile.model_copy(update={"lines": lines, "without_recording": without})


def let_happen(room: BackRoom, *more: on.CallEvent, until: float) -> None:
    line = room.profile.line(KOKUHO)
    assert line is not None
    caller = on.CallerIdentity(kind=on.CallerClass.NUMBER, sealed=b"sealed", hash=b"0123456789abcdef")
    leg, plan = operator_leg(CALL, PHONE), plan_of(room.profile, line)
    story: list[on.CallEvent] = [
        on.CallerArrived(at=NOON, call=CALL, leg=LegId(CALL), caller=caller, plan=plan),
        on.CallerAnswered(at=at(0.1)),
    ]
    if plan.announcement:
        story.append(on.AnnouncementEnded(at=at(1.9), playback=f"pb-{CALL}-1", played=True))
    story += [on.OperatorAnswered(at=at(2), leg=leg), on.LegsJoined(at=at(2), operator=leg), *more]
    story.append(on.CallerHungUp(at=at(until)))
    entries = [JournalEntry(call=CALL, seq=seq, event=event) for seq, event in enumerate(story)]
    with UnitOfWork(room.database, room.announcer) as work:
        write_entries(work, entries)


def pressed() -> tuple[on.CallEvent, ...]:
    leg = operator_leg(CALL, PHONE)
    return (
        on.DigitPressed(at=at(10), leg=leg, digit="*"),
        on.DigitPressed(at=at(10), leg=leg, digit="1"),
        on.RecordingBegan(at=at(10)),
        on.AnnouncementEnded(at=at(14.4), playback=f"pb-{CALL}-rec1", played=True),
    )


def refused() -> tuple[on.CallEvent, ...]:
    return (
        on.Ordered(at=at(10), order=str(uuid4()), kind="refuse-recording"),
        on.Ordered(at=at(12), order=str(uuid4()), kind="refuse-recording"),
        on.RecordingStopped(at=at(12)),
    )


def unrecorded(room: BackRoom) -> list[Doubt]:
    compared = UnrecordedCalls(
        asterisk=room.asterisk, database=room.database, profile=room.profile, clock=room.clock
    )
    return compared.run()


def test_nobody_asked_so_nothing_is_there_and_nothing_is_missing(back_room: BackRoom) -> None:
    with_mode(back_room, RecordingMode.ON_DEMAND)
    let_happen(back_room, until=30)
    back_room.capture()(CALL)

    row = back_room.row(CALL)
    assert row is not None
    assert (row.no_sound, row.notice, row.outcome) == ("not-asked-for", "not-needed", "talked")
    assert back_room.recording(CALL) is None
    assert back_room.alarms(CALL) == set()


def test_a_key_pressed_while_the_dialplan_served_alone_is_a_mark_and_nothing_is_missing(
    back_room: BackRoom,
) -> None:
    with_mode(back_room, RecordingMode.ON_DEMAND)
    begun = int(NOON.timestamp())
    call = CallId(f"city-{begun}.901")
    told = {
        "v": "1", "line": KOKUHO, "alone_from": f"{begun}.500", "answered": f"{begun}.600", "dial": "ANSWER",
        "phone": PHONE, "connected": f"{begun + 3}.000", "marks": f"{begun + 9}.250 ",
        "ended": f"{begun + 30}.000", "presentation": "allowed", "number": "+81312345678",
    }  # fmt: skip
    back_room.folder.files[facts_name(KOKUHO, call)] = urlencode(told).encode()
    assert back_room.orphans().run_once() == 1
    back_room.capture()(call)

    row = back_room.row(call)
    assert row is not None
    assert (row.served_by, row.no_sound, row.notice) == ("dialplan", "not-asked-for", "not-needed")
    assert (row.outcome, row.operator_phone) == ("talked", PHONE)
    with back_room.database.begin() as connection:
        marks = connection.execute(text("SELECT call_id, at, source FROM call_marks")).all()
    assert [tuple(one) for one in marks] == [(call, at(9.25), "phone")]
    assert (back_room.recording(call), back_room.folder.files) == (None, {})
    assert back_room.alarms(call) == set()
    back_room.clock.go_on(timedelta(hours=2))
    assert unrecorded(back_room) == []


def test_on_request_the_proof_is_there_and_what_the_caller_said_before_its_end_is_not(
    back_room: BackRoom,
) -> None:
    with_mode(back_room, RecordingMode.ON_DEMAND)
    let_happen(back_room, *pressed(), until=30)
    hall = through_mulaw(np.concatenate([silence(0.3), PROMPT, silence(2.7), voice(901, 13.0)]))
    caller = through_mulaw(voice(902, 20.0))
    back_room.place(CALL, KOKUHO, wav(caller), wav(hall))
    back_room.capture()(CALL)

    row, recording = back_room.row(CALL), back_room.recording(CALL)
    assert row is not None
    assert recording is not None
    assert (row.notice, row.no_sound) == ("proven", None)
    assert (recording.usable, recording.findings, getattr(recording, "class")) == (True, [], "flagged")
    assert recording.started_at == at(10)
    sealed = back_room.sealed_sound(CALL)
    told = round(4.4 * 8000)
    assert not sealed[:told, 0].any()
    assert np.array_equal(sealed[told:, 0], caller[told:])
    assert np.array_equal(sealed[:, 1], hall)


def test_what_was_recorded_before_a_refusal_is_kept_and_its_end_is_no_fault(back_room: BackRoom) -> None:
    with_mode(back_room, RecordingMode.ALWAYS)
    let_happen(back_room, *refused(), until=40)
    hall = through_mulaw(np.concatenate([silence(0.1), PROMPT, silence(1.0), voice(901, 6.9)]))
    back_room.place(CALL, KOKUHO, wav(through_mulaw(voice(902, 12.0))), wav(hall))
    back_room.capture()(CALL)

    recording = back_room.recording(CALL)
    assert recording is not None
    assert "length-differs" not in recording.findings
    stretches = text("SELECT kind, began_at, ended_at FROM call_stretches WHERE call_id = :call ORDER BY 2")
    with back_room.database.begin() as connection:
        found = [tuple(one) for one in connection.execute(stretches, {"call": CALL})]
    assert ("not-recorded", at(12), at(40)) in found
    assert [one for one in found if one[0] == "ringing"]


@pytest.mark.parametrize("flagged", [False, True])
def test_a_city_that_discards_it_keeps_it_all_the_same_when_the_call_is_flagged(
    back_room: BackRoom, flagged: bool
) -> None:
    with_mode(back_room, RecordingMode.ALWAYS, RecordedSoFar.DISCARD)
    let_happen(back_room, *(pressed()[:2] if flagged else ()), *refused(), until=40)
    back_room.place(CALL, KOKUHO)
    back_room.capture()(CALL)

    row = back_room.row(CALL)
    assert row is not None
    assert row.no_sound == (None if flagged else "refused")
    assert (back_room.recording(CALL) is not None) is flagged
    assert back_room.folder.files == {}
