"""The words that are left out, and where some may be read all the same. None of it goes into a bundle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from disclosure.bundle.release import Release, ReleasedCall, SaidLine
from transcription.utterance import Span, Track, Word

Reading = Callable[[str], str]
"""Returns how words are read, in kana."""

SOUNDS = 4
"""A reading of fewer sounds stands in many words and says nothing."""
_WINDOW = 4  # signs in a row: half of a long name or number is as much of it
_TELLS = re.compile(r"[㐀-鿿々0-9A-Za-zァ-ヺ]")
"""A word of hiragana alone is one that everybody says: told as also said it would hide those that matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Words in a row that one passage leaves out of one line."""

    call: ReleasedCall
    track: Track
    start: float
    """Seconds of the recording."""
    words: tuple[str, ...]

    @property
    def run(self) -> str:
        """The words as one: a recogniser gives a name in pieces of one sign."""
        return "".join(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoSaid:
    """Words left out in one place that may be read in another; a person says whether that is meant."""

    call: str
    seconds: float
    """Where they may be read."""
    masked_call: str
    masked_seconds: float
    """Where they are left out."""
    by_reading: bool
    """They only sound alike."""


def left_out(release: Release) -> Iterator[LeftOut]:
    """Return all that is left out of the transcript, in order."""
    for call in release.calls:
        for line in call.said:
            yield from _runs(call, line)


def wanted_words(one: LeftOut) -> set[str]:
    """Return what is looked for of a run: its words, the whole, and every four signs in a row of it."""
    run = plain(one.run)
    found = {plain(word) for word in one.words} | {run[at : at + _WINDOW] for at in range(len(run))} | {run}
    return {word for word in found if len(word) > 1 or (word == run and _TELLS.fullmatch(word))}


def tells(word: str, one: LeftOut) -> bool:
    """Say whether a word of a run says anything: of a run with a name, です says nothing.

    A recogniser that hears noise writes such words by itself. A run of hiragana alone may be a name.
    """
    run = plain(one.run)
    return word == run or bool(_TELLS.search(word)) or not _TELLS.search(run)


def also_said(release: Release, reading: Reading) -> Iterator[AlsoSaid]:
    """Return where words that are left out may be read all the same, as written or as they are read aloud."""
    shown = [(call, line, plain(readable(call, line))) for call in release.calls for line in call.said]
    read = [reading(text) for _, _, text in shown]
    for one in left_out(release):
        words = {
            word for word in {plain(one.run), *map(plain, one.words)} if len(word) > 1 and _TELLS.search(word)
        }
        sounds = {heard for heard in map(reading, words) if len(heard) >= SOUNDS}
        for (call, line, text), spoken in zip(shown, read, strict=True):
            written = any(word in text for word in words)
            if written or any(heard in spoken for heard in sounds):
                yield AlsoSaid(
                    call=call.label, seconds=line.said.start, masked_call=one.call.label,
                    masked_seconds=one.start, by_reading=not written,
                )  # fmt: skip


def readable(call: ReleasedCall, line: SaidLine) -> str:
    """Return what may be read of a line; a sign that is no letter stands where words are left out."""
    return "".join("\0" if piece.left_out else piece.text for piece in call.shown(line))


def plain(text: str) -> str:
    """Return a text in one form of every sign, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _runs(call: ReleasedCall, line: SaidLine) -> Iterator[LeftOut]:
    silent = call.silent(line.said.track)
    words = line.said.words or (
        Word(text=line.said.text, start=line.said.start, end=line.said.end, probability=1),
    )
    row: list[Word] = []
    for word in (*words, None):
        if word is not None and _hidden(word, silent):
            row.append(word)
        elif row:
            texts = tuple("".join(one.text.split()) for one in row)
            yield LeftOut(call=call, track=line.said.track, start=row[0].start, words=texts)
            row = []


def _hidden(word: Word, silent: tuple[Span, ...]) -> bool:
    return any(word.start < one.end and one.start < max(word.end, word.start + 0.001) for one in silent)
