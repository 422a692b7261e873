"""A case on paper: every word is on it, the fonts are in it, and the same case is the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from incidents.cases.measures import KINDS, Measure, MeasureKind
from incidents.cases.statement import Origin, Passage, Question, Statement
from incidents.papers.fonts import FontsMissing, ReportFonts, find_fonts
from incidents.papers.pdf import digest, render
from incidents.papers.report import (
    CaseReport,
    OwnDecision,
    ReportAnswer,
    ReportApproval,
    ReportFinding,
    ReportQuote,
    ReportView,
)
from incidents.papers.text import lines_of

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
QUOTE, MEASURE = UUID(int=7), UUID(int=9)
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture(scope="module")
def fonts() -> ReportFonts:
    """What tools/setup.sh installs."""
    return find_fonts()


def passage(words: str, origin: Origin = Origin.WRITTEN) -> Passage:
    return Passage(text=words, origin=origin, quote=QUOTE if origin is Origin.QUOTE else None)


def report(**facts: object) -> CaseReport:
    plain = CaseReport(
        city="さくら市",
        department="保険年金課",
        number="R8-0012",
        state="決定",
        statement=Statement({
            Question.WHEN: (passage("2026年4月1日 12時00分09秒から12時15分09秒まで", Origin.RECORD),),
            Question.WHERE: (passage("電話（保険年金課　国民健康保険・年金の窓口への電話）", Origin.RECORD),),
            Question.WHO: (
                passage("電話をかけてきた方（番号通知あり、名乗りの記録なし）", Origin.RECORD),
                passage("同じ番号からの電話は、直近30日間に4回（2課）。", Origin.ESTIMATE),
            ),
            Question.TO_WHOM: (passage("保険年金課　山田", Origin.RECORD),),
            Question.WHAT: (passage("保険料の督促状を取り消すよう求めた。"),),
            Question.WHY: (passage("納付した日より後に督促状が届いたとのこと。"),),
            Question.HOW: (passage("いい加減にしろ。お前では話にならない", Origin.QUOTE),),
            Question.CITY: (passage("納付の記録を確かめ、行き違いであることを説明した。"),),
        }),
        quotes=(
            ReportQuote(
                id=QUOTE, text="いい加減にしろ。お前では話にならない", track="相手", speaker="電話の相手",
                start_seconds=700.4, end_seconds=4532.9, samples_sha256=HASH, heard_by="鈴木", heard_at=NOON,
            ),
        ),
        types=("T1 暴言型",),
        acts=("A4 職員へ精神的な攻撃を加える",),
        statutes=("刑法231条",),
        answers=(ReportAnswer(question="市の側に誤りはあったか", answer="なかった", by="鈴木"),),
        views=(ReportView(by="鈴木", post="課長", view="該当する", reason="断ったあとも続いた。", at=NOON),),
        finding=ReportFinding(ending="該当", at=NOON, rule="所属長を含む2人以上の一致"),
        measures=(
            Measure(
                id=MEASURE, kind=MeasureKind.ONE_WINDOW, on=date(2026, 4, 3), number="保年第12号",
                basis=KINDS[MeasureKind.ONE_WINDOW].basis,
            ),
        ),
        approvals=(ReportApproval(step="所属長確認", post="課長", by="鈴木", at=NOON),),
        decided_elsewhere=OwnDecision(draft_number="2026-00345", on=date(2026, 4, 2)),
    )  # fmt: skip
    return replace(plain, **facts)


def text_of(pdf: bytes) -> str:
    """Everything on all pages, without the line ends that the paper made."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "")


def test_every_word_of_the_case_is_on_the_paper_and_can_be_searched(fonts: ReportFonts) -> None:
    printed = text_of(render(report(), fonts))

    for line in lines_of(report()):
        for words in line.words.split("\n"):
            assert words in printed
        assert line.tag in printed
    assert "75:32.900" in printed
    assert HASH in printed


def test_all_fonts_are_embedded_and_the_page_is_a4(fonts: ReportFonts) -> None:
    reader = PdfReader(BytesIO(render(report(), fonts)))
    seen = set[str]()
    for page in reader.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            described = font.get_object()
            seen.add(described["/BaseFont"].split("+")[-1])
            assert "/FontFile2" in described["/FontDescriptor"].get_object()
            assert "/ToUnicode" in described
    assert seen == {"IPAexMincho", "IPAexGothic"}


