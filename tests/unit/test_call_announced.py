"""What a caller is told: that the call is recorded, and why nobody answers; also when it cannot be played."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.profile.loading import load_profile
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Outcome, Phase, plan_of
from telephony.call.machine import fold
from tests.unit.call_scenes import (
    ANSWERED,
    CALL,
    CALLER,
    CALLER_GONE,
    LEGS,
    NOON,
    TO_ANNOUNCING,
    TO_CONNECTING,
    TOLD,
    arrived,
    last,
    left,
    play,
    refused,
    timer,
)

HANG_UP_CALLER = do.HangUpLeg(leg=CALLER)


def alarms(commands: object) -> list[str]:
    return [one.code for one in commands if isinstance(one, do.RaiseAlarm)]  # type: ignore[attr-defined]


def apology(commands: object) -> str:
    return next(one.announcement for one in commands if isinstance(one, do.PlayAnnouncement))  # type: ignore[attr-defined]


def test_the_caller_hears_that_the_call_is_recorded_before_any_phone_rings() -> None:
    call, asked = play(*TO_ANNOUNCING)

    assert call.phase is Phase.ANNOUNCING
    assert do.PlayAnnouncement(leg=CALLER, playback=f"pb-{CALL}-1", announcement="recording") in asked
    assert not any(isinstance(one, do.RingOperator) for one in asked)


def test_an_announcement_that_fails_is_tried_once_more() -> None:
    call, asked = last(*TO_ANNOUNCING, replace(TOLD, played=False))

    assert call.phase is Phase.ANNOUNCING
    assert asked[0] == do.PlayAnnouncement(leg=CALLER, playback=f"pb-{CALL}-2", announcement="recording")
    assert alarms(asked) == []


def test_an_announcement_that_fails_twice_raises_an_alarm_and_the_call_goes_on() -> None:
    failed_twice = (
        replace(TOLD, played=False),
        refused(on.Action.PLAY_ANNOUNCEMENT, on.Refusal.INVALID, CALLER, f"pb-{CALL}-2"),
    )
    call, asked = last(*TO_ANNOUNCING, *failed_twice)

    assert call.phase is Phase.CONNECTING
    assert not call.announcement_played
    assert alarms(asked) == ["announcement-not-played"]
    assert any(isinstance(one, do.RingOperator) for one in asked)


def test_a_playback_that_hangs_is_stopped_before_the_next_one() -> None:
    _, asked = last(*TO_ANNOUNCING, timer(on.Timer.ANNOUNCEMENT))

    assert asked[0] == do.StopAnnouncement(playback=f"pb-{CALL}-1")
    assert isinstance(asked[1], do.PlayAnnouncement)


def test_a_playback_we_stopped_ourselves_does_not_count_as_played() -> None:
    call, _ = play(*TO_ANNOUNCING, timer(on.Timer.ANNOUNCEMENT), TOLD)

    assert call.phase is Phase.ANNOUNCING
    assert not call.announcement_played


def test_when_the_announcement_was_told_is_known_though_a_playback_that_hung_ended_before() -> None:
    hung = replace(TOLD, at=NOON + timedelta(seconds=31))
    told = replace(TOLD, playback=f"pb-{CALL}-2", at=NOON + timedelta(seconds=40))
    call, _ = play(*TO_ANNOUNCING, timer(on.Timer.ANNOUNCEMENT), hung, told)

    assert call.announced_at == told.at


def test_an_announcement_of_any_length_is_played_to_its_end() -> None:
    profile = load_profile(Path("profiles/sakura.yaml"))
    line = profile.lines[0]

    def limit(announcement: float, apology: float | None) -> float:
        lengths = {line.announcement: announcement, line.no_answer: apology}
        return plan_of(profile, line, lengths.get).announcement_limit_seconds

    assert limit(55, 9) > 55
    assert limit(5, 58) > 58
    assert limit(5, None) < 20  # and who hears nothing does not wait for half a minute


@pytest.mark.parametrize(
    ("causes", "outcome", "words"),
    [
        ((on.Cause.BUSY, on.Cause.BUSY, on.Cause.BUSY), Outcome.BUSY, "busy"),
        ((on.Cause.BUSY, on.Cause.UNREACHABLE, on.Cause.BUSY), Outcome.BUSY, "busy"),
        ((on.Cause.UNREACHABLE,) * 3, Outcome.NOBODY_THERE, "nobody"),
        ((on.Cause.BUSY, on.Cause.REJECTED, on.Cause.BUSY), Outcome.NO_ANSWER, "nobody"),
        ((on.Cause.NO_ANSWER, on.Cause.UNREACHABLE, on.Cause.BUSY), Outcome.NO_ANSWER, "nobody"),
    ],
)
def test_the_apology_tells_why_nobody_answers(
    causes: tuple[on.Cause, ...], outcome: Outcome, words: str
) -> None:
    ends = [left(leg, cause) for leg, cause in zip(LEGS, causes, strict=True)]
    call, asked = last(*TO_CONNECTING, *ends)

    assert (call.phase, call.outcome) == (Phase.APOLOGISING, outcome)
    assert apology(asked) == words
    assert do.StopRingback(leg=CALLER, playback=f"rb-{CALL}") in asked


def test_after_the_ring_limit_every_phone_stops_and_the_caller_is_told() -> None:
    call, asked = last(*TO_CONNECTING, left(LEGS[0], on.Cause.BUSY), timer(on.Timer.RING))

    assert (call.phase, call.outcome) == (Phase.APOLOGISING, Outcome.NO_ANSWER)
    assert [one.leg for one in asked if isinstance(one, do.HangUpLeg)] == [LEGS[1], LEGS[2]]
    assert apology(asked) == "nobody"


def test_after_the_apology_the_caller_is_released_politely() -> None:
    ends = [left(leg, on.Cause.BUSY) for leg in LEGS]
    sorry = on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-2", played=True)
    call, asked = last(*TO_CONNECTING, *ends, sorry)

    assert call.phase is Phase.RELEASING
    assert asked[0] == HANG_UP_CALLER
    assert fold(CALL, [*TO_CONNECTING, *ends, sorry, CALLER_GONE]).outcome is Outcome.BUSY


def test_an_apology_that_cannot_be_played_still_releases_the_caller_and_is_reported() -> None:
    ends = [left(leg, on.Cause.BUSY) for leg in LEGS]
    call, asked = last(*TO_CONNECTING, *ends, refused(on.Action.PLAY_ANNOUNCEMENT, on.Refusal.FAILED, CALLER))

    assert call.phase is Phase.RELEASING
    assert alarms(asked) == ["apology-not-played"]


def test_a_line_without_phones_apologises() -> None:
    call, _ = play(arrived(phones=()), ANSWERED, TOLD)

    assert (call.phase, call.outcome) == (Phase.APOLOGISING, Outcome.NOBODY_THERE)
