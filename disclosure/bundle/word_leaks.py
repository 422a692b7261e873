"""Whether words that are left out stand in a document: as written, in any form of a sign, or as read aloud.

What a document says anyway (its heads, its legend, names of lines, times) is taken away phrase by phrase, and
only there where a phrase holds the word: a person who is called like the city is looked for beside the city.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from disclosure.bundle.document_text import all_text
from disclosure.bundle.finding import Finding, Leak
from disclosure.bundle.left_out import SOUNDS, Reading, left_out, plain, readable, wanted_words
from disclosure.bundle.making import TRANSCRIPT
from disclosure.bundle.manifest import NAME
from disclosure.bundle.omissions import HEAD, SIDES, clock, omissions
from disclosure.bundle.paper import omissions_pdf, transcript_pdf
from disclosure.bundle.release import Release
from disclosure.bundle.words_for_receiver import words_for_receiver
from incidents.papers.fonts import ReportFonts

_SHORTEST = 2


class WordLeaks:
    """Looks for the words that one release leaves out; prepared once, used for each file."""

    def __init__(self, release: Release, reading: Reading, fonts: ReportFonts) -> None:
        """Prepare the words and the phrases.

        Args:
            release: what was to be released
            reading: how words are read
            fonts: of the papers, printed once more without any words to know what they say anyway
        """
        runs = list(left_out(release))
        self._words = sorted(set().union(*(wanted_words(one) for one in runs)))
        # Of words, not of their parts, the reading counts: a part of a word is read in another way.
        whole = {plain(word) for one in runs for word in (one.run, *one.words)}
        self._sounds = sorted({heard for heard in map(reading, whole) if len(heard) >= SOUNDS})
        self._phrases = sorted(set(_phrases(release, fonts)), key=len, reverse=True)
        self._shown = plain("\0".join(readable(call, line) for call in release.calls for line in call.said))
        self._reading = reading
        self._may_be_spoken = reading(self._shown) + "\0" + "\0".join(map(reading, self._phrases))

    def findings(self, path: Path) -> Iterator[Finding]:
        """Look through one document."""
        told = plain(all_text(path.suffix, BytesIO(path.read_bytes())))
        shown = self._shown if path.name == TRANSCRIPT else ""
        if path.name == NAME:
            # It has hashes, in which any two digits stand, and is compared sign by sign elsewhere.
            told = "".join("\0" if one.isascii() else one for one in told)
        for number, word in enumerate(self._words):
            if word in told and self._count(word, told) > self._count(word, shown):
                yield Finding(leak=Leak.WORDS, file=path.name, place=f"word {number}")
        spoken = self._reading(told)
        for number, heard in enumerate(self._sounds):
            if heard in spoken and heard not in self._may_be_spoken:
                yield Finding(leak=Leak.WORDS, file=path.name, place=f"word {number}, by its reading")

    def _count(self, word: str, text: str) -> int:
        for phrase in self._phrases:
            if word in phrase:
                text = text.replace(phrase, "\0")
        return text.count(word)


def _phrases(release: Release, fonts: ReportFonts) -> Iterator[str]:
    empty = replace(release, calls=tuple(replace(one, said=(), masks=()) for one in release.calls))
    for paper in (transcript_pdf(empty, fonts), omissions_pdf(empty, fonts), omissions_pdf(release, fonts)):
        reader = PdfReader(BytesIO(paper))
        lines = Counter(line for page in reader.pages[:1] for line in page.extract_text().split("\n"))
        notes = {plain(one.note) for one in omissions(release) if one.note}
        yield from _usable(line for line in lines if not any(_part(plain(line), note) for note in notes))
        yield from _usable(str(one) for one in (reader.metadata or {}).values())
    yield from _usable(words_for_receiver(release).removeprefix("\ufeff").splitlines())
    yield from _usable([",".join(HEAD), *release.grounds.values(), *(f",{one}," for one in SIDES.values())])
    for call in release.calls:
        yield from _usable(
            f"{clock(int(line.said.start))}{line.speaker}{'' if line.confirmed else '未確認'}"
            for line in call.said
        )
    for one in omissions(release):
        cells = [str(one.number), one.call, one.side, one.start, one.end, one.ground]
        yield from _usable([
            ",".join(cells), f"{one.call}{one.side}の声{one.start}から{one.end}まで", one.ground,
        ])  # fmt: skip


def _usable(lines: Iterable[str]) -> Iterator[str]:
    """Return phrases long enough to be none of the words themselves."""
    yield from (found for line in lines if len(found := plain(line)) > _SHORTEST)


def _part(line: str, note: str) -> bool:
    """Say whether a printed line is of a note: what an officer wrote is looked through, never taken away."""
    return note in line or line in note
