"""What of a row of counts may be told: no small count alone, and none that a sum gives back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from incidents.reports.merging import is_tellable, merged, merged_neighbours, tells_its_parts

COUNTS = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), max_size=30)
SMALLEST = st.integers(2, 20)


def test_two_small_counts_are_told_as_one() -> None:
    assert merged([40, 3, 20, 2, 0], 5) == {1, 3}


def test_a_small_count_takes_the_next_smallest_with_it() -> None:
    assert merged([40, 3, 20], 5) == {1, 2}, "the total less 40 and 20 would be 3"


def test_figures_of_too_few_people_do_not_stand_alone() -> None:
    people = [1, 4, 4, 2]

    assert merged([40, 30, 20, 50], 5, lambda places: sum(people[one] for one in places) >= 3) == {0, 3}


def test_rare_days_go_with_their_neighbours() -> None:
    assert merged_neighbours([1, 9, 2, 3, 6], 5) == [range(2), range(2, 4), range(4, 5)]
    assert merged_neighbours([2, 2], 5) == []
    assert merged_neighbours([0, 0], 5) == [range(2)]
    assert merged_neighbours([], 5) == []


@given(counts=COUNTS, smallest=SMALLEST)
def test_nothing_told_alone_is_small_and_nothing_small_is_the_rest_of_a_sum(
    counts: list[int], smallest: int
) -> None:
    together = merged(counts, smallest)
    alone = [count for place, count in enumerate(counts) if place not in together]

    assert all(count == 0 or count >= smallest for count in alone)
    if together and is_tellable(counts, smallest) and len([one for one in counts if one]) > 1:
        assert len(together) > 1
        assert sum(counts[place] for place in together) >= smallest


@given(counts=COUNTS, smallest=SMALLEST)
def test_stretches_cover_every_day_once_and_none_is_small(counts: list[int], smallest: int) -> None:
    stretches = merged_neighbours(counts, smallest)

    if is_tellable(counts, smallest):
        assert [place for one in stretches for place in one] == list(range(len(counts)))
        sums = [sum(counts[place] for place in one) for one in stretches]
        assert all(one == 0 or one >= smallest for one in sums)
    else:
        assert stretches == []


def test_small_counts_whose_sum_gives_each_of_them_away_take_a_larger_one_with_them() -> None:
    assert merged([4, 30, 4, 4], 5) == {0, 1, 2, 3}, "three counts below 5 that come to 12 are 4 each"
    assert merged([1, 30, 1, 1, 1, 1], 5) == {0, 1, 2, 3, 4, 5}
    assert merged([4, 30, 4, 3], 5) == {0, 2, 3}
    assert tells_its_parts((0, 1, 2), [4, 4, 4], 5)
