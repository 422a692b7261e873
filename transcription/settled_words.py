"""Puts words where there is voice: a recogniser is sure of the order of words, less so of where a pause is.

Its words follow each other without a gap, so the first word after a pause begins somewhere in the pause, or
before it, and the last word before one ends there; or a full stop takes the time of the word before it. A
quote cut by such times would lose a syllable, or half a sentence, or gain a second of breath.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from transcription.utterance import Span, Word

VERSION = "settled-2"
"""Which rules moved the words; kept with every transcript."""

_NEAR = 0.5  # seconds a word may be moved to where the voice begins or ends
_OVERSHOOT = 0.08  # seconds a word's end may lie behind the pause that follows it
_SHORTEST_WORD = 0.02
_SHORTEST_LETTER = 0.1  # seconds; hardly anybody speaks faster
_FURTHEST = 1.5  # seconds a word may be made longer that has no time for its letters
_SILENT = frozenset("。、，．？！?!,. ")


def settled(words: list[Word], voiced: tuple[Span, ...]) -> list[Word]:
    """Move the first and last words between two pauses to where the voice begins and ends.

    Args:
        words: of one stretch of speech, in order; where a stretch ends too early for them they may overlap
        voiced: where voice was found between pauses, in order (``Detected.clear``)
    """
    if not voiced:
        return words
    starts = [run.start for run in voiced]
    runs = list[int]()
    for word in words:
        runs.append(_run_of(word, voiced, starts, runs[-1] if runs else 0))
    moved = list[Word]()
    for at, (word, run) in enumerate(zip(words, runs, strict=True)):
        first = at == 0 or runs[at - 1] != run
        following = runs[at + 1] if at + 1 < len(words) else len(voiced)
        begins = voiced[run].start if first else None
        ends = voiced[_last_run(word, voiced, run, following)].end if following != run else None
        moved.append(_moved(word, voiced[run], begins, ends))
    return _in_order(moved, words)


def _run_of(word: Word, voiced: tuple[Span, ...], starts: list[float], earliest: int) -> int:
    """Find where a word belongs: to where it ends, unless only its end has slipped over the pause."""
    run = max(bisect_left(starts, word.end) - 1, earliest)
    longest = 0.0
    found = max(bisect_right(starts, (word.start + word.end) / 2) - 1, earliest)
    while run >= earliest and voiced[run].end > word.start:
        shared = min(word.end, voiced[run].end) - max(word.start, voiced[run].start)
        if shared > _OVERSHOOT:
            return run
        if shared > longest:
            longest, found = shared, run
        run -= 1
    return found


def _last_run(word: Word, voiced: tuple[Span, ...], run: int, following: int) -> int:
    """Go on to the voice that a word reaches into and no other word is in: a sentence's quiet last sound."""
    while run + 1 < min(following, len(voiced)) and voiced[run + 1].start < word.end:
        run += 1
    return run


def _moved(word: Word, run: Span, begins: float | None, ends: float | None) -> Word:
    start, end = word.start, word.end
    if end <= run.start or start >= run.end:
        return word  # the detector heard nothing there, so it knows nothing better
    if begins is not None and start < begins + _NEAR:
        start = begins
    if ends is not None and ends - end < (_FURTHEST if _is_squeezed(word) else _NEAR):
        end = ends
    return replace(word, start=start, end=max(end, start + _SHORTEST_WORD))


def _is_squeezed(word: Word) -> bool:
    letters = sum(letter not in _SILENT for letter in word.text)
    return word.end - word.start < letters * _SHORTEST_LETTER


def _in_order(moved: list[Word], words: list[Word]) -> list[Word]:
    """Let words that would change places keep the recogniser's own times on that side."""
    for _ in words:  # each round gives times back, so it ends; the limit is for what nobody thought of
        clashes = [at for at in range(len(words) - 1) if _clash(moved, at) and not _clash(words, at)]
        if not clashes:
            return moved
        for at in clashes:
            before, after = moved[at], moved[at + 1]
            if before.end <= after.end - _SHORTEST_WORD:
                moved[at + 1] = replace(after, start=before.end)
                continue
            moved[at] = _placed(words[at], moved[at].start, words[at].end)
            moved[at + 1] = _placed(words[at + 1], words[at + 1].start, moved[at + 1].end)
    return words


def _clash(words: list[Word], at: int) -> bool:
    return words[at].end > words[at + 1].start


def _placed(word: Word, start: float, end: float) -> Word:
    return word if end - start < _SHORTEST_WORD else replace(word, start=start, end=end)
