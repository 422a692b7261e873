"""What is asked of the index in each of the three tiers, and how its answer is checked and marked.

Spelt: the normalised text holds the words. Read: the folded reading holds theirs. Alike: some part of the
reading is within a quarter of edits of theirs. Whatever is spelt so is left to the first tier.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection, text

from transcription import sounds
from transcription.likeness import LONGEST, fewest_edits, nearest_part
from transcription.normalise import joined, marks, normalise, normalised_words, query_literal
from transcription.reading import Reader, the_reader

_LOOKED_AT = 4000
"""Candidates compared at once: some milliseconds. Where a window holds more, more of them each time: whatever
stands above is gone through again."""


class Tier(StrEnum):
    """How an utterance answers a search."""

    SPELT = "spelt"
    READ = "read"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time, and below which id in it; ``times``: how often it was asked before."""

    low: datetime
    high: datetime
    below: int
    times: int = 0

    def under(self, last: int) -> Window:
        """Return what is left of the window below an id."""
        return replace(self, below=last, times=self.times + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What the index named: ids, newest first."""

    ids: list[int]
    last: int | None
    """The last one looked at; None where the window is at its end."""
    looked: int
    """How many were gone through to name these."""


class Asked(Protocol):
    """One question to the index."""

    @property
    def tier(self) -> Tier:
        """Which tier is asked."""
        ...

    def candidates(self, connection: Connection, window: Window, wanted: int) -> Candidates:
        """Ask the index for so many ids."""
        ...

    def holds(self, norm: str) -> bool:
        """Check a candidate by its normalised text."""
        ...

    def marks(self, written: str) -> tuple[tuple[int, int], ...]:
        """Return what to mark in a hit's text."""
        ...


def asked_for(tier: Tier, query: str, words: tuple[str, ...], choice: str) -> Asked | None:
    """Turn a query into a question; None where the tier has nothing to look for.

    Raises:
        NoReader: a tier of sound, and the dictionary is not there
    """
    if tier is Tier.SPELT:
        return _Spelt(words=words, choice=choice)
    reader = the_reader()
    heard = sounds_of(query, reader)
    if not heard or min(map(len, heard)) < sounds.SHORTEST:
        return None
    if tier is Tier.ALIKE and (not any(map(sounds.edits, heard)) or max(map(len, heard)) > LONGEST):
        return None
    return _Heard(tier=tier, words=words, heard=heard, choice=choice, reader=reader)


def tiers_of(query: str) -> tuple[Tier, ...]:
    """Return the tiers that have something to look for; short words are looked for as they are spelt alone.

    Raises:
        NoReader: the dictionary is not there
    """
    words = normalised_words(query)
    return tuple(tier for tier in Tier if words and asked_for(tier, query, words, "{}") is not None)


def sounds_of(query: str, reader: Reader) -> tuple[str, ...]:
    """Read the words of a query, separated by white space; words that are only signs fall away."""
    read = [reader.read(word).sounds for word in re.split(r"\s+", query) if normalise(word)]
    return tuple(dict.fromkeys(read))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelt:
    words: tuple[str, ...]
    choice: str

    @property
    def tier(self) -> Tier:
        return Tier.SPELT

    def candidates(self, connection: Connection, window: Window, wanted: int) -> Candidates:
        ids = list(
            connection.execute(
                text(
                    "SELECT id FROM search_utterances(CAST(:wanted AS tsquery), :low, :high, :below,"
                    " :at_most, CAST(:choice AS jsonb))"
                ),
                {
                    "wanted": query_literal(self.words),
                    "low": window.low,
                    "high": window.high,
                    "below": window.below,
                    "at_most": wanted,
                    "choice": self.choice,
                },
            ).scalars()
        )
        return Candidates(ids=ids, last=ids[-1] if len(ids) == wanted else None, looked=len(ids))

    def holds(self, norm: str) -> bool:
        return all(word in norm for word in self.words)

    def marks(self, written: str) -> tuple[tuple[int, int], ...]:
        return marks(written, self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    tier: Tier
    words: tuple[str, ...]
    heard: tuple[str, ...]
    choice: str
    reader: Reader

    def candidates(self, connection: Connection, window: Window, wanted: int) -> Candidates:
        alike = self.tier is Tier.ALIKE
        certain = tuple(word for word in self.heard if not (alike and sounds.edits(word)))
        limit = _LOOKED_AT * 4 ** min(window.times, 2) if alike else wanted
        rows = connection.execute(
            text(
                "SELECT id, sounds FROM search_readings(CAST(:wanted AS tsquery), :heard,"
                " CAST(:spelt AS tsquery), :low, :high, :below, :at_most, CAST(:choice AS jsonb))"
            ),
            {
                "wanted": sounds.near_literal(self.heard) if alike else sounds.same_literal(self.heard),
                "heard": sounds.patterns(certain),
                "spelt": query_literal(self.words),
                "low": window.low,
                "high": window.high,
                "below": window.below,
                "at_most": limit,
                "choice": self.choice,
            },
        ).all()
        ids: list[int] = [row.id for row in rows]
        last = ids[-1] if len(ids) == limit else None
        if alike:
            ids = self._near(ids, [row.sounds for row in rows])
            if len(ids) >= wanted:
                ids, last = ids[:wanted], ids[wanted - 1]
        return Candidates(ids=ids, last=last, looked=len(rows))

    def _near(self, ids: list[int], readings: Sequence[str]) -> list[int]:
        """Keep what is near every word, and not the same in all: that is the tier above."""
        if not ids:
            return []
        loose = [word for word in self.heard if sounds.edits(word)]
        apart = [(sounds.edits(word), fewest_edits(word, readings)) for word in loose]
        return [
            one
            for place, one in enumerate(ids)
            if all(found[place] <= allowed for allowed, found in apart)
            and any(found[place] > 0 for _, found in apart)
        ]

    def holds(self, norm: str) -> bool:
        return not all(word in norm for word in self.words)

    def marks(self, written: str) -> tuple[tuple[int, int], ...]:
        read = self.reader.read(written)
        spans: list[tuple[int, int]] = []
        for word in self.heard:
            places = sounds.find_in(word, read)
            if not places and self.tier is Tier.ALIKE:
                places = [nearest_part(word, read.sounds)]
            spans += [
                (read.places[start][0], read.places[end - 1][1]) for start, end in places if end > start
            ]
        return joined(spans)
