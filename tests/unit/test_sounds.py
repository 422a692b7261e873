"""Words that sound alike on a telephone are equal; words that do not, are not; and the index misses none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.likeness import fewest_edits
from transcription.reading import the_reader
from transcription.sounds import (
    Reading,
    Spoken,
    edits,
    find_in,
    fold,
    grams,
    index_literal,
    near_literal,
    reading,
    same_literal,
)

SOUNDS = st.text("アイカコシスンョ", max_size=30)


def heard(*words: str) -> Reading:
    """Join words as they are read."""
    return reading(tuple(Spoken(kana=word, start=at, end=at + 1) for at, word in enumerate(words)))


def indexed(literal: str, read: Reading) -> bool:
    """Ask an index as PostgreSQL does."""
    held = grams(read)
    said = re.sub(
        r"'([^']*)'(:\*)?",
        lambda one: str(any(gram.startswith(one[1]) for gram in held) if one[2] else one[1] in held),
        literal,
    )
    return bool(eval(said.replace("&", " and ").replace("|", " or ")))  # noqa: S307  True, False, and, or


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("納税通知書", "濃税通知書"),
        ("国民健康保険", "国民健康保健"),
        ("督促状", "特速上"),
        ("暴言", "冒言"),
        ("髙橋", "高橋"),
        ("渡邊さん", "わたなべさん"),
        ("マイナンバー", "ﾏｲﾅﾝﾊﾞ"),
        ("学校", "がこう"),
        ("録音", "ロクオーン"),
        ("殺す", "ころす"),
    ],
)
def test_what_a_recogniser_writes_differently_is_read_the_same(said: str, written: str) -> None:
    read = the_reader().read

    assert read(said).sounds == read(written).sounds != ""


@pytest.mark.parametrize(("one", "other"), [("税務課", "福祉課"), ("はい", "いいえ"), ("殺す", "返す")])
def test_different_words_are_read_differently(one: str, other: str) -> None:
    assert the_reader().read(one).sounds != the_reader().read(other).sounds


def test_a_word_never_loses_its_first_sound() -> None:
    assert fold("オオサカ") == "オサカ"
    assert fold("アア") == "ア"
    assert heard("トウ", "ウンテン").sounds == "トウンテン"


def test_a_reading_knows_which_characters_it_came_from() -> None:
    text = "はい、ﾏｲﾅﾝﾊﾞｰの髙橋です。"
    read = the_reader().read(text)

    ((start, end),) = find_in("タカハシ", read)

    assert text[read.places[start][0] : read.places[end - 1][1]] == "髙橋"
    ((start, end),) = find_in("マイナンハ", read)
    assert text[read.places[start][0] : read.places[end - 1][1]] == "ﾏｲﾅﾝﾊﾞｰ"


def test_signs_are_not_read() -> None:
    assert the_reader().read("、。！？　〔〕").sounds == ""


def test_a_word_of_two_sounds_must_be_whole_words() -> None:
    assert find_in("ノセ", heard("ノ", "セイ")) == [(0, 2)]
    assert find_in("ノセ", heard("シ", "ノ", "セイキュウ")) == []
    assert find_in("ノセキュ", heard("シ", "ノ", "セイキュウ")) == [(1, 5)]
    assert find_in("セ", heard("セイ")) == []


def test_a_quarter_of_a_word_may_be_misheard() -> None:
    assert [edits("ア" * length) for length in (3, 4, 7, 8, 12)] == [0, 1, 1, 2, 3]


@given(words=st.lists(SOUNDS, max_size=6), word=st.text("アイカコシスンョ", min_size=2, max_size=12))
@settings(max_examples=300, deadline=None)
def test_the_index_misses_nothing_that_is_read_the_same(words: list[str], word: str) -> None:
    read = heard(*words)

    found = bool(find_in(word, read))

    assert not found or indexed(same_literal((word,)), read)
    if len(word) == 2:  # nothing is checked afterwards
        assert found == indexed(same_literal((word,)), read)


@given(words=st.lists(SOUNDS, max_size=4), word=st.text("アイカコ", min_size=4, max_size=20), data=st.data())
@settings(max_examples=300, deadline=None)
def test_the_index_misses_nothing_that_sounds_alike(words: list[str], word: str, data: st.DataObject) -> None:
    misheard = list(word)
    for _ in range(edits(word)):
        at = data.draw(st.integers(0, len(misheard) - 1))
        misheard[at] = data.draw(st.sampled_from(["", "ン", misheard[at] + "ス"]))
    read = Reading(sounds="".join([*words, *misheard]), words=(), places=())

    assert fewest_edits(word, [read.sounds])[0] <= edits(word)
    assert indexed(near_literal((word,)), read)


def test_nothing_in_a_department_s_name_ends_the_quotes() -> None:
    assert index_literal(heard("ア"), r"o'b\c") == r"'@o''b\\c' 'ア'"
