"""Words of somebody else's file, as they may be shown on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Leave out what a terminal would obey: the city's words, but spoken by anybody."""
    return "".join(one if one.isprintable() else "�" for one in text)
