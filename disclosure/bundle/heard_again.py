"""The passages of a finished bundle are given to a recogniser: does it still hear what is left out?

The recogniser is handed in, so that whoever calls shows how far it is. It gets no vocabulary: one that knows
the name would write it for a tone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from disclosure.bundle.finding import Finding, Leak
from disclosure.bundle.left_out import LeftOut, Reading, left_out, plain, readable, tells, wanted_words
from disclosure.bundle.release import Release, ReleasedCall
from disclosure.bundle.sound_files import read_wav
from disclosure.bundle.sound_leaks import sound_of_opus, stretches
from transcription.utterance import Span

_AROUND = 0.2  # seconds on the other side
_NEAR = 10.0  # seconds in which the other side may say the same words in the open
_SOUNDS = 3


class Recogniser(Protocol):
    """Writes down what it hears, without a vocabulary or earlier words to go by."""

    def __call__(self, sound: NDArray[np.int16]) -> str:
        """Return the words of one side, 8 kHz."""
        ...


def heard_again(
    release: Release,
    folder: Path,
    recogniser: Recogniser,
    reading: Reading,
    told: Callable[[int, int], None] | None = None,
) -> Iterator[Finding]:
    """Listen to every passage on both sides of both files.

    Args:
        release: what was to be released
        folder: where the files of the ZIP lie, taken out of it
        recogniser: hears
        reading: how words are read
        told: hears after each passage how many of how many are done
    """
    runs = list(left_out(release))
    count = sum(len(_passages(call)) for call in release.calls) * 2
    done = 0
    for number, call in enumerate(release.calls, 1):
        passages = _passages(call)
        wide = [Span(start=max(0.0, one.start - _AROUND), end=one.end + _AROUND) for _, one in passages]
        for path in (folder / f"call-{number}.wav", folder / f"call-{number}.webm"):
            blocks = read_wav if path.suffix == ".wav" else sound_of_opus
            own = stretches(lambda blocks=blocks, path=path: blocks(path))([one for _, one in passages])
            around = stretches(lambda blocks=blocks, path=path: blocks(path))(wide)
            for (column, span), inside, outside in zip(passages, own, around, strict=True):
                wanted = [one for one in runs if one.call is call and _within(one, call, column, span)]
                for side in (0, 1):
                    text = recogniser((inside if side == column else outside)[:, side])
                    open_words = "" if side == column else _open(call, side, span)
                    if _has(text, wanted, open_words, reading):
                        place = f"{span.start:.1f} s, side {side}, by a recogniser"
                        yield Finding(leak=Leak.SOUND, file=path.name, place=place)
                done += 1
                if told is not None:
                    told(done, count)


def _passages(call: ReleasedCall) -> list[tuple[int, Span]]:
    return [(column, one) for column, track in enumerate(call.columns) for one in call.silent(track)]


def _within(one: LeftOut, call: ReleasedCall, column: int, span: Span) -> bool:
    return one.track is call.columns[column] and span.start - 1.0 <= one.start < span.end


def _open(call: ReleasedCall, side: int, span: Span) -> str:
    """Return what the other side says in the open near a passage."""
    return "\0".join(
        plain(readable(call, line))
        for line in call.said
        if line.said.track is call.columns[side]
        and line.said.start < span.end + _NEAR
        and line.said.end > span.start - _NEAR
    )


def _has(text: str, wanted: list[LeftOut], open_words: str, reading: Reading) -> bool:
    heard = plain(text)
    sounds, open_sounds = reading(heard), reading(open_words)
    for one in wanted:
        wanted_here = {word for word in wanted_words(one) if tells(word, one)}
        if any(word in heard and word not in open_words for word in wanted_here):
            return True
        for word in {plain(one.run), *map(plain, one.words)}:
            if not tells(word, one):
                continue
            said = reading(word)
            if len(said) >= _SOUNDS and said in sounds and said not in open_sounds:
                return True
    return False
