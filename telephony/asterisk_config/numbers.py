"""Telephone numbers as a trunk may dial them.

Source: carriers in Japan send the dialled number in the national form (0…) or in E.164 (+81…, 81…).
"""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"[\s()\-‐－ー・]")
_NATIONAL = re.compile(r"0[1-9]\d{6,10}")
_DIALLABLE = re.compile(r"\+?[0-9]{1,20}")


def dialled_forms(number: str) -> tuple[str, ...]:
    """Return every form in which a call to this number can arrive, or nothing when it is no number."""
    plain = _PUNCTUATION.sub("", number)
    if not _DIALLABLE.fullmatch(plain):
        return ()
    if plain.startswith("+81"):
        plain = "0" + plain[3:]
    if _NATIONAL.fullmatch(plain):
        return (plain, f"+81{plain[1:]}", f"81{plain[1:]}")
    return (plain,)
