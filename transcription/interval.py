"""How sure a share is: calls are drawn again and again from those that were measured (bootstrap)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

_DRAWS = 2000
_SEED = 20_261_101
_OUTSIDE = 0.025

Item = TypeVar("Item")


def interval(items: Sequence[Item], figure: Callable[[Sequence[Item]], float]) -> tuple[float, float]:
    """Return the 95 % interval of a figure over calls; the same calls always give the same interval."""
    dice = random.Random(_SEED)  # noqa: S311  a draw, no secret
    drawn = sorted(figure(dice.choices(items, k=len(items))) for _ in range(_DRAWS))
    outside = round(_DRAWS * _OUTSIDE)
    return drawn[outside], drawn[-1 - outside]
