"""Makes utterances of the words of one stretch of speech: a sentence's end or a pause begins a new one.

Speech without words is an utterance too, with a remark in their place: nothing that was said disappears.
"""

from __future__ import annotations

from collections.abc import Iterator

from transcription.unworded import unworded
from transcription.utterance import UNHEARD, WORDLESS, Span, Track, Utterance, Word

_SENTENCE_END = ("。", "？", "！", "?", "!")
_PAUSE = 0.5  # seconds between two words


def utterances(
    track: Track, span: Span, words: list[Word] | None, voiced: tuple[Span, ...] = ()
) -> list[Utterance]:
    """Cut a stretch into utterances, in order; it always gives at least one, so that no speech disappears.

    Words that stand for nothing believable are None. ``voiced`` is where voice stands out between pauses.
    """
    said = list(_worded(track, span, words))
    if words:
        said += [
            Utterance(track=track, start=rest.start, end=rest.end, text=WORDLESS)
            for rest in unworded(span, words, voiced)
        ]
    return sorted(said, key=lambda one: one.start)


def _worded(track: Track, span: Span, words: list[Word] | None) -> Iterator[Utterance]:
    if words is None:
        yield Utterance(track=track, start=span.start, end=span.end, text=UNHEARD)
        return
    told = False
    for sentence in _sentences(words):
        written = "".join(word.text for word in sentence).strip()
        if written:
            told = True
            yield Utterance(
                track=track,
                start=sentence[0].start,
                end=sentence[-1].end,
                text=written,
                words=tuple(sentence),
            )
    if not told:
        yield Utterance(track=track, start=span.start, end=span.end, text=WORDLESS)


def _sentences(words: list[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word in words:
        if sentence and word.start - sentence[-1].end >= _PAUSE:
            yield sentence
            sentence = []
        sentence.append(word)
        if word.text.rstrip().endswith(_SENTENCE_END):
            yield sentence
            sentence = []
    if sentence:
        yield sentence
