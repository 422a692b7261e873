"""What is counted between what was said in a call and what was written down of it."""

from __future__ import annotations

import numpy as np
import pytest

from bench.call_scores import added, heard_phrases, score
from bench.kana import kana
from bench.labelled_call import LabelledCall, Phrase
from bench.ways_to_hear import HeardWord
from transcription.character_errors import align, character_errors, comparable
from transcription.interval import interval
from transcription.utterance import Track, Word

SILENCE = np.zeros(10 * 8000, dtype=np.int16)
CALL = LabelledCall(
    name="call",
    sides={Track.CALLER: SILENCE, Track.HALL: SILENCE},
    phrases=(
        Phrase(track=Track.HALL, text="保険年金課です", start=0.5, end=2.0),
        Phrase(track=Track.CALLER, text="もしもし", start=3.0, end=4.0),
        Phrase(track=Track.CALLER, text="高すぎる", start=4.5, end=5.5),
    ),
)


def heard(track: Track, text: str, start: float, end: float) -> HeardWord:
    return HeardWord(track=track, word=Word(text=text, start=start, end=end, probability=0.9))


RIGHT = [
    heard(Track.HALL, "保険年金課", 0.5, 1.5),
    heard(Track.HALL, "です。", 1.5, 2.0),
    heard(Track.CALLER, "もしもし、", 3.0, 4.0),
    heard(Track.CALLER, "高すぎる", 4.5, 5.5),
]


def test_what_was_heard_as_it_was_said_has_no_error() -> None:
    counted = score(CALL, RIGHT, kana, cpu_seconds=1.0)

    assert (counted.errors, counted.characters) == (0, 15)
    assert (counted.kana_errors, counted.lost, counted.invented) == (0, 0, 0)
    assert counted.right_side == counted.matched == 15
    assert counted.seconds == 10


def test_a_homophone_is_an_error_of_spelling_and_none_of_sound() -> None:
    counted = score(CALL, [heard(Track.HALL, "保健年金課です", 0.5, 2.0), *RIGHT[2:]], kana, cpu_seconds=1.0)

    assert counted.errors == 1
    assert counted.kana_errors == 0


def test_a_phrase_that_nothing_stands_for_is_lost() -> None:
    counted = score(CALL, RIGHT[:3], None, cpu_seconds=1.0)

    assert (counted.lost, counted.phrases, counted.errors) == (1, 3, 4)


def test_words_far_from_all_speech_of_their_track_are_invented() -> None:
    echo = heard(Track.HALL, "高すぎる", 4.5, 5.5)

    counted = score(CALL, [*RIGHT, echo], None, cpu_seconds=1.0)

    assert counted.invented == 4
    assert counted.errors == 4


def test_what_is_given_to_the_other_side_is_counted_against_attribution() -> None:
    exchanged = [*RIGHT[:3], heard(Track.HALL, "高すぎる", 4.5, 5.5)]

    counted = score(CALL, exchanged, None, cpu_seconds=1.0)

    assert (counted.matched, counted.right_side) == (15, 11)


def test_a_phrase_is_found_by_the_words_of_its_first_and_last_character() -> None:
    found = {one.phrase.text: one.heard for one in heard_phrases(CALL, RIGHT)}

    assert found["保険年金課です"].start == 0.5
    assert found["保険年金課です"].end == 2.0
    assert set(found) == {"保険年金課です", "もしもし", "高すぎる"}
    assert len(heard_phrases(CALL, RIGHT[1:])) == 2


@pytest.mark.parametrize(
    ("meant", "written", "errors"),
    [("はい", "はい", 0), ("はい", "", 2), ("", "はい", 2), ("窓口", "窓ぐち", 2), ("三十日", "30日", 2)],
)
def test_errors_are_the_fewest_characters_to_change(meant: str, written: str, errors: int) -> None:
    assert character_errors(meant, written) == errors
    assert len(align(meant, written).partners) == len(meant)


def test_signs_and_width_are_no_errors() -> None:
    assert comparable("はい、３番 です。") == comparable("はい3番です")


def test_numbers_sound_alike_however_they_are_written() -> None:
    assert kana("申請から三十日ほど") == kana("申請から30日ほど")
    assert kana("十二万円") == kana("120000円")


def test_the_interval_of_equal_calls_has_no_width_and_holds_the_figure() -> None:
    same = [score(CALL, RIGHT[:3], None, cpu_seconds=1.0)] * 4
    low, high = interval(same, lambda drawn: added(drawn).errors / added(drawn).characters)

    assert low == high == pytest.approx(4 / 15)
