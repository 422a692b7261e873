"""Reads the codes that operators press on their telephones out of single keys. Pure.

Whoever hears the same keys reads the same codes, at the same moments: so two processes that hear one press
give it the same name, and it counts once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

KEY_GAP = timedelta(seconds=3)
"""The keys of a code belong together when no more than this lies between two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What was pressed so far and may become a code."""

    digits: str = ""
    at: datetime | None = None


def press(keys: Keys, digit: str, at: datetime, codes: Collection[str]) -> tuple[Keys, str | None]:
    """Take one more key.

    Returns:
        what may still become a code, and the code that is complete now, the first given of several
    """
    late = keys.at is None or at - keys.at > KEY_GAP
    digits = (("" if late else keys.digits) + digit)[-max(1, *map(len, codes)) :]
    for code in codes:
        if code and digits.endswith(code):
            return Keys(), code
    return Keys(digits=digits, at=at), None
