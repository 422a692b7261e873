"""The desk of requests: taken in, led step by step, each by its office, each press once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Role
from storage.database import Database
from tests.fixtures_listeners import Arrive, Listener
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real

FORM = {
    "kind": "personal", "agency": "shicho", "number": "R8-12", "on_day": "2026-11-02", "name": "山田 花子",
    "address": "さくら市中央1-1",
}  # fmt: skip


@pytest.fixture
def kaiji(office: Office, listener: Arrive) -> Iterator[Listener]:
    """A records officer of the own section."""
    return listener(office.account("kaiji", Role.RECORDS_OFFICER, departments=(HOKEN,)))


def received(person: Listener, **changed: str) -> str:
    """Take in a request; returns the address of its page."""
    answer = person.post("/disclosures", press=str(uuid4()), **{**FORM, **changed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def seen_on(page: str) -> str:
    """Return which event the page had seen last."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def rows(owner: Database, statement: str) -> list[Any]:
    """Ask as the owner: no other role reads everybody's."""
    with owner.begin() as connection:
        return list(connection.execute(text(statement)))


def step(person: Listener, case: str, what: str, /, **fields: str) -> int:
    """Take a step from what the page shows now; returns the status of the answer."""
    sent = {"press": str(uuid4()), "seen": seen_on(person.client.get(case).text), "on_day": "2026-11-03"}
    answer = person.post(f"{case}/step", **{**sent, "step": what, **fields})
    return int(answer.status_code)


DECIDED = {
    "choice": "partial", "filed": "8情第3号", "decider": "さくら市長", "yes": "yes",
    "words": "第78条第1項第2号",
}  # fmt: skip


def test_a_request_is_led_from_its_receipt_to_its_end(kaiji: Listener) -> None:
    case = received(kaiji)
    page = kaiji.client.get(case).text

    assert "2026年12月2日(水)" in page
    assert "山田 花子" in page
    assert step(kaiji, case, "decided", **DECIDED) == 409  # nobody has looked who asks
    assert step(kaiji, case, "identity-checked", words="運転免許証") == 303
    assert step(kaiji, case, "decided", **DECIDED) == 303
    assert step(kaiji, case, "notice-reached") == 303
    assert step(kaiji, case, "method-chosen", words="写しの交付") == 303
    assert step(kaiji, case, "carried-out", words="写しの交付") == 303
    assert step(kaiji, case, "closed") == 303
    page = kaiji.client.get(case).text
    assert "この請求は終わりました" in page
    assert "2027年5月6日(木)" in page  # half a year, over Golden Week


def test_a_clock_stands_while_the_requester_mends_the_form(kaiji: Listener) -> None:
    case = received(kaiji)

    assert step(kaiji, case, "amending-asked", words="電話番号") == 303
    assert "期限は止まっています" in kaiji.client.get(case).text
    assert step(kaiji, case, "amending-done", on_day="2026-11-13") == 303
    assert "2026年12月12日(土)" in kaiji.client.get(case).text
    assert "2026年12月11日(金)" in kaiji.client.get("/disclosures").text


def test_the_same_press_is_one_and_of_two_officers_the_later_looks_again(
    office: Office, kaiji: Listener, listener: Arrive, owner_database: Database
) -> None:
    press = str(uuid4())
    for _ in range(2):
        assert kaiji.post("/disclosures", press=press, **FORM).status_code == 303
    case = f"/disclosures/{press}"
    other = listener(office.account("kaiji2", Role.RECORDS_OFFICER, departments=(HOKEN,)))
    seen = seen_on(other.client.get(case).text)
    asked = {
        "press": str(uuid4()),
        "seen": seen,
        "step": "amending-asked",
        "on_day": "2026-11-03",
        "words": "番号",
    }

    first = [kaiji.post(f"{case}/step", **asked).status_code for _ in range(2)]
    late = other.post(f"{case}/step", **{**asked, "press": str(uuid4())})

    assert (first, late.status_code) == ([303, 303], 409)
    assert [
        row.number for row in rows(owner_database, "SELECT number FROM disclosure_events ORDER BY 1")
    ] == [1, 2]
    assert len(rows(owner_database, "SELECT 1 FROM disclosure_people")) == 1


def test_names_lie_sealed_and_stand_in_no_event(owner_database: Database, kaiji: Listener) -> None:
    case = received(kaiji, agent="legal", agent_name="山田 一郎")

    assert step(
        kaiji, case, "third-person-asked", name="鈴木 次郎", address="東町2", until="2026-11-20", yes="yes"
    ) == 303  # fmt: skip
    page = kaiji.client.get(case).text
    assert all(name in page for name in ("山田 花子", "山田 一郎", "鈴木 次郎"))
    assert "代理人に答えないでください" in page
    kept = " ".join(str(row) for row in rows(owner_database, "SELECT e::text FROM disclosure_events e"))
    kept += " ".join(str(row) for row in rows(owner_database, "SELECT p::text FROM disclosure_people p"))
    assert not any(name in kept for name in ("山田", "鈴木", "東町"))


def test_another_office_sees_none_of_it_and_nobody_else_at_all(
    office: Office, kaiji: Listener, listener: Arrive
) -> None:
    case = received(kaiji)
    strangers = [
        listener(office.account("hoka", Role.RECORDS_OFFICER, departments=(SHIMIN,))),
        listener(office.account("kacho", Role.SUPERVISOR, departments=(HOKEN,))),
    ]

    for person in strangers:
        assert person.client.get(case, headers={"accept": "text/html"}).status_code in {403, 404}
    assert "R8-12" not in strangers[0].client.get("/disclosures").text


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "番号なし"}, {"on_day": "2999-01-01"}, {"on_day": "きのう"}, {"name": " "}, {"kind": "x"},
        {"agency": "gikai"}, {"agent": "legal", "agent_name": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_told_at_its_field(kaiji: Listener, changed: dict[str, str]) -> None:
    answer = kaiji.post("/disclosures", press=str(uuid4()), **{**FORM, **changed})

    assert answer.status_code == 422
    assert "直してください" in answer.text


def test_an_event_is_changed_by_nobody(owner_database: Database, kaiji: Listener) -> None:
    received(kaiji)

    with pytest.raises(DBAPIError, match="never changed"):
        rows(owner_database, "UPDATE disclosure_events SET counts_on = '2020-01-01' RETURNING 1")
