"""What two callers' texts have in common is found where it stands, and no character is lost."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from api.reading.alike_calls import pieces_of
from incidents.signals.likeness import features, places_of

WORDS = st.text(st.sampled_from("公園桜並木電話担当ケヤキバスを切るA1。、 "), max_size=40)


def test_everyday_words_are_nothing_that_two_calls_have_in_common() -> None:
    shown = pieces_of("担当の方、公園のケヤキを切って", "電話の担当へ。ケヤキと公園")
    assert [one.text for one in shown if one.alike] == ["公園", "ケヤキ"]


@given(one=WORDS, other=WORDS)
def test_pieces_are_the_text_and_what_is_alike_stands_in_both(one: str, other: str) -> None:
    pieces = pieces_of(one, other)
    assert "".join(piece.text for piece in pieces) == one
    assert bool(any(piece.alike for piece in pieces)) == bool(features(one) & features(other))
    places = places_of(one, features(other))
    assert all(end < begin for (_, end), (begin, _) in itertools.pairwise(places))
