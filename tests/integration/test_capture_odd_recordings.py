"""Recordings that are not as they should be: each is kept and said; what nobody can read is left lying."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.fakes.voices import silence
from tests.fixtures_capture import CALLER, HALL, RENSHU, BackRoom, wav

pytestmark = pytest.mark.real

GARBAGE = b"<html>" * 100

ODD: dict[str, tuple[dict[str, Any], set[str], set[str]]] = {
    "nothing but a header": (
        {"caller": wav(silence(0)), "hall": wav(silence(0))},
        {"empty", "length-differs"},
        {"recording-empty", "recording-length-differs", "notice-missing"},
    ),
    "not even a header": (
        {"caller": b"", "hall": b""},
        {"empty", "length-differs", "salvaged"},
        {"recording-empty", "recording-length-differs", "recording-salvaged", "notice-missing"},
    ),
    "a silent caller": (
        {"caller": wav(silence(20))},
        {"one-sided"},
        {"recording-one-sided"},
    ),
    "a silent operator": (
        {"hall": wav(np.concatenate([HALL[:56_000], silence(13)]))},
        {"one-sided"},
        {"recording-one-sided"},
    ),
    "one second": (
        {"caller": wav(CALLER[:8000]), "hall": wav(HALL[:8000]), "seconds": 8.0},
        {"short", "one-sided", "length-differs"},
        {"recording-one-sided", "recording-length-differs", "notice-missing"},
    ),
    "no caller's track": (
        {"caller": None},
        {"missing-track", "one-sided"},
        {"recording-missing-track", "recording-one-sided"},
    ),
    "an unreadable caller's track": (
        {"caller": GARBAGE},
        {"unreadable-track", "one-sided"},
        {"recording-unreadable-track", "recording-one-sided"},
    ),
    "five seconds missing": (
        {"seconds": 25.0},
        {"length-differs"},
        {"recording-length-differs"},
    ),
    "a server that died": (
        {
            "caller": wav(CALLER[:140_000], finished=False) + b"\1",
            "hall": wav(HALL[:130_000], finished=False),
            "lost": True,
        },
        {"salvaged", "padded"},
        {"recording-salvaged"},
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_recording_is_sealed_and_kept_and_said(back_room: BackRoom, odd: str) -> None:
    what, findings, alarms = ODD[odd]
    call = back_room.call(**what)

    back_room.capture()(call)

    assert set(back_room.recording(call).findings) == findings
    assert back_room.alarms(call) == alarms
    assert back_room.recording(call).samples == len(back_room.sealed_sound(call))


@pytest.mark.parametrize("odd", ODD)
def test_a_practice_call_may_be_as_odd_as_it_likes(back_room: BackRoom, odd: str) -> None:
    what, findings, _ = ODD[odd]
    call = back_room.call(**what, line=RENSHU)

    back_room.capture()(call)

    recording = back_room.recording(call)
    assert set(recording.findings) == findings
    assert (recording.practice, recording.destroy_after - back_room.row(call).ended_at) == (
        True,
        timedelta(days=7),
    )
    assert getattr(recording, "class") == "practice"
    assert back_room.alarms(call) == set()


def test_what_cannot_be_read_stays_in_asterisks_folder(back_room: BackRoom) -> None:
    call = back_room.call(caller=GARBAGE)

    back_room.capture()(call)

    assert list(back_room.folder.files.values()) == [GARBAGE]


def test_a_call_without_proof_of_notice_is_kept_and_closed_for_use(back_room: BackRoom) -> None:
    call = back_room.call(hall=wav(HALL[24_000:]), caller=wav(CALLER[24_000:]), seconds=17.0)

    back_room.capture()(call)

    assert back_room.row(call).notice == "missing"
    assert not back_room.recording(call).usable
    assert back_room.alarms(call) == {"notice-missing"}
    assert back_room.folder.files == {}


def test_a_caller_who_leaves_in_the_announcement_raises_no_alarm(back_room: BackRoom) -> None:
    call = back_room.call(wav(CALLER[:24_000]), wav(HALL[:24_000]), told=False, seconds=3.0)

    back_room.capture()(call)

    assert (back_room.row(call).notice, back_room.row(call).no_sound) == ("missing", "nobody-answered")
    assert back_room.recording(call) is None
    assert back_room.alarms(call) == set()


def test_a_caller_who_leaves_before_anybody_answers_raises_no_alarm(back_room: BackRoom) -> None:
    call = back_room.call(wav(silence(0)), wav(silence(0)), answered=False, told=False, seconds=2.0)

    back_room.capture()(call)

    assert back_room.row(call).no_sound == "nobody-answered"
    assert back_room.recording(call) is None
    assert back_room.alarms(call) == set()


def test_a_call_that_left_no_recording_at_all_raises_an_alarm(back_room: BackRoom) -> None:
    call = back_room.call(None, None)

    back_room.capture()(call)

    assert back_room.recording(call) is None
    assert back_room.row(call).notice == "missing"
    assert back_room.alarms(call) == {"recording-missing"}


def test_a_call_of_garbage_only_keeps_its_files_for_people_to_look_at(back_room: BackRoom) -> None:
    call = back_room.call(GARBAGE, GARBAGE)

    back_room.capture()(call)

    assert back_room.recording(call) is None
    assert back_room.alarms(call) == {"recording-unreadable"}
    assert len(back_room.folder.files) == 2
