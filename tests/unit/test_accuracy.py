"""How far the machine's words are from what people heard: in characters, and never from too little."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from core.ids import RecordingId
from transcription.accuracy import FEWEST_CALLS, FEWEST_CHARACTERS, accuracy_of
from transcription.checked_words import CheckedWords, MachineVersion
from transcription.engine import ModelIdentity
from transcription.utterance import UNHEARD, WORDLESS, Track, Word
from transcription.word_errors import WordErrors, word_errors

UNSURE_BELOW = 0.7
BASE = MachineVersion(model=ModelIdentity(name="base", sha256="b" * 64), rules="belief-3")
LARGE = MachineVersion(model=ModelIdentity(name="large", sha256="c" * 64), rules="belief-3")
FORTY = "国民健康保険の納税通知書が届いたんですけど金額がおかしいと思うんですよ確かめて"


def checked(
    machine: str,
    person: str,
    *words: tuple[str, float],
    recording: int = 1,
    version: MachineVersion = BASE,
    track: Track = Track.CALLER,
) -> CheckedWords:
    return CheckedWords(
        recording=RecordingId(UUID(int=recording)),
        version=version,
        track=track,
        machine=machine,
        words=tuple(Word(text=text, start=0.0, end=1.0, probability=sure) for text, sure in words),
        person=person,
    )


def errors_of(one: CheckedWords) -> WordErrors:
    found = word_errors(one, UNSURE_BELOW)
    assert found is not None
    return found


def calls(number: int, wrong: int = 0, *, version: MachineVersion = BASE) -> list[CheckedWords]:
    """Calls with FORTY characters on each side, the first ``wrong`` characters of the caller's misheard."""
    heard = "〇" * wrong + FORTY[wrong:]
    found = list[CheckedWords]()
    for _ in range(number):
        name = uuid4().int
        found.append(checked(heard, FORTY, recording=name, version=version))
        found.append(checked(FORTY, FORTY, recording=name, version=version, track=Track.HALL))
    return found


def test_signs_that_a_person_put_in_are_no_errors() -> None:
    counted = errors_of(checked("はい３番です", "はい、3番です。"))

    assert (counted.errors, counted.characters, counted.corrected) == (0, 6, 0)


def test_a_word_is_wrong_when_a_character_of_it_is() -> None:
    counted = errors_of(
        checked("農税家の通知が", "納税課の通知が", ("農税", 0.4), ("家", 0.9), ("の", 0.5), ("通知が", 0.9))
    )

    assert (counted.errors, counted.characters, counted.corrected) == (2, 7, 1)
    assert (counted.marked, counted.marked_wrong) == (2, 1)
    assert (counted.unmarked, counted.unmarked_wrong) == (2, 1)


def test_a_word_that_the_machine_put_in_is_wrong_and_one_it_left_out_is_no_word() -> None:
    put_in = errors_of(checked("はいはい", "はい", ("はい", 0.9), ("はい", 0.9)))
    left_out = errors_of(checked("はい", "はい、分かりました", ("はい", 0.9)))

    assert (put_in.errors, put_in.unmarked_wrong) == (2, 1)
    assert (left_out.errors, left_out.unmarked, left_out.unmarked_wrong) == (6, 1, 0)


def test_words_that_do_not_add_up_to_their_text_are_not_counted_one_by_one() -> None:
    counted = errors_of(checked("はい番号です", "はい番号です", ("番号", 0.9)))

    assert counted.unmarked == 0
    assert counted.errors == 0


@pytest.mark.parametrize("remark", [UNHEARD, WORDLESS])
def test_where_the_machine_wrote_a_remark_it_heard_nothing(remark: str) -> None:
    assert errors_of(checked(remark, "お願いします")).errors == 6


@pytest.mark.parametrize("person", [UNHEARD, WORDLESS, f"はい、{UNHEARD}ですか", "…"])
def test_what_the_person_could_not_make_out_either_is_compared_with_nothing(person: str) -> None:
    assert word_errors(checked("はい", person), UNSURE_BELOW) is None


def test_the_rate_is_errors_per_character_and_its_interval_holds_it() -> None:
    found = accuracy_of([*calls(4, wrong=2), *calls(4, wrong=6)], UNSURE_BELOW)

    rate = found.total.rate
    assert rate is not None
    assert rate.share == pytest.approx(32 / (16 * len(FORTY)))
    assert 0 < rate.low < rate.share < rate.high
    assert (found.total.calls, found.total.counts.utterances, found.total.counts.corrected) == (8, 16, 8)


def test_the_same_calls_always_give_the_same_figures() -> None:
    same = [*calls(4, wrong=2), *calls(5, wrong=6)]

    assert accuracy_of(same, UNSURE_BELOW) == accuracy_of(same, UNSURE_BELOW)


def test_calls_that_are_alike_give_an_interval_without_width_and_unlike_ones_a_wide_one() -> None:
    alike = accuracy_of(calls(6, wrong=4), UNSURE_BELOW).total.rate
    unlike = accuracy_of([*calls(3, wrong=0), *calls(3, wrong=8)], UNSURE_BELOW).total.rate

    assert alike is not None
    assert unlike is not None
    assert alike.low == alike.share == alike.high == pytest.approx(unlike.share)
    assert unlike.high - unlike.low > 0.02


def test_each_side_of_the_telephone_and_each_model_is_measured_by_itself() -> None:
    found = accuracy_of([*calls(6, wrong=4), *calls(7, wrong=8, version=LARGE)], UNSURE_BELOW)

    sides = dict(found.tracks)
    hall = sides[Track.HALL].rate
    assert hall is not None
    assert hall.share == hall.high == 0
    assert sides[Track.CALLER].counts.errors == 6 * 4 + 7 * 8
    assert [(version, one.calls) for version, one in found.versions] == [(BASE, 6), (LARGE, 7)]


def test_no_figure_rests_on_fewer_calls_or_characters_than_are_enough() -> None:
    two_calls = [one for one in calls(2, wrong=4) for _ in range(4)]
    few_characters = [checked("はい", "はい", recording=number) for number in range(1, 20)]
    enough = calls(FEWEST_CALLS, wrong=4)

    for scarce in (two_calls, few_characters, []):
        assert accuracy_of(scarce, UNSURE_BELOW).total.rate is None
    assert sum(len(one.person) for one in enough) >= FEWEST_CHARACTERS
    found = accuracy_of(enough, UNSURE_BELOW)
    assert found.total.rate is not None
    assert [one.rate for _, one in found.tracks] == [None, None], "120 characters a side are too few"


def test_a_share_of_words_rests_on_enough_words_too() -> None:
    word = ("健康保険の納税通知", 0.4)
    few = [checked(word[0], word[0], word, recording=number) for number in range(1, 20)]
    many = [
        *few,
        *(checked(word[0], "健康保険の納税案内", word, recording=number) for number in range(1, 20)),
    ]
    many = [
        *many,
        *(
            checked("一二三四五六七八九十" * 3, "一二三四五六七八九十" * 3, recording=number)
            for number in (1, 2, 3)
        ),
    ]

    assert accuracy_of(few, UNSURE_BELOW).total.marked_wrong is None
    found = accuracy_of(many, UNSURE_BELOW).total
    assert found.marked_wrong == 0.5
    assert found.unmarked_wrong is None
