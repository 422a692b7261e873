"""The two typefaces of printed records, and what is printed where they lack a sign.

IPAex 明朝 and ゴシック: TrueType, made for Japanese documents, free to embed and to pass on inside a document
(IPA Font License 1.0), packaged by Debian. A sign they lack is printed as its number: evidence never loses a
letter silently, as it would behind an empty box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFont

from core.errors import DomainError

DEBIAN = Path("/usr/share/fonts/opentype")


class FontsMissing(DomainError):
    """日本語の書体（IPAexフォント）が、この機械に入っていません。システム管理の担当に知らせてください。"""

    code = "fonts-missing"
    http_status = 503


@dataclass(frozen=True, slots=True)
class ReportFont:
    """One typeface, read from its file."""

    name: str
    font: TTFont

    def spelt(self, words: str) -> str:
        """Return words with every sign that the typeface lacks written as its Unicode number."""
        known: dict[int, int] = self.font.face.charToGlyph
        return "".join(one if one == "\n" or ord(one) in known else f"〔U+{ord(one):04X}〕" for one in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFonts:
    """明朝 for what is read, ゴシック for headings and small facts."""

    mincho: ReportFont
    gothic: ReportFont


def find_fonts(folders: Sequence[Path] = (DEBIAN,)) -> ReportFonts:
    """Read both typefaces from the first folder that has them.

    Raises:
        FontsMissing: no folder has both
    """
    for folder in folders:
        mincho, gothic = (
            folder / "ipaexfont-mincho" / "ipaexm.ttf",
            folder / "ipaexfont-gothic" / "ipaexg.ttf",
        )
        if mincho.is_file() and gothic.is_file():
            return ReportFonts(mincho=_read("IPAexMincho", mincho), gothic=_read("IPAexGothic", gothic))
    raise FontsMissing


@cache
def the_fonts() -> ReportFonts:
    """Read both typefaces once for the whole process; what is missing is looked for again.

    Raises:
        FontsMissing: they are not installed
    """
    return find_fonts()


def _read(name: str, path: Path) -> ReportFont:
    return ReportFont(name=name, font=TTFont(name, str(path)))
