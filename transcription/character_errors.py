"""Lays what was heard along what was said, character by character, with as few errors as there can be.

Compared after NFKC and lower case, without punctuation and space; a variant spelling counts as an error.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Which character stands for which."""

    partners: tuple[int | None, ...]
    """For each character that was said, the place of what was heard for it, right or wrong; None: nothing."""
    errors: int
    """Insertions, deletions and replacements (Levenshtein)."""


def comparable(text: str) -> str:
    """Leave letters and digits only, in one form."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).lower() if one.isalnum())


def align(meant: str, heard: str) -> Alignment:
    """Lay two texts along each other."""
    rows = [list(range(len(heard) + 1))]
    for row, wanted in enumerate(meant, start=1):
        before, now = rows[-1], [row]
        for column, got in enumerate(heard, start=1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (wanted != got)))
        rows.append(now)
    partners: list[int | None] = [None] * len(meant)
    row, column = len(meant), len(heard)
    while row and column:
        here = rows[row][column]
        if here == rows[row - 1][column - 1] + (meant[row - 1] != heard[column - 1]):
            row, column = row - 1, column - 1
            partners[row] = column
        elif here == rows[row - 1][column] + 1:
            row -= 1
        else:
            column -= 1
    return Alignment(partners=tuple(partners), errors=rows[-1][-1])


def character_errors(meant: str, heard: str) -> int:
    """Count insertions, deletions and replacements (Levenshtein)."""
    return align(meant, heard).errors
