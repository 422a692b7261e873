"""What does not fit between records, calls and recordings: the edges of the rule, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.ids import CallId, DepartmentId, LineId, RecordingId
from runtime.unrecorded_report import NotAMoment, in_words, moment_of
from telephony.unrecorded.unrecorded import (
    CAPTURED_WITHIN,
    SETTLED,
    TRANSCRIBED_WITHIN,
    Found,
    KeptRecording,
    KnownCall,
    NotedCall,
    SpoolCall,
    compare,
    open_reasons,
    server_of,
)
from telephony.unrecorded.unrecorded_reason import SENTENCES, Reason

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CALL = CallId("city-1.1")
KNOWN = KnownCall(
    call=CALL, line=LineId("kokuho"), department=DepartmentId("hoken"), practice=False, arrived_at=NOON,
    answered_at=NOON, ended_at=NOON + timedelta(seconds=60), talked=True, interrupted=False,
    sound_not_kept=False, not_recorded_seconds=0.0, notice_missing=False,
)  # fmt: skip
KEPT = KeptRecording(
    recording=RecordingId(UUID(int=1)), subject=CALL, department=DepartmentId("hoken"), practice=False,
    started_at=NOON, seconds=60.0, findings=frozenset(), words_due_from=NOON + timedelta(seconds=65),
    destroyed=False, transcript_wanted=True, transcribed=True,
)  # fmt: skip
NOTED = NotedCall(
    call=CALL, line=LineId("kokuho"), department=DepartmentId("hoken"), practice=False, part_of=CALL,
    begun_at=NOON, ended_at=NOON + timedelta(seconds=60), answered=True,
)  # fmt: skip
LYING = SpoolCall(
    call=CALL, line=LineId("kokuho"), department=DepartmentId("hoken"), practice=False, begun_at=NOON
)
ENDED = KNOWN.ended_at


def reasons(found: Found, after: timedelta = timedelta(hours=30)) -> set[Reason]:
    return {doubt.reason for doubt in compare(found, ENDED + after)}


def one(
    call: KnownCall | None = KNOWN,
    recording: KeptRecording | None = KEPT,
    noted: NotedCall | None = NOTED,
    spool: tuple[SpoolCall, ...] | None = (),
) -> Found:
    return Found(
        noted=[noted] if noted else [], calls=[call] if call else [],
        recordings=[recording] if recording else [], spool=spool,
    )  # fmt: skip


def test_a_call_that_is_recorded_as_it_was_is_not_on_the_list() -> None:
    assert reasons(one()) == set()


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (58.9, set()),
        (58.7, {Reason.TOO_SHORT}),
        (61.1, set()),
        (61.3, {Reason.TOO_LONG}),
        (0.0, {Reason.TOO_SHORT}),
    ],
)
def test_two_percent_or_a_second_are_clocks(seconds: float, expected: set[Reason]) -> None:
    assert reasons(one(recording=replace(KEPT, seconds=seconds))) == expected


def test_stretches_that_were_not_recorded_on_purpose_are_not_missed() -> None:
    stopped = replace(KNOWN, not_recorded_seconds=20.0)

    assert reasons(one(stopped, replace(KEPT, seconds=40.0))) == set()
    assert reasons(one(stopped, replace(KEPT, seconds=30.0))) == {Reason.TOO_SHORT}


@pytest.mark.parametrize(
    "change",
    [{"talked": False}, {"sound_not_kept": True}, {"answered_at": None}],
)
def test_where_no_sound_is_kept_none_is_missing(change: dict[str, object]) -> None:
    assert reasons(one(replace(KNOWN, **change), None)) == set()  # type: ignore[arg-type]
    assert reasons(one(KNOWN, None)) == {Reason.MISSING}


def test_a_call_has_its_time_before_it_is_missed() -> None:
    lost, lying = one(KNOWN, None), one(KNOWN, None, spool=(LYING,))

    assert reasons(lost, SETTLED - timedelta(seconds=1)) == set()
    assert reasons(lost, SETTLED) == {Reason.MISSING}
    assert reasons(lying, CAPTURED_WITHIN - timedelta(seconds=1)) == set()
    assert reasons(lying, CAPTURED_WITHIN) == {Reason.WAITING}


def test_what_lies_with_an_asterisk_that_nobody_asked_is_not_called_missing() -> None:
    lost = one(replace(KNOWN, call=CallId("city-1795290506.1")), None, None)
    other, own = replace(lost, server="elsewhere"), replace(lost, server="city")

    assert reasons(own, SETTLED) == {Reason.MISSING}
    assert reasons(other, SETTLED) == set()
    assert reasons(other, CAPTURED_WITHIN) == {Reason.WAITING}


@pytest.mark.parametrize(
    ("call", "server"),
    [("city-1795290506.1", "city"), ("city-b-1795290506.22", "city-b"), ("1795290506.1", ""), ("x", None)],
)
def test_a_call_s_id_says_which_asterisk_it_came_to(call: str, server: str | None) -> None:
    assert server_of(CallId(call)) == server


def test_recognition_has_a_day() -> None:
    unheard = replace(KEPT, transcribed=False)
    sealed = KEPT.words_due_from - ENDED

    assert reasons(one(recording=unheard), TRANSCRIBED_WITHIN + sealed - timedelta(seconds=1)) == set()
    assert reasons(one(recording=unheard), TRANSCRIBED_WITHIN + sealed) == {Reason.NOT_TRANSCRIBED}
    assert reasons(one(recording=replace(unheard, transcript_wanted=False))) == set()


def test_a_leg_of_a_call_we_know_is_no_unknown_call() -> None:
    leg = replace(NOTED, call=CallId("city-1.9"))

    assert reasons(one(noted=leg)) == set()
    assert reasons(one(noted=replace(leg, part_of=leg.call))) == {Reason.UNKNOWN_CALL}


def test_a_call_that_goes_on_is_not_judged() -> None:
    going_on = Found(noted=[NOTED], calls=[], recordings=[], spool=[LYING], live=frozenset({CALL}))
    known = Found(noted=[NOTED], calls=[], recordings=[KEPT], spool=[LYING], other_calls=frozenset({CALL}))

    assert reasons(going_on) == set()
    assert reasons(known) == set()


def test_a_destroyed_recording_is_never_on_the_list() -> None:
    gone = replace(KEPT, destroyed=True, seconds=1.0, findings=frozenset({"silent"}))

    assert reasons(one(recording=gone)) == set()
    assert reasons(one(call=None, recording=gone, noted=None)) == set()
    assert reasons(one(call=None, recording=KEPT, noted=None)) == {Reason.UNLINKED}


def test_every_reason_has_its_words() -> None:
    assert set(SENTENCES) == set(Reason)


def test_the_command_line_tells_day_line_call_and_lengths_and_practice_apart() -> None:
    short = replace(KEPT, seconds=30.0)
    practice = replace(KNOWN, call=CallId("city-1.2"), practice=True)
    found = Found(
        noted=[], calls=[KNOWN, practice],
        recordings=[short, replace(short, subject=practice.call, practice=True)], spool=(),
    )  # fmt: skip
    doubts = compare(found, ENDED + timedelta(hours=2))
    told = in_words(doubts).splitlines()

    assert told[0] == "録れていない電話: 1 件"
    assert told[1].startswith("  2026-11-20 12:00:00  kokuho  city-1.1  録音が通話より短く")
    assert told[1].endswith("通話 60.0 秒  録音 30.0 秒")
    assert told[2] == "練習の通話: 1 件"
    assert open_reasons(doubts) == {Reason.TOO_SHORT: 1}
    assert in_words([]) == "録れていない電話はありません。"


def test_a_period_is_told_in_japans_time() -> None:
    assert moment_of("2026-11-20T12:00") == NOON
    assert moment_of("") is None
    with pytest.raises(NotAMoment):
        moment_of("きのう")
