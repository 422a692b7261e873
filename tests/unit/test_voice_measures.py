"""What is measured of voices: levels after P.56, the caller beside their own beginning, who speaks when."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from transcription.engine import SAMPLE_RATE, Samples
from transcription.pieces import Piece, pieces
from transcription.speech_detection import VERSION as DETECTION
from transcription.voice.levels import active_level, levels_of, mean_level
from transcription.voice.loudness import loudness
from transcription.voice.masks import FRAME_SECONDS, Mask, runs
from transcription.voice.measures import VoiceMeasures, measure
from transcription.voice.turns import interruptions, longest_run, silences, talk_over

DIALOGUES = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues"


def noise(seconds: float, dbfs: float, seed: int = 1) -> Samples:
    """Make white noise of a level."""
    drawn = np.random.default_rng(seed).normal(0, 32768 * 10 ** (dbfs / 20), int(seconds * SAMPLE_RATE))
    return np.clip(drawn, -32768, 32767).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.int16)


def grid(seconds: float, *spans: tuple[float, float]) -> Mask:
    mask = np.zeros(round(seconds / FRAME_SECONDS), dtype=bool)
    for start, end in spans:
        mask[round(start / FRAME_SECONDS) : round(end / FRAME_SECONDS)] = True
    return mask


def test_the_active_level_of_what_never_pauses_is_its_mean_level() -> None:
    steady = levels_of(noise(10, -25))

    assert active_level(steady) == pytest.approx(mean_level(steady), abs=0.3)


@pytest.mark.parametrize("pause", [2, 8, 30])
def test_pauses_do_not_make_somebody_quiet(pause: float) -> None:
    bursts = np.concatenate([part for turn in range(4) for part in (noise(2, -20, turn), silence(pause))])

    # 200 ms after each burst count as speech by the standard: ten parts in eleven are left.
    assert active_level(levels_of(bursts)) == pytest.approx(-20 + 10 * np.log10(2 / 2.25), abs=0.4)
    assert (mean_level(levels_of(bursts)) or 0) < -22


def test_silence_has_no_level() -> None:
    assert active_level(levels_of(silence(3))) is None
    assert mean_level(levels_of(silence(3))) is None
    assert active_level(levels_of(np.zeros(0, dtype=np.int16))) is None


@given(st.floats(min_value=-40, max_value=-12), st.floats(min_value=1, max_value=20))
def test_a_louder_voice_has_a_level_so_much_higher(dbfs: float, rise: float) -> None:
    quiet, loud = (active_level(levels_of(noise(2, level))) for level in (dbfs - rise, dbfs))

    assert loud is not None
    assert quiet is not None
    assert loud - quiet == pytest.approx(rise, abs=0.6)


def test_loud_is_beside_the_callers_own_beginning() -> None:
    samples = np.concatenate([noise(30, -34), noise(6, -22), noise(10, -34)])
    found = loudness(levels_of(samples), grid(46, (0, 46)))

    assert found.baseline_dbfs == pytest.approx(-34, abs=0.5)
    (stretch,) = found.loud
    assert 29 <= stretch.span.start <= 33
    assert 36 <= stretch.span.end <= 40
    assert stretch.above_baseline_db == pytest.approx(12, abs=1)


def test_who_is_loud_from_the_beginning_is_loud_all_the_same() -> None:
    found = loudness(levels_of(noise(20, -10)), grid(20, (0, 20)))

    assert [stretch.span.start for stretch in found.loud] == [0]


def test_who_says_nothing_has_neither_beginning_nor_course() -> None:
    found = loudness(levels_of(noise(20, -50)), grid(20))

    assert found.baseline_dbfs is None
    assert set(found.course) == {None}
    assert found.loud == ()


def test_turns_that_follow_closely_are_no_interruption() -> None:
    assert interruptions(grid(20, (5.1, 9)), grid(20, (0, 5.2))) == ()


def test_an_interruption_begins_in_the_halls_words_and_goes_on() -> None:
    caller, hall = grid(30, (4, 9), (15, 15.3)), grid(30, (1, 6), (13, 18))

    assert interruptions(caller, hall) == pytest.approx((4.0,), abs=FRAME_SECONDS)
    assert [round(span.seconds, 1) for span in talk_over(caller, hall)] == [2.0, 0.3]


def test_a_short_yes_of_the_hall_does_not_end_the_callers_run() -> None:
    run = longest_run(grid(60, (2, 10), (11, 40)), grid(60, (10.2, 10.6), (41, 45)))

    assert run is not None
    assert (run.start, run.end) == pytest.approx((2, 40), abs=FRAME_SECONDS)


def test_a_reply_ends_the_callers_run() -> None:
    run = longest_run(grid(60, (2, 10), (13, 20)), grid(60, (10.5, 12.5)))

    assert run is not None
    assert (run.start, run.end) == pytest.approx((2, 10), abs=FRAME_SECONDS)


def test_nobody_speaks_for_five_seconds_and_a_melody_is_not_that() -> None:
    caller, hall, tones = grid(60, (0, 10)), grid(60, (30, 60)), grid(60, (11, 22))

    (quiet,) = silences(caller, hall, grid(60))
    assert (quiet.start, quiet.end) == pytest.approx((10, 30), abs=FRAME_SECONDS)
    assert silences(caller, hall, tones) == ()


masks = st.lists(st.booleans(), min_size=0, max_size=400).map(
    lambda drawn: np.repeat(np.array(drawn, bool), 5)
)


@given(masks, masks)
def test_what_is_told_of_turns_stands_in_the_masks(one: Mask, other: Mask) -> None:
    count = min(len(one), len(other))
    caller, hall = one[:count], other[:count]

    run = longest_run(caller, hall)
    assert (run is None) == (not caller.any())
    assert sum(span.seconds for span in talk_over(caller, hall)) == pytest.approx(
        (caller & hall).sum() * FRAME_SECONDS
    )
    for at in interruptions(caller, hall):
        assert caller[round(at / FRAME_SECONDS)]
    quiet = silences(caller, hall, np.zeros(count, bool))
    assert all(span.seconds >= 5 for span in quiet)
    assert all(earlier.end < later.start for earlier, later in pairwise(quiet))
    for span in quiet:
        assert not (caller | hall)[round(span.start / FRAME_SECONDS) : round(span.end / FRAME_SECONDS)].any()
    assert len(runs(caller)) >= len(interruptions(caller, hall))


def sound_of(name: str) -> Samples:
    samples, rate = soundfile.read(DIALOGUES / f"{name}.wav", dtype="int16")
    assert rate == SAMPLE_RATE
    return np.asarray(samples, dtype=np.int16)


def dialogue(name: str) -> tuple[VoiceMeasures, dict[str, Mask]]:
    samples = sound_of(name)
    told = json.loads((DIALOGUES / f"{name}.json").read_text())
    truth = {
        speaker: grid(
            len(samples) / SAMPLE_RATE,
            *(
                (phrase["start"], phrase["end"])
                for turn in told["turns"]
                if turn["speaker"] == speaker
                for phrase in turn["phrases"]
            ),
        )
        for speaker in "CO"
    }
    whole = Piece(start=0, caller=samples[:, 0].copy(), hall=samples[:, 1].copy())
    return measure([whole]), truth


@pytest.mark.parametrize(("name", "told_level"), [("d1", -20), ("d5", -26)])
def test_a_dialogue_is_measured_as_it_was_made(name: str, told_level: float) -> None:
    found, truth = dialogue(name)

    assert found.caller_speech_share == pytest.approx(truth["C"].mean(), abs=0.06)
    assert found.hall_speech_share == pytest.approx(truth["O"].mean(), abs=0.06)
    assert found.talk_over_share == pytest.approx(0, abs=0.01)
    assert found.caller_active_dbfs == pytest.approx(told_level, abs=2.6)
    assert found.loudness.loud == ()
    assert found.interruptions == ()
    assert not found.unsure
    assert found.version.endswith(DETECTION), "whose rules measured it"


@pytest.mark.parametrize(("dbfs", "snr"), [(-50, 30), (-40, 20)])
def test_how_far_the_caller_stands_over_the_line_is_told_in_decibels(dbfs: float, snr: float) -> None:
    """d1's caller speaks at -20 dBFS: what lies between is what the line was made with."""
    samples = sound_of("d1")
    line = noise(len(samples) / SAMPLE_RATE, dbfs)[: len(samples)]
    caller = np.clip(samples[: len(line), 0].astype(int) + line, -32768, 32767).astype(np.int16)

    found = measure([Piece(start=0, caller=caller, hall=samples[: len(line), 1].copy())])

    assert found.caller_active_dbfs == pytest.approx(-20, abs=2.6)
    assert found.caller_snr_db == pytest.approx(snr, abs=4)
    assert found.caller_snr_db == pytest.approx((found.caller_active_dbfs or 0) - dbfs, abs=1.5)


