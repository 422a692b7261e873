"""Whose words may be written down while a call goes on: of a call that is recorded, told so, and in talk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.profile.loading import load_profile
from core.profile.model import Line
from core.profile.recording import RecordingMode, Transcribe
from telephony.call import events as on
from telephony.call.call import Call, Consult, Transfer
from telephony.call.recording_state import RecordingState
from telephony.live.heard_legs import heard_legs
from tests.unit.call_scenes import (
    ANSWERED,
    ARRIVED,
    CALL,
    CALLER_GONE,
    JOINED,
    LEGS,
    NOON,
    PHONES,
    PICKED_UP,
    TO_CONNECTING,
    TO_TALKING,
    arrived,
    play,
)

LINE = next(one for one in load_profile(Path("profiles/sakura.yaml")).lines if one.id == "kokuho")
BOTH = {"caller": CALL, "hall": LEGS[0]}
TALKING, _ = play(*TO_TALKING)
UNTOLD, _ = play(
    ARRIVED,
    ANSWERED,
    *(on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-{one}", played=False) for one in (1, 2)),
    PICKED_UP,
    JOINED,
)


def line(**changes: object) -> Line:
    return LINE.model_copy(update=changes)


def test_both_sides_of_a_recorded_talk_are_heard() -> None:
    assert heard_legs(TALKING, line(), flagged=False) == BOTH


@pytest.mark.parametrize(
    "call",
    [
        play(*TO_CONNECTING)[0],
        play(*TO_TALKING, CALLER_GONE)[0],
        UNTOLD,
        replace(TALKING, held_at=NOON),
        replace(TALKING, phone_held_at=NOON),
        replace(TALKING, consult=Consult()),
        replace(TALKING, transfer=Transfer(home=PHONES[0], phones=PHONES[1:])),
        replace(TALKING, recording=RecordingState(stopped_at=NOON)),
        Call(id=CALL),
    ],
    ids=[
        "it rings", "it is over", "the caller was not told", "held", "held by the phone",
        "a colleague is asked", "passed on", "the recording was refused", "nobody came yet",
    ],
)  # fmt: skip
def test_nothing_is_heard_of_a_call_that_is_not_in_talk_or_not_recorded(call: Call) -> None:
    assert heard_legs(call, line(), flagged=True) == {}


@pytest.mark.parametrize(
    "wanted",
    [None, line(recording=RecordingMode.NEVER), line(live_text=False)],
    ids=["unknown", "never", "off"],
)
def test_nothing_is_heard_on_a_line_that_does_not_want_it(wanted: Line | None) -> None:
    assert heard_legs(TALKING, wanted, flagged=True) == {}


@pytest.mark.parametrize(
    "waiting", [line(recording=RecordingMode.BUFFER), line(transcribe=Transcribe.FLAGGED)]
)
def test_where_text_waits_for_a_flag_the_live_text_waits_for_it_too(waiting: Line) -> None:
    assert heard_legs(TALKING, waiting, flagged=False) == {}
    assert heard_legs(TALKING, waiting, flagged=True) == BOTH
    assert heard_legs(replace(TALKING, marks=1), waiting, flagged=False) == BOTH


def test_a_line_recorded_on_request_is_heard_once_both_were_told() -> None:
    asked = line(recording=RecordingMode.ON_DEMAND)
    quiet = arrived(mode="on-demand", announcement="", recording_announcement="kaishi")
    before, _ = play(quiet, ANSWERED, PICKED_UP, JOINED)
    began = RecordingState(asked_at=NOON, began_at=NOON)

    assert heard_legs(before, asked, flagged=False) == {}
    assert heard_legs(replace(before, recording=began), asked, flagged=False) == {}
    told = replace(began, told_at=NOON + timedelta(seconds=3))
    assert heard_legs(replace(before, recording=told), asked, flagged=False) == BOTH
