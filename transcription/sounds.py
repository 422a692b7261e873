"""How words sound, as far as search cares: folded, so that what differs in length or voicing only is equal.

Long vowels, っ, ゛ and ゜ are what a recogniser on a telephone line mishears most; they fold away. A reading
remembers the characters of the text that each of its sounds came from, so that a hit can be marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

VERSION = 1
"""Of these rules; kept with every stored reading, which is made anew when they change."""

SHORTEST = 2
"""Sounds that a word needs to be looked for by its reading."""

_VOICED = dict(
    zip(
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴヲヮヰヱァィゥェォヵヶ",
        "カキクケコサシスセソタシステトハヒフヘホハヒフヘホフオワイエアイウエオカケ",
        strict=True,
    )
)
_SILENT = frozenset("ーッ")
_VOWEL = {
    kana: vowel
    for vowel, row in {
        "a": "アカサタナハマヤャラワ",
        "i": "イキシチニヒミリ",
        "u": "ウクスツヌフムユュル",
        "e": "エケセテネヘメレ",
        "o": "オコソトノホモヨョロ",
    }.items()
    for kana in row
}
_LENGTHENS = frozenset(
    {("a", "ア"), ("i", "イ"), ("u", "ウ"), ("e", "エ"), ("e", "イ"), ("o", "オ"), ("o", "ウ")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A word (morpheme) of a text: how it is read, in katakana, and where it stands in the text."""

    kana: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The folded reading of a text."""

    sounds: str
    words: tuple[int, ...]
    """Where words begin in ``sounds``, in order."""
    places: tuple[tuple[int, int], ...]
    """For each sound the part of the text (start, end) of the word it belongs to."""


def fold(kana: str) -> str:
    """Fold the reading of one word. Its first sound always stays: a lengthening needs something before it."""
    folded: list[str] = []
    for written in kana:
        sound = _VOICED.get(written, written)
        if sound in _SILENT:
            continue
        if folded and (_VOWEL.get(folded[-1], ""), sound) in _LENGTHENS:
            continue
        folded.append(sound)
    return "".join(folded)


def reading(words: tuple[Spoken, ...]) -> Reading:
    """Join the readings of a text's words."""
    sounds: list[str] = []
    starts: list[int] = []
    places: list[tuple[int, int]] = []
    for word in words:
        folded = fold(word.kana)
        if not folded:
            continue
        starts.append(len(places))
        sounds.append(folded)
        places.extend([(word.start, word.end)] * len(folded))
    return Reading(sounds="".join(sounds), words=tuple(starts), places=tuple(places))


def find_in(word: str, heard: Reading) -> list[tuple[int, int]]:
    """Find a folded word in a reading; returns places in its sounds (start, end).

    A word of two sounds must be whole words of the text (「納税」 is not heard in 「の請求」), a longer one
    may stand anywhere, since a recogniser cuts words where it likes. One sound alone is found nowhere.
    """
    if len(word) < SHORTEST:
        return []
    edges = {*heard.words, len(heard.sounds)}
    found: list[tuple[int, int]] = []
    at = heard.sounds.find(word)
    while at >= 0:
        end = at + len(word)
        if len(word) > SHORTEST or (at in edges and end in edges):
            found.append((at, end))
        at = heard.sounds.find(word, at + 1)
    return found


def grams(heard: Reading) -> frozenset[str]:
    """Cut a reading into what its index holds: three sounds from each place on, whole words of two sounds."""
    edges = {*heard.words, len(heard.sounds)}
    pieces = {heard.sounds[at : at + 3] for at in range(len(heard.sounds))}
    whole = {f"={heard.sounds[at : at + SHORTEST]}" for at in heard.words if at + SHORTEST in edges}
    return frozenset(pieces | whole)


def index_literal(heard: Reading, department: str) -> str:
    """Write the index of a reading as a PostgreSQL tsvector literal, with the department it belongs to."""
    # Sounds are letters and digits only, so nothing in them can end the quotes.
    owner = department.replace("\\", "\\\\").replace("'", "''")
    return " ".join([f"'@{owner}'", *(f"'{gram}'" for gram in sorted(grams(heard)))])


def same_literal(words: tuple[str, ...]) -> str:
    """Write folded words as a tsquery literal that finds every reading which may hold all of them."""
    return " & ".join(_held(word) for word in words)


def near_literal(words: tuple[str, ...]) -> str:
    """Write folded words as a tsquery literal that finds every reading which may hold likenesses of all.

    What differs by at most n edits holds one of any n + 1 separate pieces of the word unchanged.
    """
    return " & ".join(_held(word) if edits(word) == 0 else _any_piece(word) for word in words)


def edits(word: str) -> int:
    """Say by how many sounds a likeness may differ (missing, added, another): a quarter of the word."""
    return len(word) // 4


def patterns(words: tuple[str, ...]) -> list[str]:
    """Write as LIKE patterns what the index alone does not prove: words longer than two sounds."""
    return [f"%{word}%" for word in words if len(word) > SHORTEST]


def _held(word: str) -> str:
    if len(word) == SHORTEST:
        return f"'={word}'"
    return f"({_piece(word)})"


def _piece(piece: str) -> str:
    if len(piece) == SHORTEST:
        return f"'{piece}':*"
    return " & ".join(f"'{piece[at : at + 3]}'" for at in range(len(piece) - 2))


def _any_piece(word: str) -> str:
    count = edits(word) + 1
    cuts = [len(word) * number // count for number in range(count + 1)]
    pieces = (word[start:end] for start, end in pairwise(cuts))
    return f"({' | '.join(f'({_piece(piece)})' for piece in pieces)})"
