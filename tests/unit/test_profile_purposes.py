"""What recordings may be opened for: the city's own list, never the appraisal of staff."""

from __future__ import annotations

import pytest

from core.profile.loading import load_profile
from core.profile.purposes import DEFAULT_PURPOSES, CaseNumber
from core.profile.report import check_profile
from tests.fixtures_profile import ProfileFile

FACT_CHECK = "  - {id: fact-check, name: 申出内容の事実確認}"
FORMS = 'case_numbers: ["R9-9999", "R99-9999"]'


def block(sakura: ProfileFile) -> str:
    text = sakura.text
    return text[text.index("purposes:\n") : text.index("\n\n\n# ---", text.index("purposes:\n"))]


def test_the_sample_city_asks_a_case_number_where_a_request_has_one(sakura: ProfileFile) -> None:
    profile = load_profile(sakura.path)

    asked = {one.id: one.case_number for one in profile.purposes}
    assert (asked["disclosure"], asked["fact-check"]) == (CaseNumber.REQUIRED, CaseNumber.NONE)
    assert [one.id for one in profile.purposes if one.practice] == ["training"]
    assert profile.access.lasts.total_seconds() == 4 * 3600


def test_a_city_that_lists_none_has_the_ordinary_six(sakura: ProfileFile) -> None:
    sakura.write(block(sakura), "")

    profile = load_profile(sakura.path)

    assert profile.purposes == DEFAULT_PURPOSES
    assert profile.purpose_name("fact-check") == "申出内容の事実確認"
    assert profile.purpose_name("no-longer-listed") == "no-longer-listed"


@pytest.mark.parametrize(
    "listed",
    [
        "{id: hyoka, name: 人事評価}",
        "{id: hyoka, name: 職員の勤務評定の資料}",
        "{id: hyoka, name: 人 事・評 価}",
        "{id: hyoka, name: 応対の評価}",
        "{id: hyoka, name: 昇任の判断}",
        "{id: hyoka, name: 賞与の査定}",
        "{id: jinji-hyoka, name: 市民対応}",
        "{id: kinmu-hyotei, name: 市民対応}",
        "{id: staff-review, name: 市民対応}",
        "{id: shimin-taio, name: 市民対応, note: 人事考課にも使う}",
        "人事評価",
    ],
)
def test_the_appraisal_of_staff_is_no_purpose(sakura: ProfileFile, listed: str) -> None:
    sakura.write(FACT_CHECK, f"  - {listed}")

    faults = [one for one in check_profile(sakura.path) if "職員の評価" in one.reason]

    assert [one.line for one in faults] == [sakura.line_of(f"- {listed}")]
    assert "対応記録の作成" in faults[0].instead


@pytest.mark.parametrize(
    "name", ["議会の答弁の準備", "工事成績評定への問合せ", "開示の効果の検証", "評価額への問合せ"]
)
def test_what_only_sounds_like_it_is_allowed(sakura: ProfileFile, name: str) -> None:
    assert sakura.faults_after("name: 申出内容の事実確認", f"name: {name}") == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (FACT_CHECK, "  - {id: fact-check, name: 対応記録の作成}", "2回書かれています"),
        (FACT_CHECK, "  - {id: disclosure, name: 申出内容の事実確認}", "でも使われて"),
        (FACT_CHECK, "  - {id: supervision, name: 申出内容の事実確認}", "別の意味"),
        (FACT_CHECK, "  - {id: Fact Check, name: 申出内容の事実確認}", "使えない文字"),
        (FACT_CHECK, "  - {id: fact-check, name: 申出内容の事実確認, case_number: always}", "always"),
        (FORMS, 'case_numbers: ["なまえ"]', "件番号の形として使えません"),
        (FORMS, 'case_numbers: ["999-9999-9999"]', "電話番号"),
        (FORMS, 'case_numbers: ["2026-999999"]', "電話番号"),
        (FORMS, 'case_numbers: ["AAAAAA-9"]', "名前を件番号の代わり"),
        ("grant_hours: 4", "grant_hours: 25", "25"),
        ("publish_from: 5", "publish_from: 1", "1 は使えません"),
    ],
)
def test_a_list_that_misleads_is_told(sakura: ProfileFile, before: str, after: str, told: str) -> None:
    fault = sakura.fault_after(before, after)

    assert told in fault.reason


def test_a_case_number_needs_a_form(sakura: ProfileFile) -> None:
    faults = sakura.faults_after(f"  {FORMS}", "")

    assert [one.line for one in faults] == [
        sakura.line_of("id: harassment-review"),
        sakura.line_of("id: disclosure"),
    ]


@pytest.mark.parametrize("listed", ["purposes: []", "purposes: [{id: a, name: 練習, practice: true}]"])
def test_somebody_can_open_citizens_calls(sakura: ProfileFile, listed: str) -> None:
    written = block(sakura)
    fault = sakura.fault_after(written[: written.index("\n\naccess:")], listed)

    assert (fault.line, "聞けなくなります" in fault.reason) == (sakura.line_of(listed), True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("R8-0012", "R8-0012"),
        (" ｒ８－００１２ ", "R8-0012"),
        ("R8‐0012", "R8-0012"),
        ("R10-0012", "R10-0012"),
        ("R8-012", None),
        ("佐藤 花子", None),
        ("090-1234-5678", None),
        ("R8-0012\n佐藤", None),
        ("", None),
    ],
)
def test_a_case_number_is_kept_in_one_form(sakura: ProfileFile, typed: str, kept: str | None) -> None:
    assert load_profile(sakura.path).access.case_number(typed) == kept
