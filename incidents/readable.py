"""Whether a text holds only what people can see: no control signs, nothing that turns letters around.

``str.isprintable`` refuses the wide space of Japanese, which people type all the time.
"""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_readable(words: str, *, lines: bool = False) -> bool:
    """Say whether a text can be read as it stands; with ``lines`` it may have several."""
    return all((lines and one == "\n") or unicodedata.category(one) not in _UNSEEN for one in words)
