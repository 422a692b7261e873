"""Recording on request, and what follows when the caller does not want to be recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Phase, offered
from telephony.call.machine import advance
from tests.unit.call_scenes import ARRIVED, CALL, CALLER_GONE, LEGS, NOON, key

ON_REQUEST = replace(
    ARRIVED, plan=replace(ARRIVED.plan, mode="on-demand", announcement="", recording_announcement="kaishi")
)
TALK = (
    on.CallerAnswered(at=NOON),
    on.OperatorAnswered(at=NOON, leg=LEGS[0]),
    on.LegsJoined(at=NOON, operator=LEGS[0]),
)
BEGAN = on.RecordingBegan(at=NOON + timedelta(seconds=5))


def play(*events: on.CallEvent) -> tuple[Call, list[do.Command]]:
    call, asked = offered(CALL), list[do.Command]()
    for event in events:
        call, commands = advance(call, event)
        asked += commands
    return call, asked


def order(kind: str, name: str = "1") -> on.Ordered:
    return on.Ordered(at=NOON, order=name, kind=kind)


def results(asked: list[do.Command]) -> list[str]:
    return [one.result for one in asked if isinstance(one, do.ConcludeOrder)]


def test_a_line_recorded_on_request_tells_nobody_of_a_recording_before_it_is_one() -> None:
    call, asked = play(ON_REQUEST, *TALK)

    assert call.phase is Phase.TALKING
    assert not [one for one in asked if isinstance(one, (do.PlayAnnouncement, do.StartRecording))]


def test_the_key_records_then_tells_both_and_pressed_again_only_marks() -> None:
    call, asked = play(ON_REQUEST, *TALK, key("*"), key("1"), BEGAN, key("*"), key("1"))
    started = [one for one in asked if isinstance(one, do.StartRecording)]
    told = [one for one in asked if isinstance(one, do.TellBoth)]

    assert (len(started), [one.announcement for one in told]) == (1, ["kaishi"])
    assert asked.index(started[0]) < asked.index(told[0])
    assert call.marks == 2
    assert call.recording.began_at == BEGAN.at


def test_nobody_is_told_of_a_recording_that_did_not_start_and_the_next_press_tries_again() -> None:
    refused = on.ActionRefused(at=NOON, action=on.Action.START_RECORDING, reason=on.Refusal.TIMEOUT)
    call, asked = play(ON_REQUEST, *TALK, key("*"), key("1"), refused, key("*"), key("1"))

    assert do.RaiseAlarm(code="recording-not-started") in asked
    assert len([one for one in asked if isinstance(one, do.StartRecording)]) == 2
    assert not [one for one in asked if isinstance(one, do.TellBoth)]
    assert call.phase is Phase.TALKING


def test_words_that_were_not_played_are_tried_once_more_and_the_call_goes_on() -> None:
    def failed(times: int) -> on.AnnouncementEnded:
        return on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-rec{times}", played=False)

    call, asked = play(ON_REQUEST, *TALK, key("*"), key("1"), BEGAN, failed(1), failed(2))

    assert len([one for one in asked if isinstance(one, do.TellBoth)]) == 2
    assert asked[-1] == do.RaiseAlarm(code="announcement-not-played")
    assert (call.phase, call.recording.told_at) == (Phase.TALKING, None)


def test_an_order_starts_it_too_and_says_when_there_is_nothing_to_start() -> None:
    _, asked = play(ON_REQUEST, *TALK, order("start-recording"), order("start-recording", "2"))
    _, always = play(ARRIVED, order("start-recording"))

    assert results(asked) == ["done", "already-recording"]
    assert results(always) == ["already-recording"]


def test_a_process_that_takes_over_starts_what_the_dead_one_may_not_have_started() -> None:
    adopted = on.Adopted(at=NOON, caller_up=True, answered=LEGS[:1], joined=LEGS[:1])
    _, asked = play(ON_REQUEST, *TALK, key("*"), key("1"), adopted)

    assert len([one for one in asked if isinstance(one, do.StartRecording)]) == 2


@pytest.mark.parametrize(
    ("then", "answers", "stops"),
    [("stop", ["explain-first", "done"], 1), ("offer", ["explain-first", "offer-other-way"], 0)],
)
def test_it_is_explained_again_first_and_then_the_profile_decides_but_never_the_end_of_the_call(
    then: str, answers: list[str], stops: int
) -> None:
    arrived = replace(ON_REQUEST, plan=replace(ON_REQUEST.plan, mode="always", when_not_wanted=then))
    first, again = order("refuse-recording"), order("refuse-recording", "2")
    stopped = (on.RecordingStopped(at=NOON),) if stops else ()
    call, asked = play(arrived, *TALK, first, again, *stopped)

    assert results(asked) == answers
    assert len([one for one in asked if isinstance(one, do.StopRecording)]) == stops
    assert call.phase is Phase.TALKING
    assert not [one for one in asked if isinstance(one, do.HangUpLeg) and one.leg == call.leg]


def test_after_a_refusal_nothing_starts_the_recording_again() -> None:
    arrived = replace(ON_REQUEST, plan=replace(ON_REQUEST.plan, mode="always"))
    no = (order("refuse-recording"), order("refuse-recording", "2"), on.RecordingStopped(at=NOON))
    call, asked = play(arrived, *TALK, *no, order("start-recording", "3"), key("*"), key("1"))

    assert results(asked)[-1] == "not-wanted"
    assert call.marks == 1
    assert not [one for one in asked if isinstance(one, do.StartRecording)]


def test_a_recording_that_could_not_be_stopped_is_said_to_people() -> None:
    arrived = replace(ON_REQUEST, plan=replace(ON_REQUEST.plan, mode="always"))
    refused = on.ActionRefused(at=NOON, action=on.Action.STOP_RECORDING, reason=on.Refusal.TIMEOUT)
    _, asked = play(
        arrived, *TALK, order("refuse-recording"), order("refuse-recording", "2"), refused, CALLER_GONE
    )

    assert do.RaiseAlarm(code="recording-not-stopped") in asked
    assert results(asked)[-1] == "not-possible"


HELD = on.Ordered(at=NOON, order="h", kind="hold")
BACK = (on.Ordered(at=NOON, order="r", kind="resume"), on.LegsJoined(at=NOON, operator=LEGS[0]))


def test_the_key_pressed_while_the_caller_is_held_records_once_they_are_back() -> None:
    held, before = play(ON_REQUEST, *TALK, HELD, key("*"), key("1"))
    _, asked = play(ON_REQUEST, *TALK, HELD, key("*"), key("1"), *BACK)

    assert held.marks == 1
    assert not any(isinstance(one, do.StartRecording) for one in before)
    assert sum(isinstance(one, do.StartRecording) for one in asked) == 1


def test_who_was_held_during_the_words_is_told_again_when_back() -> None:
    words = on.AnnouncementEnded(at=NOON, playback=f"pb-{CALL}-rec1", played=True)
    call, asked = play(ON_REQUEST, *TALK, key("*"), key("1"), BEGAN, HELD, words, *BACK)

    assert call.recording.told_at is None
    assert [one.playback for one in asked if isinstance(one, do.TellBoth)] == [
        f"pb-{CALL}-rec1",
        f"pb-{CALL}-rec2",
    ]


def test_a_refusal_is_carried_out_also_when_its_process_died_before_it_could() -> None:
    found = on.Adopted(at=NOON, caller_up=True, answered=(LEGS[0],), joined=(LEGS[0],))
    recorded = (ON_REQUEST, *TALK, key("*"), key("1"), BEGAN)
    refusing = (*recorded, order("refuse-recording", "2"), order("refuse-recording", "3"))
    _, before = play(*refusing)
    _, asked = play(*refusing, found)

    assert asked[len(before) :].count(do.StopRecording(leg=ARRIVED.leg)) == 1


def test_an_order_handed_on_twice_explains_twice_and_stops_nothing() -> None:
    recorded = (ON_REQUEST, *TALK, key("*"), key("1"), BEGAN)
    _, asked = play(*recorded, order("refuse-recording"), order("refuse-recording"))

    assert results(asked) == ["explain-first", "explain-first"]
    assert not any(isinstance(one, do.StopRecording) for one in asked)
