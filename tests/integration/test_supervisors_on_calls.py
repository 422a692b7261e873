"""Supervisors on a real call, told apart by a tone on each leg: who hears whom, and what is recorded."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from telephony.call.call import Outcome
from telephony.call.guest import Mode
from tests.fixtures_telephony import (
    CALLER,
    CALLER_TONE,
    FIRST,
    OPERATOR_TONE,
    Hall,
    ended,
    recorded_seconds,
)
from tests.fixtures_watched_hall import SILENCE, SUPERVISOR, SUPERVISOR_TONE, Supervised, supervised_talk
from tests.sip_phones import share_of_tone, tone

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

HALF = 0.25
"""Share of one of two tones that are heard together."""
WORDS_TONE = 990
"""Stands for the words of a warning, so that they are told apart from everybody's voice."""


def loudest_share(hall: Hall, track: str, hertz: int) -> float:
    """How much of a tone is in the stretch of a track that has most of it."""
    recorded_seconds(hall)
    (file,) = hall.server.plan.recordings.glob(f"*_{track}.wav")
    samples, rate = soundfile.read(file, dtype="int16")
    length, step = int(rate * 0.4), int(rate * 0.05)
    return max(
        share_of_tone(samples[at : at + length], hertz) for at in range(0, len(samples) - length, step)
    )


def test_a_supervisor_listens_and_whispers_and_only_the_operator_ever_hears_it(supervised_hall: Hall) -> None:
    scene = supervised_talk(supervised_hall)
    phones = scene.phones

    scene.bring(Mode.LISTEN)
    phones.hears(SUPERVISOR, CALLER_TONE, share=HALF)
    phones.hears(SUPERVISOR, OPERATOR_TONE, share=HALF)
    scene.never_hears(CALLER, SUPERVISOR_TONE)
    scene.never_hears(FIRST, SUPERVISOR_TONE)

    scene.bring(Mode.WHISPER)
    phones.hears(FIRST, SUPERVISOR_TONE, share=HALF)
    phones.hears(FIRST, CALLER_TONE, share=HALF)
    phones.hears(CALLER, OPERATOR_TONE)
    scene.never_hears(CALLER, SUPERVISOR_TONE)

    scene.bring(Mode.LISTEN)
    scene.stops_hearing(FIRST, SUPERVISOR_TONE)
    phones.hears(FIRST, CALLER_TONE)
    phones.order(CALLER, "hang-up")
    phones.hear(f"{SUPERVISOR} over")

    assert ended(supervised_hall).outcome is Outcome.TALKED
    for track in "rt":
        assert loudest_share(supervised_hall, track, SUPERVISOR_TONE) < SILENCE
    assert loudest_share(supervised_hall, "t", OPERATOR_TONE) > HALF


def test_a_supervisor_comes_in_after_the_caller_is_told_and_takes_the_call_over(
    supervised_hall: Hall,
) -> None:
    scene = supervised_talk(supervised_hall)
    phones = scene.phones
    scene.bring(Mode.LISTEN)

    scene.bring(Mode.BARGE)
    assert scene.call.words_told == 1
    phones.hears(CALLER, SUPERVISOR_TONE, share=HALF)
    phones.hears(CALLER, OPERATOR_TONE, share=HALF)
    phones.hears(FIRST, SUPERVISOR_TONE, share=HALF)
    phones.hears(SUPERVISOR, CALLER_TONE, share=HALF)

    scene.bring(Mode.LISTEN)
    scene.stops_hearing(CALLER, SUPERVISOR_TONE)

    since = len(phones.lines)
    scene.bring(Mode.TAKE_OVER)
    phones.hear(f"{FIRST} over", since=since)
    phones.hears(CALLER, SUPERVISOR_TONE)
    phones.hears(SUPERVISOR, CALLER_TONE)
    assert scene.call.operator_phone == SUPERVISOR
    phones.order(SUPERVISOR, "hang-up")
    phones.hear(f"{CALLER} over")

    call = ended(supervised_hall)
    assert (call.outcome, call.guests) == (Outcome.TALKED, ())
    assert loudest_share(supervised_hall, "t", SUPERVISOR_TONE) > HALF


