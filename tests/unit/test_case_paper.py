"""What of a case goes on paper: heard words, the articles of the city, and what fell with a finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from core.ids import CallId, DepartmentId
from incidents.cases import events as on
from incidents.cases.endings import Ending
from incidents.cases.event_words import read, written
from incidents.cases.machine import case_of
from incidents.cases.refusals import WrongStage
from incidents.cases.rule import KindWords
from incidents.papers.case_paper import PaperWords, report_of
from incidents.papers.text import lines_of
from tests.case_scenes import FOUND, KACHO, NOON, RULE, SATO, SHOMU, calls, told, view

WORDS = PaperWords(
    city="さくら市", department="保険年金課", running=12, practice=False,
    names={KACHO: "課長", SHOMU: "庶務", SATO: "佐藤"}, kinds=(
        KindWords(code="T1", name="暴言型", statutes=("刑法231条", "刑法230条")),
        KindWords(code="A1", name="大声", statutes=("刑法231条",)),
    ),
)  # fmt: skip
HEARD = on.KeptQuote(
    id=UUID(int=3), call="city-a.0", text="お前はバカだ", track="caller", speaker="相手", start_ms=32_400,
    end_ms=35_900, samples_sha256="ab" * 32, heard_by="佐藤", heard_at=NOON,
)  # fmt: skip
LASTING = on.MeasureTaken(
    **told(KACHO), measure=UUID(int=9), kind="one-window", lasting=True, on=date(2026, 11, 20),
    number="保年第12号", basis="市の対応要領", note="",
)  # fmt: skip
OPENED = on.Opened(
    **told(SATO), department=DepartmentId("hoken-nenkin"), way=on.Way.PHONE, source=on.Source.FLAG,
    since=NOON, summary="大声の電話", rule=RULE,
)  # fmt: skip
WRITTEN = (
    OPENED,
    on.CallLinked(**told(SATO), call=CallId("city-a.0"), talked=SATO),
    on.QuoteLinked(**told(SATO), quote=HEARD.id, words=HEARD),
    on.NewStatement(
        **told(SATO), version=1,
        fields={"how-1": "お前はバカだ", "how-1-origin": "quote", "how-1-quote": str(HEARD.id)},
    ),
    on.KindsNamed(**told(SATO), types=("T1",), acts=("A1",)),
    calls(), view(KACHO), view(SHOMU), LASTING,
)  # fmt: skip
DECIDED = (
    *WRITTEN, on.Submitted(**told(SATO)), on.HeadChecked(**told(KACHO)), on.CouncilAgreed(**told(SHOMU)),
    on.Decided(**told(KACHO), ending=Ending.HARASSMENT, reason="2人の判断のとおり"),
)  # fmt: skip


def paper(events: tuple[on.CaseEvent, ...]) -> str:
    case = case_of(events)
    return "\n".join(f"{one.tag} {one.words}" for one in lines_of(report_of(events, WORDS, case.board.views)))


def test_a_decided_case_says_what_was_heard_by_whom_and_how_it_was_decided() -> None:
    told_on_paper = paper(DECIDED)

    for part in (
        "事案 12", "「お前はバカだ」", "00:32.400〜00:35.900", "ab" * 32, "佐藤が", "暴言型",
        "刑法231条\n刑法230条", FOUND.reason, "該当（カスタマーハラスメントに当たる）", "2人の判断のとおり",
        "保年第12号", "所属長確認", "合議",
    ):  # fmt: skip
        assert part in told_on_paper, part
    assert "控え" not in told_on_paper


def test_a_case_is_printed_in_the_words_of_its_own_policy_whatever_the_city_says_since() -> None:
    first, *rest = DECIDED
    assert isinstance(first, on.Opened)
    began = replace(first, rule=replace(RULE, kinds=WORDS.kinds))
    later = replace(WORDS, kinds=(KindWords(code="T1", name="過度な要求", statutes=("刑法130条",)),))

    report = report_of((read(written(began)), *rest), later, ())

    assert (report.types, report.acts) == (("暴言型",), ("大声",))
    assert report.statutes == ("刑法231条", "刑法230条")


def test_a_draft_says_that_it_is_one_and_holds_the_views_of_its_reader_alone() -> None:
    report = report_of(WRITTEN, WORDS, ())

    assert report.state == "下書き（決定前の控え）"
    assert report.views == report.answers == ()


def test_a_withdrawn_finding_is_on_paper_with_what_lost_its_ground() -> None:
    withdrawn = on.FindingWithdrawn(**told(KACHO), reason="説明に誤りがあった")
    told_on_paper = paper((*DECIDED, withdrawn))

    assert "取消し" in told_on_paper
    assert "説明に誤りがあった" in told_on_paper
    assert "この措置の根拠はなくなりました" in told_on_paper
    assert "合議 " not in told_on_paper, "steps that led to nothing are not printed as approvals"


def test_what_was_handed_over_is_changed_only_after_it_came_back() -> None:
    submitted = (*WRITTEN, on.Submitted(**told(SATO)))
    later = on.NewStatement(**told(SATO), version=2, fields={"what-1": "「出せ」と言われた"})

    with pytest.raises(WrongStage):
        case_of((*submitted, later))
    returned = (*submitted, on.Returned(**told(KACHO), reason="時刻を書く"), later)
    assert case_of(returned).statement == later


def test_events_of_before_their_new_fields_are_still_read() -> None:
    row = written(LASTING)
    old = replace(row, body={one: row.body[one] for one in ("measure", "kind", "lasting")})
    quote = written(DECIDED[2])

    assert read(old) == replace(LASTING, on=None, number="", basis="")
    assert read(replace(quote, body={"quote": quote.body["quote"]})) == on.QuoteLinked(
        **told(SATO), quote=HEARD.id
    )
    assert "根拠 （記載なし）" in paper((*WRITTEN[:-1], read(old)))
