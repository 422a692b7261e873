"""A case on paper: A4, Japanese, fonts embedded, page X of Y. The same case gives the same bytes.

Pages carry the case's number and state, so that a leaf alone still says whose it is. What was decided is kept
as these bytes with their SHA-256 (``digest``); printed again, it can be compared.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from threading import Lock
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus.flowables import HRFlowable

from incidents.papers.fonts import ReportFonts
from incidents.papers.report import CaseReport
from incidents.papers.text import Line, LineKind, lines_of

_LEFT, _RIGHT, _TOP, _BOTTOM = 24 * mm, 20 * mm, 22 * mm, 22 * mm
_INK, _QUIET, _RULE = HexColor("#1a1a1a"), HexColor("#4a4a4a"), HexColor("#8a8a8a")
_TAGS = 19 * mm

_ONE_AT_A_TIME = Lock()
"""The library keeps its fonts in one register of the process."""


def digest(pdf: bytes) -> str:
    """Return the SHA-256 by which a printed record is known again, in lower-case hex."""
    return hashlib.sha256(pdf).hexdigest()


def render(report: CaseReport, fonts: ReportFonts) -> bytes:
    """Print a case."""
    with _ONE_AT_A_TIME:
        for one in (fonts.mincho, fonts.gothic):
            pdfmetrics.registerFont(one.font)
        pages = _build(report, fonts, of=0)[1]
        return _build(report, fonts, of=pages)[0]


def _build(report: CaseReport, fonts: ReportFonts, *, of: int) -> tuple[bytes, int]:
    """Lay the pages out once; the first time nobody knows yet how many there are."""
    counted: list[int] = []

    def furnish(canvas: Canvas, document: BaseDocTemplate) -> None:
        counted.append(document.page)
        width, height = A4
        canvas.saveState()
        canvas.setFillColor(_QUIET)
        canvas.setStrokeColor(_RULE)
        canvas.setLineWidth(0.4)
        canvas.setFont(fonts.gothic.name, 8.5)
        practice = "　練習" if report.practice else ""
        head = fonts.gothic.spelt(f"{report.city}　カスタマーハラスメント事案記録　{report.number}{practice}")
        canvas.drawString(_LEFT, height - 14 * mm, head)
        canvas.drawRightString(width - _RIGHT, height - 14 * mm, fonts.gothic.spelt(report.state))
        canvas.line(_LEFT, height - 15.5 * mm, width - _RIGHT, height - 15.5 * mm)
        canvas.drawCentredString(width / 2, 12 * mm, f"{document.page} / {of} ページ")
        canvas.restoreState()

    paper = BytesIO()
    document = BaseDocTemplate(
        paper, pagesize=A4, leftMargin=_LEFT, rightMargin=_RIGHT, topMargin=_TOP, bottomMargin=_BOTTOM,
        invariant=1, pageCompression=1, lang="ja-JP", initialFontName=fonts.mincho.name,
        title=f"カスタマーハラスメント事案記録 {report.number}", author=report.city, subject="",
        creator="通話録",
    )  # fmt: skip
    frame = Frame(
        _LEFT, _BOTTOM, A4[0] - _LEFT - _RIGHT, A4[1] - _TOP - _BOTTOM,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    document.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=furnish)])
    styles = _styles(fonts)
    document.build([flowable for line in lines_of(report) for flowable in _laid(line, styles, fonts)])
    return paper.getvalue(), len(counted)


def _styles(fonts: ReportFonts) -> dict[LineKind, ParagraphStyle]:
    def style(kind: LineKind, size: float, *, gothic: bool = False, **more: Any) -> ParagraphStyle:  # noqa: ANN401
        plain: dict[str, Any] = {
            "fontName": (fonts.gothic if gothic else fonts.mincho).name, "fontSize": size,
            "leading": size * 1.65, "wordWrap": "CJK", "textColor": _INK, "bulletFontName": fonts.gothic.name,
            "bulletFontSize": 8, "bulletColor": _QUIET, "allowWidows": 0, "allowOrphans": 0,
        }  # fmt: skip
        return ParagraphStyle(kind.value, **(plain | more))

    return {
        LineKind.TITLE: style(LineKind.TITLE, 16, gothic=True, alignment=TA_CENTER, spaceAfter=4 * mm),
        LineKind.HEADING: style(LineKind.HEADING, 12, gothic=True, spaceBefore=6 * mm, spaceAfter=1 * mm),
        LineKind.QUESTION: style(
            LineKind.QUESTION, 10, gothic=True, spaceBefore=2.5 * mm, spaceAfter=0.5 * mm
        ),
        LineKind.TEXT: style(LineKind.TEXT, 10.5, leftIndent=_TAGS, bulletIndent=0, spaceAfter=0.8 * mm),
        LineKind.PLAIN: style(LineKind.PLAIN, 10.5, spaceAfter=0.8 * mm),
        LineKind.FACTS: style(
            LineKind.FACTS, 8.5, gothic=True, leftIndent=_TAGS, textColor=_QUIET, spaceAfter=2 * mm
        ),
    }


def _laid(line: Line, styles: dict[LineKind, ParagraphStyle], fonts: ReportFonts) -> list[Flowable]:
    style = styles[line.kind]
    face = fonts.gothic if style.fontName == fonts.gothic.name else fonts.mincho
    first, *rest = face.spelt(line.words).split("\n")
    tag = fonts.gothic.spelt(line.tag) if line.tag else None
    paragraphs: list[Flowable] = [_exactly(first, style, tag), *(_exactly(one, style) for one in rest)]
    match line.kind:
        case LineKind.HEADING:
            rule = HRFlowable(width="100%", thickness=0.6, color=_RULE, spaceBefore=0, spaceAfter=1.5 * mm)
            # A heading alone at the foot of a page says nothing.
            return [CondPageBreak(30 * mm), *paragraphs, rule]
        case LineKind.QUESTION:
            return [CondPageBreak(18 * mm), *paragraphs]
        case LineKind.TITLE:
            return [Spacer(0, 2 * mm), *paragraphs]
        case _:
            return paragraphs


def _exactly(words: str, style: ParagraphStyle, tag: str | None = None) -> Flowable:
    """Return one paragraph of these very words; the library's own reading folds spaces and knows tags."""
    pattern = Paragraph("x", style).frags[0]
    return Paragraph("", style, bulletText=tag, frags=[pattern.clone(text=words or " ")])
