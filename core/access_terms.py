"""How long a purpose holds, and which purposes are for practice calls alone: the city's, handed over once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.actors import Purpose

PRACTICE_ONLY = frozenset({Purpose.TRAINING.id})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTerms:
    """What the vault must know of the city's profile. Without one: what a city has that says nothing."""

    lasts: timedelta = timedelta(hours=4)
    practice_only: frozenset[str] = PRACTICE_ONLY
