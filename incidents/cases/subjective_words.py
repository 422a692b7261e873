"""Marks words that give an impression where a record should state a fact, and offers what states it.

Words are found by their dictionary form: 怒鳴られた and どなった are 怒鳴る. The city lists them. What stands
in 「」 or 『』 is somebody's words and is never marked; nor is a word beside the figure that it stands for.
Nothing is changed or forbidden: whoever writes decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.profile.casework import StatedBy, SubjectiveWords
from incidents.cases.prefill import HeardQuote, SameNumber, Side
from transcription.reading import Term

Terms = Callable[[str], Sequence[Term]]

_CLOSED_BY = {"「": "」", "『": "』"}
_FIGURES = {
    StatedBy.LOUDNESS: re.compile(r"[0-9０-９]\s*(?:dB|ｄＢ|デシベル)"),
    StatedBy.MINUTES: re.compile(r"[0-9０-９]\s*(?:分間?|時間|秒間?)(?!台)"),
    StatedBy.COUNT: re.compile(r"[0-9０-９]\s*(?:回|件|度|通)(?!目)"),
}
_SENTENCE_ENDS = "。！？!?\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One word that states no fact: characters ``start`` to ``end`` (excluded) of the text."""

    start: int
    end: int
    why: str
    instead: tuple[StatedBy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFigures:
    """What is known of the call besides its words. None: not measured."""

    quotes: tuple[HeardQuote, ...] = ()
    louder_db: float | None = None
    """The caller's loudest stretch above the own beginning of the call, in dB."""
    talk_minutes: int | None = None
    counts: tuple[SameNumber, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What could stand in a marked word's place: a heard quote or a figure."""

    by: StatedBy
    words: str
    quote: HeardQuote | None = None


@dataclass(frozen=True, slots=True)
class _Pattern:
    lemmas: tuple[str, ...]
    group: SubjectiveWords


class WordChecker:
    """Finds the city's words in a text. Pure but for the dictionary it is given; may be shared by threads."""

    def __init__(self, groups: Sequence[SubjectiveWords], terms: Terms) -> None:
        self._terms = terms
        self._patterns: dict[str, list[_Pattern]] = {}
        for group in groups:
            for word in group.words:
                lemmas = _content(terms(word))
                if lemmas:
                    self._patterns.setdefault(lemmas[0], []).append(_Pattern(lemmas, group))

    def marks(self, text: str) -> tuple[Marked, ...]:
        """Return what is marked in a text, in order and never overlapping."""
        unquoted = _without_quotes(text)
        terms = [one for one in self._terms(unquoted) if unquoted[one.start : one.end].strip(" 　")]
        found: list[Marked] = []
        at = 0
        while at < len(terms):
            hit = self._longest(terms, at)
            if hit is None:
                at += 1
                continue
            pattern, until = hit
            start, end = terms[at].start, terms[until - 1].end
            at = until
            if not _is_excepted(text, start, pattern.group) and not _is_stated(
                unquoted, start, pattern.group
            ):
                group = pattern.group
                found.append(Marked(start=start, end=end, why=group.why, instead=group.instead))
        return tuple(found)

    def _longest(self, terms: Sequence[Term], at: int) -> tuple[_Pattern, int] | None:
        best: tuple[_Pattern, int] | None = None
        for pattern in self._patterns.get(terms[at].lemma, ()):
            until = at + len(pattern.lemmas)
            here = tuple(one.lemma for one in terms[at:until])
            if here == pattern.lemmas and (best is None or until > best[1]):
                best = pattern, until
        return best


def offers(marked: Marked, known: CallFigures) -> tuple[Offer, ...]:
    """Return what this call has to state the fact, the nearest kind first; nothing where it has nothing."""
    return tuple(offer for by in marked.instead for offer in _offers(by, known))


def _offers(by: StatedBy, known: CallFigures) -> Iterator[Offer]:
    match by:
        case StatedBy.QUOTE:
            for one in known.quotes:
                if one.side is Side.CALLER:
                    yield Offer(by=by, words=f"「{one.text}」", quote=one)
        case StatedBy.LOUDNESS if known.louder_db is not None and known.louder_db > 0:
            yield Offer(by=by, words=f"相手の声は、通話の初めより最大{known.louder_db:.0f}dB大きい（測定）")
        case StatedBy.MINUTES if known.talk_minutes is not None:
            yield Offer(by=by, words=f"通話時間は{known.talk_minutes}分")
        case StatedBy.COUNT:
            for one in known.counts:
                yield Offer(by=by, words=f"同じ番号からの電話は、{one.days}日間に{one.calls}回")
        case _:
            return


def _content(terms: Sequence[Term]) -> tuple[str, ...]:
    """Return a word's dictionary forms without what bends it (一方的に is 一方的; 何度も is not 何度)."""
    kept = list(terms)
    while kept and kept[-1].bound and len(kept) > 1:
        kept.pop()
    return tuple(one.lemma for one in kept)


def _without_quotes(text: str) -> str:
    """Return the text with full stops, one for one, where somebody's words stand. Unclosed is no quote."""
    plain = list(text)
    open_at: list[tuple[int, str]] = []
    for place, sign in enumerate(text):
        if sign in _CLOSED_BY:
            open_at.append((place, _CLOSED_BY[sign]))
        elif open_at and sign == open_at[-1][1]:
            start, _ = open_at.pop()
            plain[start : place + 1] = "。" * (place + 1 - start)
    return "".join(plain)


def _is_excepted(text: str, start: int, group: SubjectiveWords) -> bool:
    for longer in group.unless:
        place = text.find(longer, max(0, start - len(longer)))
        while 0 <= place <= start:
            if start < place + len(longer):
                return True
            place = text.find(longer, place + 1)
    return False


def _is_stated(unquoted: str, start: int, group: SubjectiveWords) -> bool:
    """Say whether the sentence around a word gives the figure itself."""
    begin = max((unquoted.rfind(sign, 0, start) for sign in _SENTENCE_ENDS), default=-1) + 1
    ends = [place for sign in _SENTENCE_ENDS if (place := unquoted.find(sign, start)) >= 0]
    sentence = unquoted[begin : min(ends, default=len(unquoted))]
    return any(_FIGURES[by].search(sentence) for by in group.instead if by in _FIGURES)
