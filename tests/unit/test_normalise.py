"""What differs only in writing must be found all the same, and marked where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.normalise import (
    index_literal,
    marks,
    normalise,
    normalised_words,
    query_literal,
    tokens,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＮＨＫ", "nhk"),
        ("ﾏｲﾅﾝﾊﾞｰ", "まいなんばー"),
        ("マイナンバー", "まいなんばー"),
        ("１２３番", "123番"),
        ("㈱さくら", "株さくら"),
        ("納税・通知書。", "納税通知書"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("齋藤", "斉藤"),
        ("齊藤", "斎藤"),
        ("澤田", "沢田"),
        ("𠮷野家", "吉野家"),
        ("か\u3099っこう", "がっこう"),
    ],
)
def test_ways_of_writing_the_same_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other) != ""


def test_different_names_stay_different() -> None:
    assert normalise("佐藤") != normalise("斉藤")
    assert normalise("病院") != normalise("びょういん")


def test_only_signs_are_no_word() -> None:
    assert normalised_words(" 、。 〔〕 ") == ()


def test_words_are_parted_by_any_space_and_asked_for_once() -> None:
    assert normalised_words("国保　納税 コクホ 国保") == ("国保", "納税", "こくほ")


def test_a_text_is_cut_into_pairs_and_its_last_character() -> None:
    assert tokens("情報公開") == ("情報", "報公", "公開", "開")
    assert index_literal("開示") == "'開示':1 '示':2"
    assert index_literal("") == ""


def test_a_query_asks_for_every_word() -> None:
    assert query_literal(("情報公", "開")) == "('情報' <-> '報公') & ('開':*)"


def test_a_hit_is_marked_in_the_text_as_it_was_written() -> None:
    text = "もしもし、ﾏｲﾅﾝﾊﾞｰの件。"

    assert [text[start:end] for start, end in marks(text, normalised_words("マイナンバー"))] == ["ﾏｲﾅﾝﾊﾞｰ"]
    assert [text[start:end] for start, end in marks(text, normalised_words("もしまい"))] == ["もし、ﾏｲ"]


def test_marks_that_overlap_are_one() -> None:
    assert marks("ははは", ("はは",)) == ((0, 3),)


@given(st.text(alphabet="あいうアイウ渡邊辺髙ＡａＢｶﾞ１、。 ", max_size=30), st.data())
def test_whatever_is_cut_out_of_a_text_is_found_and_marked_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    # A mark belongs to the character before it; a cut between them makes another text.
    if text[start : start + 1] == "ﾞ" or text[end : end + 1] == "ﾞ":
        return
    piece = normalise(text[start:end])

    assert piece in normalise(text)
    if piece:
        assert any(
            low <= start + len(text[start:end]) and high > start for low, high in marks(text, (piece,))
        )


@given(st.text(max_size=40))
def test_a_normal_form_holds_letters_and_digits_only(text: str) -> None:
    folded = normalise(text)

    assert all(character.isalnum() for character in folded)
    assert normalise(folded) == folded
