"""個人番号 and card numbers that somebody says are not written down: their digits become ●. Pure.

The sound stays as it was, for whoever may hear it. A number is known by its check digit, so telephone numbers
and amounts stay legible: 12 digits by the rule of 個人番号 (平成26年総務省令第85号 第5条), 14 to 16 by Luhn's
(ISO/IEC 7812-1). Digits may be ciphers, kanji or kana, with pauses, over several utterances of a speaker.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from transcription.utterance import Track, Utterance, Word

MASK = "●"
PAUSE_SECONDS = 15.0
"""Somebody who looks for the next digits is silent for so long; what comes later begins anew."""

_SPOKEN = {
    "ゼロ": 0, "れい": 0, "まる": 0, "いち": 1, "に": 2, "さん": 3, "よん": 4, "し": 4, "ご": 5,
    "ろく": 6, "なな": 7, "しち": 7, "はち": 8, "きゅう": 9, "きゅー": 9, "く": 9,
}  # fmt: skip
_KANJI = dict(zip("〇零一二三四五六七八九", (0, *range(10)), strict=True))
_PARTICLES = frozenset("にしごく")
"""Kana that are more often something else than a digit; a number is looked for with and without them."""
_FILLERS = (
    "えーっと",
    "えーと",
    "えっと",
    "ですね",
    "えー",
    "あの",
    "はい",
    "です",
    "ええ",
    "うん",
    "で",
    "の",
    "と",
)

_CARD_BEGINS = frozenset((2, 3, 4, 5, 6))
_CARD_LENGTHS = (16, 15, 14)
_OWN_LENGTH = 12


def _katakana(kana: str) -> str:
    return "".join(chr(ord(one) + 0x60) if "ぁ" <= one <= "ゖ" else one for one in kana)


_NAMES = {**_SPOKEN, **{_katakana(name): digit for name, digit in _SPOKEN.items()}, "ぜろ": 0}
_PIECE = re.compile(
    "(?P<digit>"
    + "|".join([*sorted(_NAMES, key=len, reverse=True), f"[{''.join(_KANJI)}]", r"\d"])
    + ")|(?P<between>"
    + "|".join([*_FILLERS, r"[\s\-‐‑–—−－ー、。，．,.・/／…]"])
    + ")|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class SpokenDigit:
    """A digit as it was written: where it stands in which utterance, and whether a group begins with it."""

    value: int
    said: int
    start: int
    end: int
    begins: bool
    doubtful: bool


def masked(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """Return the utterances of a call in their order, without such numbers in texts and words."""
    hidden: dict[int, set[int]] = {}
    for track in Track:
        own = [(at, said) for at, said in enumerate(utterances) if said.track is track]
        for digit in _to_hide(digit_runs(own)):
            hidden.setdefault(digit.said, set()).update(range(digit.start, digit.end))
    return tuple(_without(said, hidden[at]) if at in hidden else said for at, said in enumerate(utterances))


def masked_text(text: str) -> str:
    """Return one text without such numbers: what a person typed, or a line of a call that goes on."""
    if not text:
        return text
    (said,) = masked([Utterance(track=Track.CALLER, start=0, end=1, text=text)])
    return said.text


def is_own_number(digits: Sequence[int]) -> bool:
    """Say whether twelve digits are a 個人番号 by their last one."""
    if len(digits) != _OWN_LENGTH:
        return False
    weighed = sum(
        digit * (place + 1 if place <= 6 else place - 5)  # noqa: PLR2004  第5条: weights 2 to 7, then 2 to 6
        for place, digit in enumerate(reversed(digits[:-1]), start=1)
    )
    rest = weighed % 11
    return digits[-1] == (0 if rest <= 1 else 11 - rest)


def is_card_number(digits: Sequence[int]) -> bool:
    """Say whether digits are a card's number: length, first digit, and Luhn's check."""
    if len(digits) not in _CARD_LENGTHS or digits[0] not in _CARD_BEGINS:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def digit_runs(own: Sequence[tuple[int, Utterance]]) -> Iterator[list[SpokenDigit]]:
    """Return the digits that one speaker says in a row, whatever pauses and fillers lie between.

    Args:
        own: the speaker's utterances in their order, each with its place in the call
    """
    run: list[SpokenDigit] = []
    ended: float | None = None
    for at, said in own:
        if ended is not None and said.start - ended > PAUSE_SECONDS:
            yield run
            run = []
        ended = said.end
        begins = True
        for piece in _PIECE.finditer(said.text):
            if piece["other"]:
                yield run
                run = []
            if not piece["digit"]:
                begins = True
                continue
            run.append(
                SpokenDigit(
                    value=_value(piece["digit"]), said=at, start=piece.start(), end=piece.end(),
                    begins=begins, doubtful=piece["digit"] in _PARTICLES,
                )
            )  # fmt: skip
            # Kana and kanji are said one by one; ciphers stand in groups.
            begins = not piece["digit"].isdecimal()
    yield run


def _value(written: str) -> int:
    if written in _NAMES:
        return _NAMES[written]
    return _KANJI[written] if written in _KANJI else unicodedata.decimal(written)


def _to_hide(runs: Iterator[list[SpokenDigit]]) -> Iterator[SpokenDigit]:
    kinds: tuple[tuple[tuple[int, ...], Callable[[Sequence[int]], bool]], ...] = (
        (_CARD_LENGTHS, is_card_number),
        ((_OWN_LENGTH,), is_own_number),
    )
    for run in runs:
        for read in (run, [one for one in run if not one.doubtful]):
            for lengths, is_one in kinds:
                for length in lengths:
                    for window in _windows(read, length):
                        if is_one([one.value for one in window]):
                            yield from window


def _windows(run: Sequence[SpokenDigit], length: int) -> Iterator[Sequence[SpokenDigit]]:
    """Cut a run where groups begin and end: the middle of a longer number is no number of its own."""
    for start in range(len(run) - length + 1):
        end = start + length
        if run[start].begins and (end == len(run) or run[end].begins):
            yield run[start:end]


def _without(said: Utterance, hidden: set[int]) -> Utterance:
    text = "".join(MASK if at in hidden else one for at, one in enumerate(said.text))
    return replace(said, text=text, words=_words_without(said, hidden))


def _words_without(said: Utterance, hidden: set[int]) -> tuple[Word, ...]:
    places = [at for at, one in enumerate(said.text) if not one.isspace()]
    written = [one for word in said.words for one in word.text if not one.isspace()]
    same = [said.text[at] for at in places] == written
    count = 0
    words: list[Word] = []
    for word in said.words:
        letters: list[str] = []
        for one in word.text:
            hide = False
            if not one.isspace():
                # Words that are cut otherwise than the text: rather a digit too few than one too many.
                hide = places[count] in hidden if same else _is_digit(one)
                count += 1
            letters.append(MASK if hide else one)
        words.append(replace(word, text="".join(letters)))
    return tuple(words)


def _is_digit(one: str) -> bool:
    return one.isdecimal() or one in _KANJI or any(one in name for name in _NAMES)
