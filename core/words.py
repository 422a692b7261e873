"""Text as it is compared: however it was typed, the same word is the same word."""

from __future__ import annotations

import re
import unicodedata

_BETWEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff・･、,.。_\-‐‑–—―~〜*＊]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def folded(words: str) -> str:
    """Return words without width, case, spaces and marks between letters; hiragana as katakana."""
    before, plain = "", words
    while plain != before:  # what stands together once a mark is gone may be one letter
        before = plain
        plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", plain).casefold())
    return plain.translate(_TO_KATAKANA)
