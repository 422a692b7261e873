"""Words of a call that goes on: a guess grows and settles; silence, music and echo become no words."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile

from core.ids import CallId
from storage.live_streams import Stream, StreamSecret
from storage.live_text import Following, LiveLine
from tests.fakes.clock import FakeClock
from tests.fakes.quick_ear import QuickEar
from tests.fakes.voices import silence
from transcription.engine import SAMPLE_RATE, Samples
from transcription.live.listening import LiveListening, Side
from transcription.live.pace import Need
from transcription.utterance import UNHEARD

CALL, OTHER = CallId("city-1.0"), CallId("city-2.0")
PIECE = 320
_numbers = count(1)
_READ, _ = soundfile.read(
    Path(__file__).parents[2] / "runtime/practice/dialogues/d1.wav", dtype="int16", always_2d=True
)
SENTENCE: Samples = np.asarray(_READ[int(6.2 * SAMPLE_RATE) : int(9.0 * SAMPLE_RATE), 0], dtype=np.int16)
"""The caller says something, 2.8 s."""


class Hall:
    """One recogniser and the lines it writes; time passes with the sound."""

    def __init__(self, ear: QuickEar) -> None:
        self.ear = ear
        self.written: list[tuple[CallId, LiveLine]] = []
        self.now = 1000.0
        self.listening = LiveListening(ear, self, FakeClock(), steady=lambda: self.now)

    def write(self, call: CallId, line: LiveLine) -> None:
        self.written.append((call, line))

    def side(self, track: str = "caller", call: CallId = CALL) -> Side:
        secret = StreamSecret(UUID(int=next(_numbers)))
        return self.listening.listen_to(Stream(secret=secret, call=call, track=track))

    def watches(self, *calls: CallId, helped: CallId | None = None) -> None:
        self.listening.need([Need(call=one, helped=one == helped, flagged=False) for one in calls])

    def say(self, sounds: dict[Side, Samples], *, hears: bool = True) -> None:
        """Both sides at once, piece by piece; the recogniser hears whenever it can."""
        told = {side: sound.astype("<i2").tobytes() for side, sound in sounds.items()}
        for at in range(0, max(len(one) for one in told.values()), PIECE):
            for side, sound in told.items():
                if at < len(sound):
                    self.listening.hear(side, sound[at : at + PIECE])
            self.now += 0.02
            if hears:
                self.hear()

    def hear(self) -> None:
        while self.listening.hear_one():
            continue


@pytest.fixture
def hall() -> Hall:
    hall = Hall(QuickEar())
    hall.watches(CALL)
    return hall


def test_a_sentence_is_guessed_while_it_is_said_and_settles_under_the_same_name(hall: Hall) -> None:
    hall.say({hall.side(): np.concatenate((SENTENCE, silence(1.0)))})

    lines = [line for _, line in hall.written]
    assert len({one.id for one in lines}) == 1
    assert [one.settled for one in lines] == [False] * (len(lines) - 1) + [True]
    assert len(lines) >= 3
    assert [one.change for one in lines] == sorted({one.change for one in lines})
    assert [sure for _, sure in hall.ear.heard] == [one.settled for one in lines]


def test_silence_and_music_are_not_even_listened_to(hall: Hall) -> None:
    at = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
    notes = (3000 * np.sin(2 * np.pi * 523 * at)).astype(np.int16)

    hall.say({hall.side(): np.concatenate((silence(3.0), notes, silence(1.0)))})

    assert (hall.ear.heard, hall.written) == ([], [])


def test_the_callers_echo_is_not_put_into_the_operators_mouth(hall: Hall) -> None:
    echo = np.concatenate((silence(0.06), SENTENCE // 6))

    hall.say(
        {
            hall.side("caller"): np.concatenate((SENTENCE, silence(1.0))),
            hall.side("hall"): np.concatenate((echo, silence(1.0))),
        }
    )

    assert {line.track for _, line in hall.written} == {"caller"}


def test_speech_that_the_machine_does_not_believe_to_have_understood_is_shown_as_that() -> None:
    hall = Hall(QuickEar(unsure=True))
    hall.watches(CALL)
    hall.say({hall.side(): np.concatenate((SENTENCE, silence(1.0)))})

    assert [(line.text, line.settled) for _, line in hall.written] == [(UNHEARD, True)]


def test_what_was_being_said_when_the_stream_ended_is_heard_to_its_end(hall: Hall) -> None:
    side = hall.side()
    hall.say({side: SENTENCE})
    hall.listening.leave(side)
    hall.hear()

    assert hall.written[-1][1].settled


def test_a_newer_stream_takes_the_place_of_the_older_one(hall: Hall) -> None:
    old, new = hall.side(), hall.side()
    hall.say({old: np.concatenate((SENTENCE, silence(1.0)))})
    assert hall.written == []

    hall.listening.leave(old)
    hall.say({new: np.concatenate((SENTENCE, silence(1.0)))})
    assert hall.written[-1][1].settled


def test_the_call_that_asks_for_help_is_heard_first(hall: Hall) -> None:
    hall.watches(CALL, OTHER, helped=OTHER)
    first, second = hall.side(call=CALL), hall.side(call=OTHER)
    spoken = np.concatenate((SENTENCE, silence(1.0)))
    hall.say({first: spoken, second: spoken}, hears=False)

    hall.hear()

    assert [call for call, line in hall.written if line.settled] == [OTHER, CALL]


def test_of_a_call_that_nobody_watches_any_more_nothing_is_written(hall: Hall) -> None:
    hall.say({hall.side(): np.concatenate((SENTENCE, silence(1.0)))}, hears=False)
    hall.watches()

    hall.hear()

    assert hall.written == []


def test_a_machine_that_falls_behind_says_so_and_writes_whole_sentences_later(hall: Hall) -> None:
    side = hall.side()
    spoken = np.concatenate((SENTENCE, silence(1.0)))
    hall.say({side: spoken}, hears=False)
    hall.now += 5.0
    hall.hear()
    assert hall.listening.states == {CALL: Following.SLOW}

    hall.say({side: spoken})
    assert [line.settled for _, line in hall.written] == [True, True]


def test_without_a_model_it_says_so_and_tries_again_after_a_while() -> None:
    hall = Hall(QuickEar(missing=True))
    hall.watches(CALL)
    side = hall.side()
    hall.say({side: np.concatenate((SENTENCE, silence(1.0)))})
    assert hall.listening.states == {CALL: Following.AWAY}

    hall.ear.missing = False
    hall.now += 31.0
    hall.say({side: np.concatenate((SENTENCE, silence(1.0)))})
    assert hall.listening.states == {CALL: Following.ON}
    assert hall.written[-1][1].settled


def test_a_watched_call_whose_sound_has_not_come_yet_is_starting(hall: Hall) -> None:
    assert hall.listening.states == {CALL: Following.STARTING}
