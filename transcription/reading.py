"""The reader: the only import of SudachiPy. One reader reads what was said and what is asked for.

Two readers, or two dictionaries, read a wrongly guessed character differently; so the version goes with every
stored reading, and where it changes all are made anew (transcription/reading_duty.py).
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from threading import Lock

from core.errors import DomainError
from transcription.normalise import plain_kanji
from transcription.sounds import VERSION, Reading, Spoken, index_literal, reading

_AT_ONCE = 4000  # characters; the reader takes 49,149 bytes
_SIGNS = [("補助記号",), ("空白",)]
_KATAKANA = re.compile("[ァ-ヺー]*")
_TO_KATAKANA = {code: chr(code + 0x60) for code in range(0x3041, 0x3097)}


class NoReader(DomainError):
    """読みを調べる辞書がないため、読みでの検索は今は使えません。字の通りの検索は使えます。"""

    code = "no-reader"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word: its form in the dictionary whatever its writing or ending, and where it stands."""

    lemma: str
    bound: bool
    """An auxiliary (助動詞): it bends the word before it and says nothing by itself."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One word of a text: what kind of word the dictionary takes it for (品詞), and where it stands."""

    kind: tuple[str, ...]
    start: int
    end: int


class Reader:
    """Reads Japanese text aloud, on paper. May be shared by threads.

    Raises:
        NoReader: the dictionary is not there
    """

    def __init__(self) -> None:
        try:
            from sudachipy import Dictionary, SplitMode

            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                dictionary = Dictionary(dict="small")
                self._tokenizer = dictionary.tokenizer(mode=SplitMode.C)
                self._is_sign = dictionary.pos_matcher(_SIGNS)
            self.version = f"sudachi-{version('sudachipy')}-small-{version('sudachidict-small')}-{VERSION}"
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise NoReader from error
        self._lock = Lock()  # a tokenizer belongs to one thread at a time

    def read(self, text: str) -> Reading:
        """Return the folded reading of a text; places are those of the text as it was given."""
        words: list[Spoken] = []
        for start in range(0, len(text), _AT_ONCE):
            words += self._words(text[start : start + _AT_ONCE], start)
        return reading(tuple(words))

    def terms(self, text: str) -> tuple[Term, ...]:
        """Return the words of a text as a dictionary lists them, with their places in the text as given."""
        found: list[Term] = []
        for offset in range(0, len(text), _AT_ONCE):
            written, places = _spelt_plainly(text[offset : offset + _AT_ONCE])
            ends = [*places, min(len(text) - offset, _AT_ONCE)]
            with self._lock:
                found += [
                    Term(
                        lemma=one.normalized_form(),
                        bound=one.part_of_speech()[0] == "助動詞",
                        start=offset + ends[one.begin()],
                        end=offset + ends[one.end()],
                    )
                    for one in self._tokenizer.tokenize(written)
                    if one.begin() < one.end()
                ]
        return tuple(found)

    def parts(self, text: str) -> tuple[Part, ...]:
        """Return the words of a text, what kind of word each is, and their places in the text as given."""
        found: list[Part] = []
        for offset in range(0, len(text), _AT_ONCE):
            written, places = _spelt_plainly(text[offset : offset + _AT_ONCE])
            ends = [*places, min(len(text) - offset, _AT_ONCE)]
            with self._lock:
                found += [
                    Part(
                        kind=one.part_of_speech()[:4],
                        start=offset + ends[one.begin()],
                        end=offset + ends[one.end()],
                    )
                    for one in self._tokenizer.tokenize(written)
                    if one.begin() < one.end()
                ]
        return tuple(found)

    def _words(self, text: str, offset: int) -> list[Spoken]:
        # Half-width letters and variant kanji are read as what they stand for, and keep their places.
        written, places = _spelt_plainly(text)
        with self._lock:
            found = [
                (one.reading_form(), one.begin(), one.end())
                for one in self._tokenizer.tokenize(written)
                if not self._is_sign(one)
            ]
        return [
            Spoken(
                kana=_sounds_alone(kana),
                start=offset + places[begin],
                end=offset + (places[end] if end < len(places) else len(text)),
            )
            for kana, begin, end in found
            if begin < end
        ]


@cache
def the_reader() -> Reader:
    """Return this process's reader; its dictionary is mapped once (about 120 MB, shared between processes).

    Raises:
        NoReader
    """
    return Reader()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReading:
    """A reading as the search index holds it; nothing where no reader is at hand."""

    sounds: str | None
    grams: str | None
    dictionary: str | None


def read_for_search(text: str, department: str) -> SearchReading:
    """Read a text for the search index of a department.

    Without a reader nothing is returned and the transcript is saved all the same: a duty reads it later.
    """
    try:
        reader = the_reader()
    except NoReader:
        return SearchReading(sounds=None, grams=None, dictionary=None)
    heard = reader.read(text)
    return SearchReading(
        sounds=heard.sounds, grams=index_literal(heard, department), dictionary=reader.version
    )


def _spelt_plainly(text: str) -> tuple[str, list[int]]:
    written: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and (unicodedata.combining(text[end]) or text[end] in "ﾞﾟ"):
            end += 1
        plain = plain_kanji(text[at:end])
        written.append(plain)
        places.extend([at] * len(plain))
        at = end
    return "".join(written), places


def _sounds_alone(kana: str) -> str:
    if _KATAKANA.fullmatch(kana):
        return kana
    katakana = unicodedata.normalize("NFKC", kana).casefold().translate(_TO_KATAKANA)
    return "".join(sound for sound in katakana if sound.isalnum() or sound == "ー")
