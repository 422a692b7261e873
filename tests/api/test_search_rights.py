"""A search is one person's, finds what that person may see, and is written down without its words."""

from __future__ import annotations

import pytest

from core.actors import Role
from tests.fixtures_console import FACT_CHECK, Arrive
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real


def test_a_search_is_a_stored_query_of_one_person_and_is_written_down_without_its_words(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    other = visitor(office.account("kanri2", Role.SUPERVISOR))
    office.transcribe(office.record(office.call("a")))
    form = {"words": "責任者", "since": "2020-01-01", "until": "2099-01-01", **FACT_CHECK}

    answer = kanri.post("/search", **form)

    where = answer.headers["location"]
    assert answer.status_code == 303
    assert "責任者" not in where
    page = kanri.get(where).text
    assert page.count("<mark>責任者</mark>") == 2
    assert "#t=32.4" in page
    assert other.get(where).status_code == 404
    knock = office.knocks()[-1]
    assert (knock.act, knock.purpose, knock.detail) == ("search", "fact-check", {"hits": 2})
    assert "責任者" not in str(office.knocks())


def test_a_search_finds_nothing_of_other_departments_nor_of_closed_calls(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR, departments=(SHIMIN,)))
    office.transcribe(office.record(office.call("a")))
    closed = office.call("b", department=SHIMIN, notice="missing")
    office.transcribe(office.record(closed, department=SHIMIN, usable=False))
    form = {"words": "責任者", "since": "2020-01-01", "until": "2099-01-01", **FACT_CHECK}

    page = kanri.get(kanri.post("/search", **form).headers["location"]).text

    assert "一致する通話はありません" in page
    assert kanri.post("/search", department=HOKEN, **form).status_code == 404


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"words": "。！"}, "記号だけでは探せません"),
        ({"words": "あ" * 101}, "100文字まで"),
        ({"since": "2026-02-30"}, "正しい日付"),
        ({"since": "2026-05-02", "until": "2026-05-01"}, "正しい日付"),
        ({"until": "9999-12-31"}, "正しい日付"),
        ({"purpose": ""}, "閲覧の目的を選んでください"),
    ],
)
def test_a_search_form_says_what_to_put_right(
    office: Office, visitor: Arrive, fields: dict[str, str], fault: str
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    form = {"words": "責任者", "since": "2026-01-01", "until": "2026-12-31", **FACT_CHECK, **fields}

    answer = kanri.post("/search", **form)

    assert answer.status_code == 422
    assert fault in answer.text
