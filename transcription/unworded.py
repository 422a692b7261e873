"""Finds voice that no word stands for: what a recogniser left out of a stretch without saying so.

In a room full of people it writes one sentence of ten and ends. To listen to the others one by one was
tried: it writes what nobody said, so the transcript only says that somebody speaks there.
"""

from __future__ import annotations

from collections.abc import Sequence

from transcription.utterance import Span, Word

VERSION = "unworded-1"
"""Which rules found it; kept with every transcript."""

_LEAST_VOICE = 1.5  # seconds of voice without a word; less is breath, a cough, or a word's time that is wrong
_ROOM = 0.2  # seconds before and after, as in speech detection


def unworded(stretch: Span, words: Sequence[Word], voiced: tuple[Span, ...]) -> list[Span]:
    """Find where a stretch of speech has voice and no words, in order, from the first voice to the last.

    Args:
        stretch: what was listened to
        words: what was heard in it, in order and in their places
        voiced: where voice stands out between pauses, in order (``Detected.clear``)
    """
    found = list[Span]()
    start = stretch.start
    for word in [*words, None]:
        end = stretch.end if word is None else word.start
        inside = [run for run in voiced if min(end, run.end) > max(start, run.start)]
        if sum(min(end, run.end) - max(start, run.start) for run in inside) >= _LEAST_VOICE:
            first, last = max(start, inside[0].start - _ROOM), min(end, inside[-1].end + _ROOM)
            found.append(Span(start=first, end=last))
        start = max(start, end if word is None else word.end)
    return found
