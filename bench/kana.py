"""How a text sounds, for comparing: 納税課 and 農税家 sound alike, and a homophone is no error of hearing.

Read by SudachiPy on both sides, then folded as far as people hear no difference: オウ is オー, エイ is エー,
ヲ is オ, ヅ is ズ, ヂ is ジ. Numbers are read digit by digit: 三十日 and 30日 sound alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sudachipy import Tokenizer

_NUMBER = re.compile(r"[〇一二三四五六七八九十百千万]+(?=[日月年円時分番号人枚回度])")
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SAME = str.maketrans("ヲヅヂ", "オズジ")
_LONG = (
    (re.compile("([オコソトノホモヨロゴゾドボポョ])ウ"), r"\1ー"),
    (re.compile("([エケセテネヘメレゲゼデベペ])イ"), r"\1ー"),
)


@cache
def _tokenizer() -> Tokenizer:
    from sudachipy import Dictionary, SplitMode

    return Dictionary(dict="small").tokenizer(mode=SplitMode.C)


def reader_version() -> str:
    """Name what reads."""
    return f"sudachipy {version('sudachipy')}, sudachidict-small {version('sudachidict-small')}"


def kana(text: str) -> str:
    """Return how a text sounds, in katakana without signs."""
    plain = _NUMBER.sub(lambda found: str(_value(found.group())), text)
    read = "".join(one.reading_form() for one in _tokenizer().tokenize(plain))
    katakana = unicodedata.normalize("NFKC", read)
    folded = "".join(chr(ord(one) + 0x60) if "ぁ" <= one <= "ゖ" else one for one in katakana).translate(
        _SAME
    )
    for pattern, long in _LONG:
        folded = pattern.sub(long, folded)
    return "".join(one for one in folded if one.isalnum() or one == "ー")


def _value(numeral: str) -> int:
    whole = part = digit = 0
    for one in numeral:
        if one == "万":
            whole, part, digit = (part + digit or 1) * 10_000, 0, 0
        elif one in _UNITS:
            part, digit = part + (digit or 1) * _UNITS[one], 0
        else:
            digit = digit * 10 + _DIGITS[one]
    return whole + part + digit
