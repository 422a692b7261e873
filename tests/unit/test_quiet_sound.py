"""What was shouted is heard once more, and not loud; what was said softly stays as it was."""

from __future__ import annotations

import numpy as np
import pytest

from transcription.engine import SAMPLE_RATE, Samples
from transcription.quiet import CEILING_DBFS, limited, mixed

CEILING = 32768 * 10 ** (CEILING_DBFS / 20)


def tone(seconds: float, amplitude: float) -> Samples:
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (np.sin(2 * np.pi * 300 * at) * amplitude).astype(np.int16)


def loudest(samples: Samples) -> int:
    return int(np.abs(samples.astype(np.int32)).max())


@pytest.mark.parametrize("amplitude", [6000, 20000, 32767])
def test_nothing_is_louder_than_the_ceiling_however_somebody_shouts(amplitude: int) -> None:
    heard = limited(tone(2.0, amplitude))

    assert loudest(heard) <= CEILING
    assert loudest(heard) > CEILING * 0.95


def test_whoever_spoke_softly_is_heard_as_they_were() -> None:
    said = tone(2.0, CEILING * 0.9)

    assert np.array_equal(limited(said), said)


def test_a_bang_in_a_talk_is_turned_down_before_it_comes_and_the_talk_comes_back_after_it() -> None:
    said = tone(3.0, 2000)
    said[SAMPLE_RATE : SAMPLE_RATE + 40] = 32767

    heard = limited(said)

    assert loudest(heard) <= CEILING
    before, after = slice(0, SAMPLE_RATE - 400), slice(2 * SAMPLE_RATE, None)
    assert np.array_equal(heard[before], said[before])
    assert np.array_equal(heard[after], said[after])


def test_what_is_turned_down_is_not_cut_off_at_the_top() -> None:
    heard = limited(tone(1.0, 30000)).astype(np.float64)
    middle = heard[2000:6000]

    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))) ** 2
    frequencies = np.fft.rfftfreq(len(middle), 1 / SAMPLE_RATE)
    # A sine that were cut off at the top would have a third of itself at three times its pitch.
    assert spectrum[(frequencies > 850) & (frequencies < 950)].sum() < spectrum.sum() * 1e-4


def test_both_sides_are_in_it_and_neither_grows() -> None:
    both = mixed(tone(1.0, 20000), tone(1.5, 20000))

    assert len(both) == SAMPLE_RATE
    assert loudest(both) <= 20000
    assert len(limited(np.zeros(0, dtype=np.int16))) == 0
