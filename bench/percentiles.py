"""What most calls stay below: percentiles of a round, and the median of several rounds.

Targets speak of the median of rounds: one round that something else disturbed moves no figure then.
What all rounds come to together stands beside it.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Give the value that so many percent stay below; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 2)


def of_rounds(rounds: Sequence[Sequence[float]], percent: int) -> float | None:
    """Give the median of the rounds' percentiles; None where no round has a value."""
    each = [found for values in rounds if (found := percentile(values, percent)) is not None]
    return round(statistics.median(each), 2) if each else None


def together(rounds: Sequence[Sequence[float]], percent: int) -> float | None:
    """Give the percentile of all rounds' values at once."""
    return percentile([value for values in rounds for value in values], percent)
