"""What a look through a finished bundle found. Values alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Leak(StrEnum):
    """What was found."""

    SOUND = "sound"  # the sound of a passage is heard somewhere
    WORDS = "words"  # words that are left out stand somewhere
    MORE = "more"  # a file holds more than it must
    MISSING = "missing"  # something that is released is not there as it was recorded
    UNKNOWN = "unknown"  # a file that belongs to no bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found. ``place`` says where, and repeats no word that is left out."""

    leak: Leak
    file: str
    place: str = ""
