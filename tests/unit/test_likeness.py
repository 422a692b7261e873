"""The fast count of edits is the plain table's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.likeness import LONGEST, fewest_edits, nearest_part


def plainly(word: str, reading: str) -> int:
    """Fill the table of edits as the textbook does."""
    before = [0] * (len(reading) + 1)
    for row, sound in enumerate(word, start=1):
        line = [row]
        for place, heard in enumerate(reading):
            line.append(min(before[place] + (sound != heard), before[place + 1] + 1, line[place] + 1))
        before = line
    return min(before)


@given(
    word=st.text("アイウ", min_size=1, max_size=LONGEST),
    readings=st.lists(st.text("アイウ𠮷", max_size=80), max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_it_counts_as_the_plain_table_does(word: str, readings: list[str]) -> None:
    assert list(fewest_edits(word, readings)) == [plainly(word, one) for one in readings]


@given(word=st.text("アイウ", min_size=1, max_size=12), reading=st.text("アイウエ", max_size=40))
@settings(max_examples=150, deadline=None)
def test_the_nearest_part_is_as_near_as_it_gets(word: str, reading: str) -> None:
    start, end = nearest_part(word, reading)

    assert plainly(word, reading[start:end]) == plainly(word, reading)


@pytest.mark.parametrize("word", ["", "ア" * (LONGEST + 1)])
def test_what_cannot_be_compared_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        fewest_edits(word, ["ア"])
