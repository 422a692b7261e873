"""What the record says about a recording that is not as it should be."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.capture.findings import Finding, SoundWatch, VoiceWatch, length_differs
from telephony.sound.audio_files import Samples
from tests.fakes.voices import silence, through_mulaw, voice
from tests.fakes.whole_sound import both_sides, in_blocks

ANNOUNCED = np.concatenate([voice(1, 5.0), silence(15)])
HALL = np.concatenate([voice(1, 5.0), voice(2, 15.0)])
CALLER = np.concatenate([silence(5), voice(3, 15.0)])


def found(caller: Samples, hall: Samples, talked_from: float | None = None) -> set[Finding]:
    watch = SoundWatch(talked_from)
    for _ in watch.through(in_blocks(both_sides(caller, hall), 1013)):
        pass
    return watch.findings


def has_voice(side: Samples) -> bool:
    watch = VoiceWatch()
    for block in in_blocks(side, 1013):
        watch.hear(block)
    return watch.heard


def test_an_ordinary_call_has_nothing_odd() -> None:
    assert found(CALLER, HALL, talked_from=6.0) == set()


def test_a_call_of_no_samples_is_empty_and_nothing_else() -> None:
    assert found(silence(0), silence(0), talked_from=0.0) == {Finding.EMPTY}


def test_a_caller_who_never_came_through_makes_it_one_sided() -> None:
    assert found(silence(20), HALL, talked_from=6.0) == {Finding.ONE_SIDED}


def test_the_announcement_is_not_taken_for_the_operators_voice() -> None:
    assert found(CALLER, ANNOUNCED, talked_from=6.0) == {Finding.ONE_SIDED}


def test_an_operator_who_is_not_written_any_more_is_found() -> None:
    lost = np.concatenate([HALL[: 9 * 8000], silence(11)])
    assert found(CALLER, lost, talked_from=6.0) == {Finding.HALL_FELL_SILENT}


@pytest.mark.parametrize("breath", [0, 5], ids=["a moment of nothing", "a telephone that is listened into"])
def test_an_operator_who_only_listens_at_the_end_is_not_odd(breath: int) -> None:
    quiet = silence(9) if breath == 0 else silence(11) + np.int16(breath * 4)
    listens = np.concatenate([HALL[: 11 * 8000], quiet])[: len(CALLER)]
    assert found(CALLER, listens, talked_from=6.0) == set()


def test_a_call_nobody_answered_is_not_one_sided() -> None:
    assert found(silence(20), ANNOUNCED, talked_from=None) == set()


def test_a_call_without_any_sound_is_silent() -> None:
    assert found(silence(20), silence(20), talked_from=6.0) == {Finding.SILENT}
    assert found(silence(20), silence(20), talked_from=None) == {Finding.SILENT}


def test_a_call_of_one_second_is_short() -> None:
    assert found(voice(4, 1.0), voice(5, 1.0)) == {Finding.SHORT}


def test_the_noise_of_an_idle_line_is_no_voice() -> None:
    noise = np.random.default_rng(6).normal(0, 8, 160_000).astype("<i2")

    assert not has_voice(through_mulaw(noise))


def test_clicks_of_the_line_are_no_voice() -> None:
    clicking = silence(20)
    clicking[::40_000] = 20_000

    assert not has_voice(clicking)


def test_soft_speech_is_a_voice() -> None:
    assert has_voice(through_mulaw(voice(7, 2.0, level=500)))


@pytest.mark.parametrize(
    ("seconds", "expected", "differs"),
    [
        (20.0, 20.9, False),
        (20.0, 21.1, True),
        (598.0, 600.0, False),
        (580.0, 600.0, True),
        (0.0, 0.5, False),
        (0, 9, True),
    ],
)
def test_length_is_compared_with_the_calls_duration(seconds: float, expected: float, differs: bool) -> None:
    assert length_differs(seconds, expected) is differs
