"""One side of a call as it comes in small pieces: where speech begins, grows and ends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.fakes.voices import silence, voice
from transcription.engine import SAMPLE_RATE, Samples
from transcription.live.speech import SpeechOnLine, Stretch

PIECE = 320  # bytes, 20 ms: what Asterisk sends
TENTH = SAMPLE_RATE // 10


def fed(line: SpeechOnLine, *sounds: Samples) -> list[Stretch]:
    told = np.concatenate(sounds).astype("<i2").tobytes()
    return [one for at in range(0, len(told), PIECE) for one in line.feed(told[at : at + PIECE])]


def test_silence_is_no_speech() -> None:
    line = SpeechOnLine()

    assert (fed(line, silence(3.0)), line.open, line.end()) == ([], None, [])


def test_a_sentence_is_open_while_it_is_said_and_ends_with_a_pause() -> None:
    line = SpeechOnLine()
    assert fed(line, silence(1.0), voice(1, 2.0)) == []
    growing = line.open
    assert growing is not None

    (ended,) = fed(line, silence(1.0))

    assert ended.id == growing.id
    assert abs(ended.start - 0.8 * SAMPLE_RATE) < 2 * TENTH
    assert abs(ended.end - 3.2 * SAMPLE_RATE) < 2 * TENTH
    assert line.open is None


def test_two_sentences_have_two_names_and_do_not_overlap() -> None:
    line = SpeechOnLine()

    first, second = fed(line, voice(1, 1.5), silence(0.8), voice(2, 1.5), silence(0.8))

    assert first.id != second.id
    assert first.end <= second.start


def test_who_talks_on_and_on_is_cut_where_it_is_quietest_and_nothing_is_lost() -> None:
    line = SpeechOnLine()
    spoken = voice(3, 20.0)
    spoken[int(7.0 * SAMPLE_RATE) : int(7.3 * SAMPLE_RATE)] = 0

    stretches = [*fed(line, spoken), *line.end()]

    assert len(stretches) >= 3
    assert all(one.end - one.start <= 9 * SAMPLE_RATE for one in stretches)
    assert 6.9 < stretches[0].end / SAMPLE_RATE < 7.3
    assert all(one.end == two.start for one, two in pairwise(stretches))


def test_what_was_being_said_when_the_line_was_cut_is_not_lost() -> None:
    line = SpeechOnLine()
    fed(line, voice(1, 1.5))

    (ended,) = line.end()

    assert ended.end == 1.5 * SAMPLE_RATE
    assert line.end() == []


def test_sound_is_cut_out_as_it_came_and_what_is_long_ago_is_gone() -> None:
    line = SpeechOnLine()
    spoken = voice(1, 2.0)
    fed(line, spoken)

    assert np.array_equal(line.cut(1000, 3000), spoken[1000:3000])
    assert not line.cut(-500, 0).any()
    fed(line, silence(70.0))
    assert not line.cut(1000, 3000).any()
