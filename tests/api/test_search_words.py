"""A search shows words while the purpose holds for which it was asked; else which calls and how many hits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId, RecordingId
from storage.database import Database
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, Office

pytestmark = pytest.mark.real

ASK = {"words": "納税通知書", "since": "2020-01-01", "until": "2099-01-01", "purpose": "fact-check"}
SAID = (
    ("caller", 6.0, 8.0, "納税通知書が届きました。"),
    ("caller", 12.0, 14.0, "その納税通知書のことです。"),
)


@pytest.fixture
def account(office: Office) -> AccountId:
    return office.account("kanri", Role.SUPERVISOR)


@pytest.fixture
def recording(office: Office) -> RecordingId:
    found = office.record(office.call("a"))
    office.transcribe(found, SAID)
    return found


def asked(person: Visitor, **more: str) -> str:
    answer = person.post("/search", **(ASK | more))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def shows_words(page: str) -> bool:
    return "<mark>" in page or "届きました" in page or "data-utterance" in page


def test_a_search_is_one_knock_with_its_purpose_and_the_calls_whose_words_it_showed(
    office: Office, visitor: Arrive, account: AccountId, recording: RecordingId
) -> None:
    person = visitor(account)

    where = asked(person, purpose="disclosure", case="R8-0012")
    pages = [person.get(where).text for _ in range(3)]

    assert all(shows_words(page) for page in pages)
    assert "開示請求への対応（件番号 R8-0012）" in pages[0]
    (knock,) = office.knocks()
    assert (knock.act, knock.purpose, knock.case_number) == ("search", "disclosure", "R8-0012")
    assert (knock.recordings, knock.departments, knock.detail) == ([recording], [HOKEN], {"hits": 2})


def test_in_another_session_there_are_facts_until_a_purpose_is_given_there(
    office: Office, visitor: Arrive, account: AccountId, recording: RecordingId
) -> None:
    here, there = visitor(account), visitor(account)
    where = asked(here)
    utterance = re.findall(r'data-utterance="(\d+)"', here.get(where).text)[0]

    closed = there.get(where).text
    played = there.post(f"{where}/clips", utterance=utterance)
    opened = there.post(f"{where}/open", purpose="harassment-review")
    page = there.get(opened.headers["location"]).text

    assert not shows_words(closed)
    assert "完全一致：2件" in closed
    assert "国民健康保険・年金の窓口" in closed
    assert "言葉を開く" in closed
    assert played.status_code == 403
    assert opened.headers["location"] != where
    assert shows_words(page)
    assert [(one.act, one.purpose, one.reason, one.recordings) for one in office.knocks()] == [
        ("search", "fact-check", "own-departments", [recording]),
        ("search", "fact-check", "facts-alone", None),
        ("search", "harassment-review", "own-departments", [recording]),
    ]


def test_when_the_time_is_over_the_words_are_shut(
    office: Office, visitor: Arrive, account: AccountId, owner_database: Database, recording: RecordingId
) -> None:
    person = visitor(account)
    where = asked(person)
    assert shows_words(person.get(where).text)
    with owner_database.begin() as connection:
        connection.execute(text("ALTER TABLE access_knocks DISABLE TRIGGER append_only"))
        connection.execute(
            text("UPDATE access_knocks SET until = now() - :past"), {"past": timedelta(seconds=1)}
        )

    page = person.get(where).text

    assert not shows_words(page)
    assert "もう一度目的を選んでください" in page


@pytest.mark.parametrize(
    ("purpose", "case", "told"),
    [("", "", "閲覧の目的を選んでください"), ("disclosure", "佐藤", "件番号の形が違います")],
)
def test_words_do_not_open_without_a_right_purpose(  # noqa: PLR0913, PLR0917  fixtures and one row
    office: Office, visitor: Arrive, account: AccountId, recording: RecordingId, purpose: str, case: str,
    told: str,
) -> None:  # fmt: skip
    here, there = visitor(account), visitor(account)
    where = asked(here)

    answer = there.post(f"{where}/open", purpose=purpose, case=case)

    assert (answer.status_code, told in answer.text, shows_words(answer.text)) == (422, True, False)
    assert [one.reason for one in office.knocks()] == ["facts-alone"]


def test_another_person_opens_no_search_of_somebody_s(
    office: Office, visitor: Arrive, account: AccountId, recording: RecordingId
) -> None:
    where = asked(visitor(account))
    other = visitor(office.account("tanaka", Role.SUPERVISOR))

    assert other.get(where).status_code == 404
    assert other.post(f"{where}/open", purpose="fact-check").status_code == 404
    assert office.knocks() == []


def test_what_is_kept_by_name_keeps_neither_case_number_nor_session(
    office: Office, visitor: Arrive, account: AccountId, recording: RecordingId
) -> None:
    person = visitor(account)
    where = asked(person, purpose="disclosure", case="R8-0012")

    person.post(f"{where}/keep", name="通知書")

    with office.parts.database.begin() as connection:
        connection.execute(text("SELECT set_config('tsuwaroku.account', :id, true)"), {"id": str(account)})
        kept = connection.execute(text("SELECT query FROM saved_queries WHERE name IS NOT NULL")).scalar_one()
    assert not {"case", "session"} & set(kept)


def test_hits_of_a_further_page_are_written_down_before_they_are_shown(
    office: Office, visitor: Arrive, account: AccountId
) -> None:
    recordings: list[RecordingId] = []
    many = tuple(("caller", float(at), at + 0.9, "納税通知書です。") for at in range(6, 40))
    for days, name in enumerate(("a", "b", "c")):
        recordings.append(office.record(office.call(name)))
        office.write(
            "UPDATE recordings SET started_at = started_at - make_interval(days => :days) WHERE id = :id",
            {"days": days, "id": recordings[-1]},
        )
        office.transcribe(recordings[-1], many)
    person = visitor(account)
    where = asked(person)

    following = re.search(r'href="([^"]+below=\d+)"', person.get(where).text)
    assert following is not None
    person.get(following[1].replace("&amp;", "&"))

    shown = [set(one.recordings or ()) for one in office.knocks()]
    assert set().union(*shown) <= set(recordings)
    assert len(shown) == 2
    assert not shown[0] & shown[1], "what was written down once is not written twice"
