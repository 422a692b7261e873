"""When each letter of an utterance was said, by its words' times; and the words of a corrected text.

Pure. A correction keeps the time and the probability of every word it leaves alone. What a person wrote lies
where the words stood that it replaces, and has probability 1: somebody heard it.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from transcription.utterance import Span, Utterance, Word


@dataclass(frozen=True, slots=True)
class _Place:
    start: float
    end: float
    word: int


def span_of(said: Utterance, start: int, end: int) -> Span:
    """Return when the letters ``start`` to ``end`` (excluded) of an utterance were said.

    Raises:
        ValueError: there are no such letters
    """
    if not 0 <= start < end <= len(said.text):
        raise ValueError(f"no letters {start}:{end}")
    places = [place for place in _places(said)[start:end] if place is not None]
    if not places:
        return Span(start=said.start, end=said.end)
    first = max(said.start, min(place.start for place in places))
    last = min(said.end, max(place.end for place in places))
    return Span(start=first, end=last) if first < last else Span(start=said.start, end=said.end)


def corrected(said: Utterance, text: str) -> Utterance:
    """Return an utterance with the text that a person heard instead, its words timed as well as can be."""
    places = _places(said)
    matcher = SequenceMatcher(None, said.text, text, autojunk=False)
    words: list[Word] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            words += _kept(said, places, old_from, old_to)
        elif new_from < new_to:
            start, end = _room(said, places, old_from, old_to)
            words.append(Word(text=text[new_from:new_to], start=start, end=end, probability=1.0))
    return Utterance(track=said.track, start=said.start, end=said.end, text=text, words=tuple(words))


def _places(said: Utterance) -> list[_Place | None]:
    """Return the word of every letter; None for one that no word holds."""
    places: list[_Place | None] = [None] * len(said.text)
    cursor = 0
    for number, word in enumerate(said.words):
        piece = word.text.strip()
        at = said.text.find(piece, cursor) if piece else -1
        if at < 0:
            continue
        cursor = at + len(piece)
        places[at:cursor] = [_Place(word.start, word.end, number)] * len(piece)
    return places


def _kept(said: Utterance, places: list[_Place | None], start: int, end: int) -> list[Word]:
    kept: list[Word] = []
    for _, run in groupby(range(start, end), key=lambda at: -1 if (one := places[at]) is None else one.word):
        letters = list(run)
        place = places[letters[0]]
        if place is None:
            continue
        text = said.text[letters[0] : letters[-1] + 1]
        probability = said.words[place.word].probability
        kept.append(Word(text=text, start=place.start, end=place.end, probability=probability))
    return kept


def _room(said: Utterance, places: list[_Place | None], start: int, end: int) -> tuple[float, float]:
    """Return the time of what is replaced, or the gap in which something is put in."""
    replaced = [place for place in places[start:end] if place is not None]
    if replaced:
        return min(one.start for one in replaced), max(one.end for one in replaced)
    before = [place.end for place in places[:start] if place is not None]
    after = [place.start for place in places[end:] if place is not None]
    first = before[-1] if before else said.start
    last = after[0] if after else said.end
    return min(first, last), max(first, last)  # put into the middle of a word it has that word's time
