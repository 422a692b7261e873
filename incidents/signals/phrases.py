"""Phrases of the city's list on the caller's track, by text and by reading, as they are meant.

A phrase is a hint that people should listen there. It is not looked for in what is quoted, reported,
denied or said of others, nor in what the city itself calls no signal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.profile.phrase import Phrase, folded, pattern
from incidents.signals.facts import CallFacts, Said
from incidents.signals.meaning import at_listener, denied, of_somebody_near, own_words
from incidents.signals.signal import Kind, Signal
from incidents.signals.words import WordList, Words
from transcription.sounds import fold

_RULES = "phrases-2"
_TO_KATAKANA = {code: chr(code + 0x60) for code in range(0x3041, 0x3097)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    phrase: Phrase
    kinds: tuple[Kind, ...]
    words: tuple[re.Pattern[str], ...]
    sounds: tuple[str, ...]
    beside: WordList
    unless: WordList


class Phrases:
    """The city's phrases, ready to be looked for.

    Args:
        phrases: the profile's list
        never: what the city calls no signal, blanked out first
        words: by which a call explains itself
    """

    def __init__(self, phrases: Sequence[Phrase], never: Sequence[str], words: Words) -> None:
        self._ready = tuple(
            _Ready(
                phrase=one,
                kinds=tuple(Kind(kind) for kind in one.kinds),
                words=tuple(pattern(written) for written in one.words),
                sounds=tuple(fold(folded(sound).translate(_TO_KATAKANA)) for sound in one.sounds),
                beside=WordList.of(one.beside),
                unless=WordList.of(one.unless),
            )
            for one in phrases
        )
        self._never = tuple(pattern(one) for one in never)
        self._words = words
        told = "\n".join(one.model_dump_json() for one in phrases) + "\n".join(never)
        self.version = f"{_RULES}.{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    def found_in(self, call: CallFacts) -> Iterator[Signal]:
        """Find the phrases of a call: one signal of each phrase and kind, with all its utterances."""
        hits: dict[tuple[Kind, str], list[Said]] = {}
        fault = self._words.our_fault.any_of(call.halls)
        for said in call.callers:
            for kind, name in self._hits(said, call, told_of_fault=fault):
                hits.setdefault((kind, name), []).append(said)
        for (kind, name), said in hits.items():
            yield Signal(
                kind=kind,
                rule=name,
                version=self.version,
                value={"times": len(said)},
                at=said[0].start,
                utterances=tuple(one.number for one in said),
            )

    def _hits(self, said: Said, call: CallFacts, *, told_of_fault: bool) -> Iterator[tuple[Kind, str]]:
        text = folded(said.text)
        # Somebody near who spoke of dying may be in danger now, whoever tells it.
        whole = self._without_never(text)
        own = own_words(whole)
        for one in self._ready:
            if one.phrase.unless_our_fault and told_of_fault:
                continue
            heard = whole if one.kinds == (Kind.LIFE,) and of_somebody_near(text) else own
            if not self._says(one, heard, said.sounds if heard == text else ""):
                continue
            if (one.phrase.beside and not one.beside.within(heard)) or one.unless.within(text):
                continue
            for kind in one.kinds:
                if not self._is_in_order(kind, said, call):
                    yield kind, one.phrase.id

    def _says(self, one: _Ready, heard: str, sounds: str) -> bool:
        taken_back = False
        for written in one.words:
            for found in written.finditer(heard):
                at_us = not one.phrase.at_listener or at_listener(heard, *found.span())
                if at_us and not denied(heard, found.end()):
                    return True
                taken_back = True
        # By its reading a phrase is found where it was misheard: what the text takes back, it does not say.
        return not taken_back and any(sound in sounds for sound in one.sounds)

    def _is_in_order(self, kind: Kind, said: Said, call: CallFacts) -> bool:
        """Say whether it may be asked here: on a duty line, in an emergency, after our own offer."""
        if kind is Kind.OUTSIDE_HOURS:
            offered = any(
                self._words.offered.found(one.text) for one in call.halls if one.start <= said.start
            )
            return call.duty or offered or self._words.emergency.any_of(call.callers)
        return kind is Kind.CALLED_OUT and self._words.emergency.any_of(call.callers)

    def _without_never(self, text: str) -> str:
        for never in self._never:
            text = never.sub(lambda found: "\u3000" * len(found[0]), text)
        return text
