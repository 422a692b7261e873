"""What most calls stay below is told of a round, and of rounds by their median."""

from __future__ import annotations

from bench.percentiles import of_rounds, percentile, together

QUIET = [5.0, 6.0, 7.0]
DISTURBED = [5.0, 6.0, 90.0]


def test_of_few_calls_the_slowest_is_what_most_stay_below() -> None:
    assert percentile(QUIET, 99) == 7.0
    assert percentile(QUIET, 50) == 6.0
    assert percentile([], 99) is None


def test_one_disturbed_round_of_three_moves_no_median_and_is_still_told() -> None:
    rounds = [QUIET, DISTURBED, QUIET]

    assert of_rounds(rounds, 99) == 7.0
    assert together(rounds, 99) == 90.0


def test_a_round_in_which_nobody_was_answered_is_no_fast_one() -> None:
    assert of_rounds([[], QUIET], 99) == 7.0
    assert of_rounds([[]], 99) is None
