"""Ways of saying something, in the city's own list.

Plain words; ``…`` is a gap of up to 14 characters, ``(a|b)`` one of several, ``(!a)`` means that a does not
follow, and ``$`` the end of what is said.
"""

from __future__ import annotations

import re
import unicodedata

from pydantic import Field

from core.profile.part import Part

PHRASE_KINDS = (
    "phrase-T1", "phrase-T5", "phrase-T6", "phrase-T7", "phrase-T8", "phrase-T9",
    "private-contact", "outside-hours", "life", "danger-110",
)  # fmt: skip
"""What words can be a signal of. T2 cannot be done by telephone; T3 and T4 are found by clocks and counts."""

_GAP = "[^。?!]{0,14}?"
_TO_HIRAGANA = {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
_SIGNS = {"(!": "(?!", "(": "(?:", ")": ")", "|": "|", "…": _GAP, "$": "(?=$|[。?!、])"}
_SIGN_OR_LETTER = re.compile(r"\(!|.", re.DOTALL)


class Phrase(Part):
    """Words that may be a signal, and what must or must not stand beside them in the same breath."""

    id: str = Field(examples=["bujoku"])
    kinds: tuple[str, ...] = Field(min_length=1, examples=["[phrase-T1]"])
    words: tuple[str, ...] = Field(min_length=1, examples=["[役立たず, お前…無能]"])
    sounds: tuple[str, ...] = Field(
        default=(), description="the same in kana, found by how it sounds", examples=["[ばくだんをしかけ]"]
    )
    beside: tuple[str, ...] = Field(
        default=(), description="one of these must be said in the same breath", examples=["[自宅, 事務所]"]
    )
    unless: tuple[str, ...] = Field(
        default=(), description="none of these may be said in the same breath", examples=["[見に来て]"]
    )
    at_listener: bool = Field(
        default=False, strict=True,
        description="only where the person on the telephone is meant: not oneself, kin, others",
        examples=["true"],
    )  # fmt: skip
    unless_our_fault: bool = Field(
        default=False, strict=True, description="not in a call in which we told of a fault of ours",
        examples=["true"],
    )  # fmt: skip


def folded(text: str) -> str:
    """Write a text so that only what is heard tells: one width, small letters, hiragana. Places stay."""
    return "".join(_fold(one) for one in text)


def _fold(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).casefold()
    return plain.translate(_TO_HIRAGANA) if len(plain) == 1 else character


def pattern(phrase: str) -> re.Pattern[str]:
    """Compile what somebody wrote as a phrase; it is looked for in folded text.

    Raises:
        ValueError: brackets that do not fit, or nothing that must be said
    """
    written = "".join(_SIGNS.get(one) or re.escape(folded(one)) for one in _SIGN_OR_LETTER.findall(phrase))
    try:
        made = re.compile(written)
    except re.error:
        raise ValueError("brackets do not fit") from None
    if made.search(""):
        raise ValueError("nothing must be said")
    return made