def test_the_same_case_is_the_same_bytes_and_another_word_is_not(fonts: ReportFonts) -> None:
    first, again = render(report(), fonts), render(report(), find_fonts())

    assert digest(first) == digest(again)
    assert digest(first) != digest(render(report(state="終結"), fonts))


def test_a_long_case_runs_over_many_pages_and_each_says_whose_it_is(fonts: ReportFonts) -> None:
    long = "求めには応じられないことを説明した。" * 200
    city = tuple(passage(f"{number}回目　{long}"[:4000]) for number in range(1, 9))
    written = Statement({Question.CITY: city})
    reader = PdfReader(BytesIO(render(report(statement=written), fonts)))
    pages = [page.extract_text().replace("\n", "") for page in reader.pages]

    assert len(pages) > 8
    for number, page in enumerate(pages, start=1):
        assert "R8-0012" in page
        assert f"{number} / {len(pages)} ページ" in page
    assert "".join(pages).count("求めには応じられ") > 8 * 180


def test_a_sign_the_fonts_lack_is_told_and_not_an_empty_box(fonts: ReportFonts) -> None:
    written = Statement({Question.HOW: (passage("髙﨑𠮷　　と 書き、😠を付けた <b>&amp;"),)})

    assert "髙﨑〔U+20BB7〕　　と 書き、〔U+1F620〕を付けた <b>&amp;" in text_of(
        render(report(statement=written), fonts)
    )


def test_what_fell_with_a_withdrawn_finding_is_told(fonts: ReportFonts) -> None:
    withdrawn = ReportFinding(
        ending="該当", at=NOON, rule="一致", withdrawn_at=NOON, withdrawn_why="市の誤りが分かった"
    )
    printed = text_of(render(report(finding=withdrawn, lapsed={MEASURE: NOON}), fonts))

    assert "市の誤りが分かった" in printed
    assert "この措置の根拠はなくなりました" in printed


def test_an_empty_case_says_what_is_empty(fonts: ReportFonts) -> None:
    empty = CaseReport(
        city="さくら市", department="保険年金課", number="R8-1", state="下書き", statement=Statement({})
    )

    printed = text_of(render(empty, fonts))
    assert printed.count("記載なし") == len(Question)
    assert "判断はまだありません" in printed


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_whatever_somebody_wrote_can_be_printed(words: str) -> None:
    render(report(measures=(), views=(replace(report().views[0], reason=words),)), find_fonts())


ACTS = {"/JavaScript", "/JS", "/OpenAction", "/AA", "/A", "/Launch", "/EmbeddedFiles", "/AcroForm", "/Annots"}
"""Keys by which a PDF does something instead of showing something."""
HOSTILE = (
    ") Tj ET endstream endobj 9 0 obj <</S/JavaScript/JS(app.alert(1))>> endobj (",
    "/OpenAction <</S /Launch /F (calc.exe)>> >> trailer <</Root 9 0 R>> startxref 0 %%EOF",
    "<script>alert(1)</script><a href='https://evil.example'>x</a> https://evil.example \\) \\( \\",
)


def keys_of(pdf: bytes) -> tuple[set[str], int]:
    """Every key of every object that a reader finds from the root on, and how many objects there are."""
    keys, seen, left = set[str](), set[int](), list[PdfObject]([PdfReader(BytesIO(pdf)).trailer])
    while left:
        one = left.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            keys |= set(one)
            left += one.values()
        elif isinstance(one, ArrayObject):
            left += one
    return keys, len(seen)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_that_would_be_a_pdf_s_own_orders_are_printed_as_words(words: str, fonts: ReportFonts) -> None:
    held = Statement({Question.HOW: (passage(words, Origin.QUOTE),)})
    plain = Statement({Question.HOW: (passage("いい加減にしろ", Origin.QUOTE),)})
    printed = render(report(statement=held, city=words, number=words, department=words), fonts)

    keys, objects = keys_of(printed)
    assert keys & ACTS == set()
    assert (keys, objects) == keys_of(render(report(statement=plain), fonts))
    assert words.replace(" ", "") in text_of(printed).replace(" ", "")


def test_an_order_in_a_pdf_would_be_seen(fonts: ReportFonts) -> None:
    writer, written = PdfWriter(BytesIO(render(report(), fonts))), BytesIO()
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject("/Named")})
    writer.write(written)

    assert keys_of(written.getvalue())[0] & ACTS


def test_a_machine_without_the_fonts_says_so(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing):
        find_fonts((tmp_path,))