def test_words_of_the_profile_are_heard_by_both_and_recorded_and_no_other_words_are(
    supervised_hall: Hall,
) -> None:
    words = supervised_hall.server.plan.sounds / "keikoku.wav"
    with words.open("r+b") as same:
        soundfile.write(same, tone(WORDS_TONE, 4.0), 8000, format="WAV", subtype="PCM_16")
        same.truncate()
    scene = supervised_talk(supervised_hall)
    phones = scene.phones

    scene.order("say", announcement="hanashichu")
    scene.never_hears(CALLER, WORDS_TONE)
    scene.order("say", announcement="keikoku")
    phones.hears(CALLER, WORDS_TONE, share=HALF)
    phones.hears(FIRST, WORDS_TONE, share=HALF)
    phones.hears(CALLER, OPERATOR_TONE)
    phones.order(CALLER, "hang-up")

    assert (ended(supervised_hall).outcome, scene.call.words_told) == (Outcome.TALKED, 1)
    assert loudest_share(supervised_hall, "t", WORDS_TONE) > HALF
    assert loudest_share(supervised_hall, "r", WORDS_TONE) < SILENCE


def steady_loudness(hall: Hall, scene: Supervised) -> float:
    """How loud the operator hears the caller: two readings in a row agree, so that neither was torn."""
    readings = [scene.loudness(FIRST)]

    def agree() -> bool:
        readings.append(scene.loudness(FIRST))
        return abs(readings[-1] - readings[-2]) <= 0.05 * max(readings[-2:])

    hall.wait_until(agree, "two readings that agree")
    return readings[-1]


def test_the_operator_hears_the_caller_softer_and_the_recording_stays_as_it_was(
    supervised_hall: Hall,
) -> None:
    scene = supervised_talk(supervised_hall)
    before = steady_loudness(supervised_hall, scene)

    scene.order("quieter", step="2")
    supervised_hall.wait_until(lambda: scene.loudness(FIRST) < before * 0.35, "a softer caller")
    soft = steady_loudness(supervised_hall, scene)
    scene.order("quieter", step="0")
    supervised_hall.wait_until(lambda: scene.loudness(FIRST) > before * 0.9, "the caller as before")
    scene.phones.order(CALLER, "hang-up")
    ended(supervised_hall)

    assert soft / before > 0.15
    (file,) = supervised_hall.server.plan.recordings.glob("*_r.wav")
    samples, rate = soundfile.read(file, dtype="int16")
    spoken = samples[-int(0.9 * rate) : -int(0.2 * rate)].astype(float)
    levels = [np.sqrt((one**2).mean()) for one in np.array_split(spoken, 6)]
    # One piece may be torn by a busy machine; a recording made softer would be so in more than one.
    assert sorted(levels)[1] > 0.8 * max(levels)


def test_supervisors_stay_where_they_are_when_the_process_that_leads_the_call_is_killed(
    supervised_hall: Hall,
) -> None:
    scene = supervised_talk(supervised_hall)
    phones = scene.phones

    def kill_the_leader() -> None:
        successor = supervised_hall.telephony()
        scene.process.process.kill()
        scene.process = successor
        successor.hear(lambda line: line.endswith(" talking"), seconds=30)

    scene.bring(Mode.LISTEN)
    kill_the_leader()
    phones.hears(SUPERVISOR, CALLER_TONE, share=HALF)
    phones.hears(SUPERVISOR, OPERATOR_TONE, share=HALF)
    scene.stops_hearing(CALLER, SUPERVISOR_TONE)

    scene.bring(Mode.WHISPER)
    kill_the_leader()
    phones.hears(FIRST, SUPERVISOR_TONE, share=HALF)
    phones.hears(CALLER, OPERATOR_TONE)
    scene.never_hears(CALLER, SUPERVISOR_TONE)

    scene.bring(Mode.BARGE)
    kill_the_leader()
    for listener, hertz in ((CALLER, SUPERVISOR_TONE), (FIRST, SUPERVISOR_TONE), (SUPERVISOR, CALLER_TONE)):
        phones.hears(listener, hertz, share=HALF)

    since = len(phones.lines)
    scene.bring(Mode.TAKE_OVER)
    phones.hear(f"{FIRST} over", since=since)
    supervised_hall.wait_until(lambda: scene.call.operator_phone == SUPERVISOR, "the new operator")
    kill_the_leader()
    phones.hears(CALLER, SUPERVISOR_TONE)
    phones.hears(SUPERVISOR, CALLER_TONE)
    phones.order(CALLER, "hang-up")
    phones.hear(f"{SUPERVISOR} over", since=since)

    assert ended(supervised_hall).outcome is Outcome.TALKED
