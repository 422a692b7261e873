"""Words that are left out in one place and said again in another: 復唱 above all, on either side. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from disclosure.redaction.mask import Mask
from disclosure.redaction.offer import Offer
from transcription.letter_times import span_of
from transcription.sounds import Reading
from transcription.spoken_numbers import SpokenDigit, digit_runs
from transcription.utterance import Span, Track, Utterance

REPEATED = "repeated"
_SOUNDS, _DIGITS = 4, 3
"""So many sounds, or digits, are somebody's own; fewer stand in many words."""
_TELLS = re.compile(r"[㐀-鿿々0-9A-Za-zァ-ヺ]")
_SLACK = 0.05  # seconds


def repeated(
    masks: Sequence[Mask], heard: Sequence[tuple[Utterance, Reading]], read: Callable[[str], Reading]
) -> Iterator[Offer]:
    """Return where words under a mask are said again: as written, as read aloud, or digit by digit.

    Args:
        masks: the passages as they stand
        heard: the utterances of both sides in their order, each with its reading
        read: how a text is read (`Reader.read`)
    """
    call = [one for one, _ in heard]
    for words in sorted({words for mask in masks for words in _under(mask, call)}):
        sounds = read(words).sounds
        for one, reading in heard:
            yield from _written(one, words)
            if len(sounds) >= _SOUNDS:
                yield from _sounding(one, reading, sounds)
    yield from _digits(masks, call)


def _under(mask: Mask, call: Sequence[Utterance]) -> Iterator[str]:
    for one in call:
        if one.track is not mask.track:
            continue
        words = [word.text for word in one.words if _touches(mask.span, word.start, word.end)]
        plain = "".join(words).strip()
        if len(plain) > 1 and _TELLS.search(plain):
            yield plain


def _touches(mask: Span, start: float, end: float) -> bool:
    return min(mask.end, end) - max(mask.start, start) > (end - start) / 2


def _written(one: Utterance, words: str) -> Iterator[Offer]:
    text, wanted = _plain(one.text), _plain(words)
    if len(text) != len(one.text):
        return
    at = text.find(wanted)
    while at >= 0:
        yield _offer(one, at, at + len(wanted))
        at = text.find(wanted, at + len(wanted))


def _sounding(one: Utterance, reading: Reading, sounds: str) -> Iterator[Offer]:
    at = reading.sounds.find(sounds)
    while at >= 0:
        places = reading.places[at : at + len(sounds)]
        yield _offer(one, places[0][0], places[-1][1])
        at = reading.sounds.find(sounds, at + len(sounds))


def _digits(masks: Sequence[Mask], call: Sequence[Utterance]) -> Iterator[Offer]:
    runs = [
        run
        for track in Track
        for run in digit_runs([(at, one) for at, one in enumerate(call) if one.track is track])
        if run
    ]
    masked = {
        _values([one for one in run if _covered(mask, call, one)])
        for run in runs
        for mask in masks
        if mask.track is call[run[0].said].track
    }
    for run in runs:
        values = _values(run)
        for wanted in sorted(one for one in masked if len(one) >= _DIGITS):
            at = values.find(wanted)
            if at < 0:
                continue
            first, last = run[at], run[at + len(wanted) - 1]
            begin = span_of(call[first.said], first.start, first.end)
            end = span_of(call[last.said], last.start, last.end)
            yield Offer(
                kind=REPEATED, track=call[first.said].track, span=Span(start=begin.start, end=end.end),
                words=wanted,
            )  # fmt: skip


def _covered(mask: Mask, call: Sequence[Utterance], one: SpokenDigit) -> bool:
    span = span_of(call[one.said], one.start, one.end)
    return mask.span.start <= span.start + _SLACK and span.end - _SLACK <= mask.span.end


def _values(run: Sequence[SpokenDigit]) -> str:
    return "".join(str(one.value) for one in run)


def _offer(one: Utterance, start: int, end: int) -> Offer:
    return Offer(kind=REPEATED, track=one.track, span=span_of(one, start, end), words=one.text[start:end])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
