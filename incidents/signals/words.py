"""The city's lists of words, made ready to be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from core.profile.phrase import folded, pattern
from core.profile.signals import SignalContexts
from incidents.signals.facts import Said


@dataclass(frozen=True, slots=True)
class WordList:
    """Some phrases, any of which may be said."""

    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Self:
        """Compile them; the profile's loader has proven that they can be."""
        return cls(tuple(pattern(one) for one in phrases))

    def found(self, text: str) -> bool:
        """Say whether one of them is in a text as it was written."""
        return self.within(folded(text))

    def within(self, text: str) -> bool:
        """Say whether one of them is in a folded text."""
        return any(one.search(text) for one in self.patterns)

    def any_of(self, said: Iterable[Said]) -> bool:
        """Say whether anybody said one of them."""
        return any(self.found(one.text) for one in said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words by which a call explains itself."""

    emergency: WordList
    speak_up: WordList
    turned_away: WordList
    delay: WordList
    offered: WordList
    our_fault: WordList

    @classmethod
    def of(cls, contexts: SignalContexts) -> Words:
        """Compile a city's lists."""
        return cls(
            emergency=WordList.of(contexts.emergency),
            speak_up=WordList.of(contexts.speak_up),
            turned_away=WordList.of(contexts.turned_away),
            delay=WordList.of(contexts.delay),
            offered=WordList.of(contexts.offered),
            our_fault=WordList.of(contexts.our_fault),
        )
