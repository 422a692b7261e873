"""What is counted in one call between what was said and what was written down.

- errors: characters to insert, delete or replace on each track (``cer``), and in the readings (``kana_cer``)
- right side: of the characters found in the order of the call, those on the track of who said them
- invented: characters of words that lie half a second or more away from everything said on their track
- lost: phrases of which more than half of the characters have nothing that stands for them
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.labelled_call import LabelledCall, Phrase
from bench.ways_to_hear import HeardWord
from transcription.character_errors import align, comparable
from transcription.clip_span import clip_span
from transcription.pauses import speech_edges
from transcription.utterance import CALL_TRACKS, Span, Track, Word

_NEAR = 0.5
"""Seconds: room for a word's time to be wrong."""

Reading = Callable[[str], str]
"""How a text sounds, folded so that spellings of the same sound are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallScore:
    """Counts of one call, or of several added up."""

    errors: int = 0
    characters: int = 0
    kana_errors: int = 0
    kana_characters: int = 0
    matched: int = 0
    right_side: int = 0
    invented: int = 0
    lost: int = 0
    phrases: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    per_track: dict[Track, tuple[int, int]] = field(default_factory=dict[Track, tuple[int, int]])
    """(errors, characters) of each track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardPhrase:
    """A phrase that was said, and the words that stand for its first and last character."""

    phrase: Phrase
    first: Word
    last: Word
    clip: Span
    """What is played as the quote of these words."""

    @property
    def heard(self) -> Span:
        """From the beginning of the first word to the end of the last one."""
        return Span(start=self.first.start, end=max(self.last.end, self.first.start + 0.01))


def score(
    call: LabelledCall, heard: Sequence[HeardWord], reading: Reading | None, cpu_seconds: float
) -> CallScore:
    """Count what is right and wrong in what was heard of a call."""
    per_track = dict[Track, tuple[int, int]]()
    kana_errors = kana_characters = lost = 0
    for track in CALL_TRACKS:
        words = [one.word for one in heard if one.track is track]
        meant = "".join(phrase.text for phrase in call.said(track))
        written = comparable("".join(word.text for word in words))
        laid = align(meant, written)
        per_track[track] = (laid.errors, len(meant))
        lost += sum(partners.count(None) * 2 > len(partners) for partners in _by_phrase(call, track, words))
        if reading is not None:
            sound = reading(meant)
            kana_errors += align(sound, reading(written)).errors
            kana_characters += len(sound)
    matched, right_side = _sides(call, heard)
    return CallScore(
        errors=sum(errors for errors, _ in per_track.values()),
        characters=sum(characters for _, characters in per_track.values()),
        kana_errors=kana_errors,
        kana_characters=kana_characters,
        matched=matched,
        right_side=right_side,
        invented=sum(len(comparable(one.word.text)) for one in heard if _is_invented(call, one)),
        lost=lost,
        phrases=len(call.phrases),
        cpu_seconds=cpu_seconds,
        seconds=call.seconds,
        per_track=per_track,
    )


def added(scores: Sequence[CallScore]) -> CallScore:
    """Add the counts of several calls up."""
    return CallScore(
        errors=sum(one.errors for one in scores),
        characters=sum(one.characters for one in scores),
        kana_errors=sum(one.kana_errors for one in scores),
        kana_characters=sum(one.kana_characters for one in scores),
        matched=sum(one.matched for one in scores),
        right_side=sum(one.right_side for one in scores),
        invented=sum(one.invented for one in scores),
        lost=sum(one.lost for one in scores),
        phrases=sum(one.phrases for one in scores),
        cpu_seconds=sum(one.cpu_seconds for one in scores),
        seconds=sum(one.seconds for one in scores),
    )


def heard_phrases(call: LabelledCall, heard: Sequence[HeardWord]) -> list[HeardPhrase]:
    """Find the phrases whose first and last character were recognised, and the words that hold them."""
    found = list[HeardPhrase]()
    for track in CALL_TRACKS:
        words = [one.word for one in heard if one.track is track]
        owners = [word for word in words for _ in comparable(word.text)]
        written = comparable("".join(word.text for word in words))
        edges = speech_edges(call.sides[track])
        for phrase, partners in zip(call.said(track), _by_phrase(call, track, words), strict=True):
            first, last = partners[0], partners[-1]
            if first is None or last is None or len(owners) != len(written) or not phrase.exact:
                continue
            if written[first] == phrase.text[0] and written[last] == phrase.text[-1]:
                begin, end = owners[first].start, max(owners[last].end, owners[first].start + 0.01)
                clip = clip_span(Span(start=begin, end=end), edges, call.seconds)
                found.append(HeardPhrase(phrase=phrase, first=owners[first], last=owners[last], clip=clip))
    return found


def _by_phrase(call: LabelledCall, track: Track, words: list[Word]) -> list[tuple[int | None, ...]]:
    phrases = call.said(track)
    laid = align("".join(one.text for one in phrases), comparable("".join(word.text for word in words)))
    at, parts = 0, list[tuple[int | None, ...]]()
    for phrase in phrases:
        parts.append(laid.partners[at : at + len(phrase.text)])
        at += len(phrase.text)
    return parts


def _sides(call: LabelledCall, heard: Sequence[HeardWord]) -> tuple[int, int]:
    meant = [(one, phrase.track) for phrase in call.phrases for one in phrase.text]
    written = [
        (character, one.track)
        for one in sorted(heard, key=lambda one: one.word.start)
        for character in comparable(one.word.text)
    ]
    laid = align("".join(one for one, _ in meant), "".join(one for one, _ in written))
    pairs = [
        (meant[place], written[partner])
        for place, partner in enumerate(laid.partners)
        if partner is not None and meant[place][0] == written[partner][0]
    ]
    return len(pairs), sum(said[1] is found[1] for said, found in pairs)


def _is_invented(call: LabelledCall, one: HeardWord) -> bool:
    return not any(
        one.word.start < phrase.end + _NEAR and one.word.end > phrase.start - _NEAR
        for phrase in call.said(one.track)
    )
