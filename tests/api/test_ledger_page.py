"""聴取台帳 on its page and in its file, and the purpose that comes first."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest

from core.actors import Role
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real

MONTH = f"{datetime.now(UTC):%Y-%m}"


@pytest.fixture
def kanri(office: Office, visitor: Arrive) -> Visitor:
    """A supervisor of 保険年金課, where one call was opened five times."""
    office.record(office.call("a"), seconds=1.0)
    person = visitor(office.account("kanri", Role.SUPERVISOR))
    for _ in range(5):
        person.post("/calls/city-a.0/open", purpose="fact-check")
    return person


def rows(person: Visitor) -> list[list[str]]:
    answer = person.get(f"/ledger/file?month={MONTH}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert f'filename="chouju-daicho-{MONTH}.csv"' in answer.headers["content-disposition"]
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_a_supervisor_reads_the_own_department_and_the_auditor_the_hall(
    office: Office, visitor: Arrive, kanri: Visitor
) -> None:
    other = visitor(office.account("tanaka", Role.SUPERVISOR, departments=(SHIMIN,)))
    auditor = visitor(office.account("kansa", Role.AUDITOR, departments=()))

    for person, seen in ((kanri, True), (auditor, True), (other, False)):
        page = person.get("/ledger")
        assert page.status_code == 200
        assert ("録音の再生" in page.text, "この月に開いたものはありません" in page.text) == (seen, not seen)
        assert "さくら 市子（kanri）" not in page.text or person is kanri, "no person in the ledger"
    assert {tuple(row[1:]) for row in rows(auditor)} == {
        ("保険年金課", "申出内容の事実確認", "録音の再生", "なし", "5"),
        ("保険年金課", "申出内容の事実確認", "文字起こしの閲覧", "なし", "5"),
    }
    assert rows(other) == []


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR, Role.RECORDS_OFFICER])
def test_the_ledger_is_nobody_else_s(office: Office, visitor: Arrive, role: Role) -> None:
    person = visitor(office.account("dareka", role))

    assert [person.get(path).status_code for path in ("/ledger", "/ledger/file")] == [403, 403]


def test_filters_that_mean_nothing_show_the_month_that_is(kanri: Visitor) -> None:
    page = kanri.get("/ledger?month=2026-99&department=nowhere&purpose=%3Cscript%3E")

    assert page.status_code == 200
    assert "録音の再生" in page.text
    assert "<script>" not in page.text.replace("<script type", "")
    assert "この月に開いたものはありません" in kanri.get("/ledger?month=2020-01").text
    assert "この月に開いたものはありません" in kanri.get(f"/ledger?month={MONTH}&purpose=disclosure").text


@pytest.mark.parametrize(
    ("purpose", "case", "told"),
    [
        ("", "", "閲覧の目的を選んでください"),
        ("performance", "", "閲覧の目的を選んでください"),
        ("disclosure", "", "件番号を書いてください"),
        ("disclosure", "佐藤 花子", "件番号の形が違います"),
        ("disclosure", "090-1234-5678", "件番号の形が違います"),
        ("fact-check", "R8-0012", "この目的では、件番号を書きません"),
        ("training", "", "練習の通話だけで使えます"),
    ],
)
def test_nothing_opens_without_a_purpose_and_its_case_number(
    office: Office, visitor: Arrive, purpose: str, case: str, told: str
) -> None:
    office.record(office.call("a"), seconds=1.0)
    person = visitor(office.account("kanri", Role.SUPERVISOR))

    opened = person.post("/calls/city-a.0/open", purpose=purpose, case=case)
    found = person.post(
        "/search", words="税", since="2020-01-01", until="2099-01-01", purpose=purpose, case=case
    )

    assert (opened.status_code, told in opened.text) == (422, True)
    assert office.knocks() == []
    # A search for practice calls is one for practice calls alone.
    assert (found.status_code, told in found.text) == ((303, False) if purpose == "training" else (422, True))


def test_a_case_number_stands_in_the_log_and_the_page_does_not_ask_again(
    office: Office, visitor: Arrive
) -> None:
    office.record(office.call("a"), seconds=1.0)
    person = visitor(office.account("kanri", Role.SUPERVISOR))

    answer = person.post("/calls/city-a.0/open", purpose="disclosure", case="ｒ８－００１２")
    page = person.get("/calls/city-a.0").text

    assert answer.status_code == 303
    assert {(one.act, one.case_number, one.departments[0]) for one in office.knocks()} == {
        ("listen", "R8-0012", HOKEN), ("read", "R8-0012", HOKEN),
    }  # fmt: skip
    assert "開示請求への対応　件番号 R8-0012" in page
    assert "録音と文字起こしを開く" not in page
    assert len(office.knocks()) == 2
    assert [row[-1] for row in rows(person)] == ["2"], "too few to be told apart"


def test_a_grant_lasts_as_long_as_the_city_says(office: Office, visitor: Arrive) -> None:
    office.record(office.call("a"), seconds=1.0)
    person = visitor(office.account("kanri", Role.SUPERVISOR))

    person.post("/calls/city-a.0/open", purpose="fact-check")

    lasts = {(one.until - one.at).total_seconds() for one in office.knocks()}
    assert lasts == {office.parts.profile.access.lasts.total_seconds()}
