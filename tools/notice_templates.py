"""Writes the Word files of the notices anew: ``python -m tools.notice_templates``.

Only what Word's own mail merge knows is used (``MERGEFIELD``), so that a city changes them as it changes its
other letters.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from tools.notice_texts import TEXTS

FOLDER = Path(__file__).resolve().parents[1] / "profiles" / "notices"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIELD = re.compile(r"«([^»]+)»")
_ON_ONE_DAY = (2026, 1, 1, 0, 0, 0)  # the same text makes the same file
_LABEL, _VALUE = 2900, 6170  # twentieths of a point
_FONTS = '<w:rFonts w:ascii="Yu Mincho" w:hAnsi="Yu Mincho" w:eastAsia="Yu Mincho"/>'

_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>\
<Override PartName="/word/settings.xml" ContentType="{_WORD}.settings+xml"/></Types>"""
_RELATIONS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>\
</Relationships>"""
_OF_DOCUMENT = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/relationships/settings" Target="settings.xml"/></Relationships>"""
_SETTINGS = f"""{_HEAD}<w:settings xmlns:w="{_W}"><w:themeFontLang w:val="ja-JP" w:eastAsia="ja-JP"/>\
</w:settings>"""
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="851" w:footer="851"'
    ' w:gutter="0"/></w:sectPr>'
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def word_file(words: str) -> bytes:
    """Return the Word file of a text; see ``notice_texts`` for its form."""
    body = "".join(_blocks(words.strip().splitlines()))
    document = f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{body}{_PAGE}</w:body></w:document>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
            ("word/_rels/document.xml.rels", _OF_DOCUMENT),
            ("word/settings.xml", _SETTINGS),
        ):
            entry = zipfile.ZipInfo(name, _ON_ONE_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return made.getvalue()


def _blocks(lines: list[str]) -> Iterator[str]:
    for is_row, some in groupby(lines, key=lambda line: "|" in line):
        together = list(some)
        yield _table(together) if is_row else "".join(map(_paragraph, together))


def _table(rows: list[str]) -> str:
    made = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell)}</w:tc>'
            for width, cell in zip((_LABEL, _VALUE), row.split("|"), strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_LABEL + _VALUE}" w:type="dxa"/><w:tblBorders>{_BORDERS}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="{_LABEL}"/>'
        f'<w:gridCol w:w="{_VALUE}"/></w:tblGrid>{made}</w:tbl><w:p/>'
    )


def _paragraph(line: str) -> str:
    title, right = line.startswith("# "), line.startswith("> ")
    words = line[2:] if title or right else line
    side = "center" if title else "right" if right else "left"
    runs = "".join(
        _field(part, large=title) if number % 2 else _words(part, large=title)
        for number, part in enumerate(_FIELD.split(words))
        if part
    )
    return f'<w:p><w:pPr><w:spacing w:after="80"/><w:jc w:val="{side}"/></w:pPr>{runs}</w:p>'


def _words(words: str, *, large: bool) -> str:
    return _run(f'<w:t xml:space="preserve">{escape(words)}</w:t>', large=large)


def _run(inside: str, *, large: bool) -> str:
    size = 32 if large else 22  # half points
    return f'<w:r><w:rPr>{_FONTS}<w:sz w:val="{size}"/></w:rPr>{inside}</w:r>'


def _field(name: str, *, large: bool) -> str:
    return "".join((
        _run('<w:fldChar w:fldCharType="begin"/>', large=large),
        _run(f'<w:instrText xml:space="preserve"> MERGEFIELD {name} </w:instrText>', large=large),
        _run('<w:fldChar w:fldCharType="separate"/>', large=large),
        _run(f"<w:t>«{name}»</w:t>", large=large),
        _run('<w:fldChar w:fldCharType="end"/>', large=large),
    ))  # fmt: skip


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, words in TEXTS.items():
        (FOLDER / f"{name}.docx").write_bytes(word_file(words))


if __name__ == "__main__":
    main()