def test_who_shouts_over_the_hall_is_seen_through_a_noisy_line_that_is_called_unsure() -> None:
    found, _ = dialogue("d4")

    assert any(abs(at - 17.6) < 0.2 for at in found.interruptions)
    assert any(abs(at - 28.0) < 0.3 for at in found.interruptions)
    assert sum(stretch.span.seconds for stretch in found.loudness.loud) > 15
    assert found.unsure


def test_twenty_seconds_without_a_word_are_found_and_the_melody_before_is_not() -> None:
    found, _ = dialogue("d5")

    assert [(round(span.start), round(span.end)) for span in found.silences] == [(53, 73)]


def test_a_long_call_is_measured_in_pieces_as_if_it_were_one() -> None:
    samples = sound_of("d1")
    whole = measure([Piece(start=0, caller=samples[:, 0].copy(), hall=samples[:, 1].copy())])

    cut = measure(pieces(iter([samples]), longest_seconds=20))

    assert cut.caller_speech_share == pytest.approx(whole.caller_speech_share, abs=0.02)
    assert cut.caller_active_dbfs == pytest.approx(whole.caller_active_dbfs, abs=0.3)
    assert cut.seconds == pytest.approx(whole.seconds, abs=0.2)


def test_a_side_that_was_not_recorded_is_measured_as_one_that_said_nothing() -> None:
    samples = sound_of("d1")
    found = measure([Piece(start=0, caller=np.zeros(len(samples), np.int16), hall=samples[:, 1].copy())])

    assert found.caller_active_dbfs is None
    assert found.caller_part == 0
    assert found.longest_run is None


def test_of_the_hall_nothing_is_told_but_when_somebody_spoke_there() -> None:
    samples = sound_of("d1")
    caller, hall = samples[:, 0].copy(), samples[:, 1].copy()

    found = measure([Piece(start=0, caller=caller, hall=hall)])
    shouted = measure(
        [Piece(start=0, caller=caller, hall=np.clip(hall.astype(int) * 2, -32768, 32767).astype(np.int16))]
    )

    assert shouted.hall_speech_share == pytest.approx(found.hall_speech_share, abs=0.01)
    only_when = {"hall_speech_share": 0.0, "caller_part": None}
    assert replace(shouted, **only_when) == replace(found, **only_when), "how they spoke makes no difference"
    assert {name for name in VoiceMeasures.__slots__ if "hall" in name} == {"hall_speech_share"}
