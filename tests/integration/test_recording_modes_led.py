"""Led by our process: recording on request, and stopping where recording is not wanted; real sound."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from runtime.asterisk_rootfs import AsteriskProgram
from telephony.call.call import Call, Phase
from tests.fixtures_telephony import CALLER, CALLER_TONE, FIRST, OPERATOR_TONE, Phones, TalkingProcess
from tests.hall_of_modes import ALWAYS, ON_DEMAND, HallOfModes, running_hall_of_modes
from tests.recorded_files import closed_calls
from tests.sip_phones import share_of_tone, tone

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

WORDS_TONE, HALF = 990, 0.25
"""Stands for the words of the announcement; as a share where somebody speaks beside it."""


@pytest.fixture(scope="module")
def hall(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[HallOfModes]:
    with running_hall_of_modes(open_folder / "modes-led", asterisk_program) as hall:
        yield hall


@pytest.fixture(scope="module")
def process(hall: HallOfModes) -> TalkingProcess:
    return hall.telephony()


@pytest.fixture
def phones(hall: HallOfModes) -> Iterator[Phones]:
    plugged_in = hall.phones(FIRST)
    yield plugged_in
    plugged_in.stop()
    hall.hang_up_everybody()


def talking(hall: HallOfModes, phones: Phones, line: str) -> None:
    hall.dial_line(phones, line)  # pyright: ignore[reportArgumentType]
    phones.hear(f"{FIRST} ringing")
    phones.order(FIRST, "answer")
    phones.order(CALLER, "say", str(CALLER_TONE))
    phones.hears(FIRST, CALLER_TONE)


def the_call(hall: HallOfModes) -> Call:
    return max(hall.calls().values(), key=lambda one: one.arrival.at if one.arrival else one.id)  # pyright: ignore[reportArgumentType, reportCallIssue]


def tracks(hall: HallOfModes, line: str) -> set[str]:
    return {one for one in hall.stored(line) if one.endswith(("_r.wav", "_t.wav"))}


def sound(hall: HallOfModes, line: str, side: str) -> np.ndarray:
    (name,) = (one for one in tracks(hall, line) if one.endswith(f"_{side}.wav"))
    with wave.open(str(hall.server.plan.recordings / name), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)


def test_on_request_nothing_is_recorded_before_the_key_and_both_hear_of_it(
    hall: HallOfModes, process: TalkingProcess, phones: Phones
) -> None:
    with (hall.server.plan.sounds / "kaishi.wav").open("r+b") as same:
        soundfile.write(same, tone(WORDS_TONE, 4.0), 8000, format="WAV", subtype="PCM_16")
        same.truncate()
    talking(hall, phones, ON_DEMAND)
    before = tracks(hall, ON_DEMAND)
    phones.order(FIRST, "press", "*1")
    phones.hears(CALLER, WORDS_TONE, share=HALF)
    phones.hears(FIRST, WORDS_TONE, share=HALF)
    hall.wait_until(lambda: the_call(hall).recording.told_at is not None, "told both", 15)
    phones.order(FIRST, "press", "*1")
    hall.wait_until(lambda: the_call(hall).marks == 2, "a second mark", 15)
    phones.order(FIRST, "say", str(OPERATOR_TONE))
    phones.hears(CALLER, OPERATOR_TONE)
    phones.order(FIRST, "hang-up")
    hall.wait_until(lambda: the_call(hall).phase is Phase.ENDED, "an end")
    call = the_call(hall)
    r, t = sound(hall, ON_DEMAND, "r"), sound(hall, ON_DEMAND, "t")

    assert process.process.poll() is None
    assert before == set()
    assert call.recording.began_at is not None
    assert call.recording.told_at is not None
    assert len(r) == len(t) > 8000
    assert share_of_tone(r, CALLER_TONE) > 0.6
    assert share_of_tone(t, OPERATOR_TONE) > 0.6


def test_who_does_not_want_it_is_explained_to_and_then_served_unrecorded(
    hall: HallOfModes, process: TalkingProcess, phones: Phones
) -> None:
    talking(hall, phones, ALWAYS)
    process.tell("order refuse-recording")
    hall.wait_until(lambda: the_call(hall).recording.explained_at is not None, "explained")
    process.tell("order refuse-recording")
    hall.wait_until(lambda: the_call(hall).recording.stopped_at is not None, "stopped")
    kept = hall.server.plan.recordings
    hall.wait_until(lambda: any(one.startswith(ALWAYS) for one in closed_calls(kept)), "the end of the file")
    phones.order(FIRST, "say", str(OPERATOR_TONE))
    length = len(sound(hall, ALWAYS, "r"))
    phones.hears(FIRST, CALLER_TONE)
    phones.hears(CALLER, OPERATOR_TONE)
    phones.order(FIRST, "hang-up")
    hall.wait_until(lambda: the_call(hall).phase is Phase.ENDED, "an end")

    assert len(sound(hall, ALWAYS, "r")) == length > 8000
