"""The bundle's papers: A4, Japanese, fonts embedded; the transcript, and the list of what is left out.

What is left out is no text under a box: its words never come here. In their place stand three black squares,
however many words there were. Only signs that are printed stand in the embedded fonts.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from threading import Lock
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer

from disclosure.bundle.omissions import clock, omissions
from disclosure.bundle.release import Release, ReleasedCall
from incidents.papers.fonts import ReportFonts
from incidents.papers.text import HERE

_MARGIN, _INK, _QUIET = 20 * mm, HexColor("#1a1a1a"), HexColor("#4a4a4a")
_TAG = 34 * mm
_ONE_AT_A_TIME = Lock()
"""The library keeps its fonts in one register of the process."""


def transcript_pdf(release: Release, fonts: ReportFonts) -> bytes:
    """Print what may be read of every call."""
    return _printed(release, "文字起こし（開示するもの）", fonts, _transcript(release, fonts))


def omissions_pdf(release: Release, fonts: ReportFonts) -> bytes:
    """Print the list of what is left out."""
    return _printed(release, "不開示部分一覧", fonts, _list(release, fonts))


def _transcript(release: Release, fonts: ReportFonts) -> Iterable[Flowable]:
    plain, heading = _style(fonts, 10.5), _style(fonts, 12, gothic=True, spaceBefore=5 * mm)
    small, said = _style(fonts, 8.5, gothic=True), _style(fonts, 10.5, leftIndent=_TAG, spaceAfter=1 * mm)
    yield from _facts(release, plain)
    yield _line(
        "機械による文字起こしです。「未確認」は、人が録音を聞いて確かめていない言葉です。"
        "■■■は、不開示とした部分です。理由は「不開示部分一覧」にあります。",
        small,
    )
    for call in release.calls:
        yield _line(_title(call), heading)
        if not call.said:
            yield _line("文字起こしはありません。録音を聞いてください。", plain)
        for one in call.said:
            words = fonts.mincho.spelt("".join(piece.text for piece in call.shown(one)))
            state = "" if one.confirmed else "　未確認"
            yield _line(words, said, f"{clock(int(one.said.start))}　{one.speaker}{state}", fonts)


def _list(release: Release, fonts: ReportFonts) -> Iterable[Flowable]:
    plain, said = _style(fonts, 10.5), _style(fonts, 10.5, leftIndent=12 * mm, spaceAfter=1.5 * mm)
    yield from _facts(release, plain)
    rows = list(omissions(release))
    if not rows:
        yield _line("不開示とした部分はありません。", plain)
    for one in rows:
        words = f"{one.call}　{one.side}の声　{one.start} から {one.end} まで\n{one.ground}"
        note = f"\n{fonts.mincho.spelt(one.note)}" if one.note else ""
        yield _line(words + note, said, str(one.number), fonts)


def _facts(release: Release, style: ParagraphStyle) -> Iterable[Flowable]:
    day = release.decided
    for words in (
        f"受付番号　{release.receipt}（{release.kind}）",
        f"決定　{day.year}年{day.month}月{day.day}日　{release.filed}",
        f"{release.city}　{release.agency}",
    ):
        yield _line(words, style)
    yield Spacer(0, 4 * mm)


def _title(call: ReleasedCall) -> str:
    here = call.began.astimezone(HERE)
    when = f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"
    return f"{call.label}　{when}　{call.line}　{clock(round(call.seconds))}"


def _style(fonts: ReportFonts, size: float, *, gothic: bool = False, **more: Any) -> ParagraphStyle:  # noqa: ANN401
    face = (fonts.gothic if gothic else fonts.mincho).name
    return ParagraphStyle(
        f"{face}-{size}-{more}", fontName=face, fontSize=size, leading=size * 1.6, wordWrap="CJK",
        textColor=_INK, bulletFontName=fonts.gothic.name, bulletFontSize=8, bulletColor=_QUIET, **more,
    )  # fmt: skip


def _line(words: str, style: ParagraphStyle, tag: str = "", fonts: ReportFonts | None = None) -> Flowable:
    """Return one paragraph of these very words; the library's own reading folds spaces and knows tags."""
    pattern = Paragraph("x", style).frags[0]
    frags: list[Any] = []
    for number, part in enumerate(words.split("\n")):
        if number:
            frags.append(pattern.clone(text="", lineBreak=True))
        frags.append(pattern.clone(text=part or " "))
    return Paragraph(
        "", style, bulletText=fonts.gothic.spelt(tag) if fonts and tag else None, frags=frags
    )  # fmt: skip


def _printed(release: Release, title: str, fonts: ReportFonts, body: Iterable[Flowable]) -> bytes:
    def furnish(canvas: Canvas, document: BaseDocTemplate) -> None:
        width, height = A4
        canvas.saveState()
        canvas.setFillColor(_QUIET)
        canvas.setFont(fonts.gothic.name, 8.5)
        canvas.drawString(_MARGIN, height - 13 * mm, fonts.gothic.spelt(f"{title}　{release.receipt}"))
        canvas.drawCentredString(width / 2, 11 * mm, f"{document.page}")
        canvas.restoreState()

    with _ONE_AT_A_TIME:
        for one in (fonts.mincho, fonts.gothic):
            pdfmetrics.registerFont(one.font)
        paper = BytesIO()
        document = BaseDocTemplate(
            paper, pagesize=A4, invariant=1, pageCompression=1, lang="ja-JP",
            initialFontName=fonts.mincho.name, title=title, author="", subject="", creator="通話録",
        )  # fmt: skip
        frame = Frame(_MARGIN, 18 * mm, A4[0] - 2 * _MARGIN, A4[1] - 36 * mm)
        document.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=furnish)])
        head = _line(title, _style(fonts, 15, gothic=True, spaceAfter=4 * mm))
        document.build([head, *body])
    return paper.getvalue()
