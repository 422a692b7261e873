"""A QR code as one path of an SVG: made here, without a network, drawn by the page itself."""

from __future__ import annotations

from dataclasses import dataclass

import segno

_QUIET = 4  # modules of white around it (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class QrPicture:
    """Its width in modules, white edge and all, and the path of its dark ones."""

    size: int
    path: str


def qr_picture(words: str) -> QrPicture:
    """Draw words as a QR code that still reads with 15 % of it spoilt (level M)."""
    rows = segno.make(words, error="m", micro=False).matrix
    dark = (
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, module in enumerate(row)
        if module
    )
    return QrPicture(size=len(rows) + 2 * _QUIET, path="".join(dark))
