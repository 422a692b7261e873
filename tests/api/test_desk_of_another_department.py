"""A call on another department's line, at one's own desk: both keys, and nothing of what is kept there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import AccountId, CallId
from tests.api.test_console_live import listening
from tests.fixtures_at_the_phone import rings, rows, talks
from tests.fixtures_console import Visitor
from tests.office import SHIMIN, Office
from tests.waiting import wait_until

pytestmark = pytest.mark.real
Sit = Callable[[AccountId, str], Visitor]


@pytest.fixture
def suzuki(office: Office) -> AccountId:
    """An operator of 市民課, to whose phone a colleague of 保険年金課 passed a call on."""
    return office.account("suzuki", Role.OPERATOR, departments=(SHIMIN,))


def earlier(office: Office, account: AccountId) -> None:
    """What 保険年金課 keeps of the number: an answer and a promise."""
    before = office.call("before", arrived_at=datetime.now(UTC) - timedelta(days=3))
    office.write(
        "INSERT INTO call_wrap_ups VALUES (:c, 'kaito', '', '明細は郵送する', now(), :a)",
        {"c": before, "a": account},
    )
    office.write(
        "INSERT INTO promises (id, department, call_id, caller_hash, what, who, due_at, made_at, made_by)"
        " SELECT gen_random_uuid(), department, id, caller_hash, '減免の結果', '佐藤', now(), now(), :a"
        " FROM calls WHERE id = :c",
        {"c": before, "a": account},
    )


def taken(office: Office, call: CallId, by: AccountId) -> None:
    """The phone shimin1 answers."""
    office.write(
        "UPDATE calls SET phase = 'talking', connected_at = now(), operator_phone = 'shimin1',"
        " operator_id = :by, ringing_phones = '{}' WHERE id = :call",
        {"call": call, "by": by},
    )


def test_the_card_tells_the_number_and_whose_line_it_is_and_nothing_that_department_keeps(
    office: Office, sit: Sit, suzuki: AccountId
) -> None:
    person = sit(suzuki, "shimin1")
    earlier(office, suzuki)
    rings(office, ringing_phones=["shimin1"])

    page = person.get("/console").text

    assert "03-1234-5678" in page
    assert "保険年金課の窓口にかかってきた電話です" in page
    for kept in ("明細は郵送する", "減免の結果", "24時間で", "この番号への約束はありません"):
        assert kept not in page


def test_it_has_both_keys_notes_and_an_outcome_but_no_recording_and_no_promise(
    office: Office, sit: Sit, suzuki: AccountId
) -> None:
    person = sit(suzuki, "shimin1")
    call = rings(office, ringing_phones=["shimin1"])
    taken(office, call, suzuki)

    assert 'id="keys"' in person.get("/console").text
    assert person.post(f"/calls/{call}/flag", press=str(uuid4())).status_code == 303
    assert person.post(f"/calls/{call}/help", press=str(uuid4())).status_code == 303
    assert person.post(f"/calls/{call}/notes", text="控え", note=str(uuid4())).status_code == 303
    office.write("UPDATE calls SET phase = 'ended', ended_at = now() WHERE id = :c", {"c": call})
    office.record(call, operator=suzuki)
    after = person.get("/console").text
    promised = person.post(
        f"/calls/{call}/promises", what="x", who="y", due="2027-01-01T10:00", press=str(uuid4())
    )
    opened = person.post(f"/calls/{call}/open", purpose="fact-check")
    written = person.post(f"/calls/{call}/wrap-up", outcome="kaito")

    assert "折り返しの約束は、その課の人に書いてもらってください" in after
    assert (promised.status_code, opened.status_code, written.status_code) == (403, 403, 303)
    assert rows(office, "SELECT source FROM call_marks") == [("console",)]
    assert rows(office, "SELECT outcome FROM call_wrap_ups") == [("kaito",)]
    assert rows(office, "SELECT 1 FROM promises") == []


def test_it_is_nobody_elses_in_that_department_and_not_theirs_for_ever(
    office: Office, sit: Sit, suzuki: AccountId
) -> None:
    neighbour = sit(office.account("mori", Role.OPERATOR, departments=(SHIMIN,)), "shimin2")
    boss = sit(office.account("kacho", Role.SUPERVISOR, departments=(SHIMIN,)), "shimin3")
    person = sit(suzuki, "shimin1")
    call = rings(office, ringing_phones=["shimin1"])

    for other in (neighbour, boss):
        assert other.get(f"/calls/{call}").status_code == 404
        assert "電話が鳴っています</h2>" not in other.get("/console").text
    taken(office, call, suzuki)
    assert person.get(f"/calls/{call}").status_code == 200
    assert neighbour.get(f"/calls/{call}").status_code == 404
    office.write(
        "UPDATE calls SET phase = 'ended', ended_at = now() - interval '13 hours' WHERE id = :c", {"c": call}
    )
    assert person.get(f"/calls/{call}").status_code == 404


def test_a_phone_that_rings_no_more_shows_no_card(office: Office, sit: Sit, suzuki: AccountId) -> None:
    person = sit(suzuki, "shimin1")
    call = rings(office, ringing_phones=["shimin1"])
    office.write("UPDATE calls SET ringing_phones = '{hoken1}' WHERE id = :c", {"c": call})

    assert "電話が鳴っています</h2>" not in person.get("/console").text
    assert person.get(f"/calls/{call}").status_code == 404


def test_its_page_is_woken_and_nobody_elses_is(office: Office, sit: Sit, suzuki: AccountId) -> None:
    person = sit(suzuki, "shimin1")
    unheard = rings(office, "elsewhere", ringing_phones=["hoken1"])
    call = rings(office, ringing_phones=["shimin1"])
    with listening(person) as socket:
        office.notify(unheard)
        office.notify(call)

        assert socket.receive_json() == {"topic": "call", "id": str(call)}


def test_the_news_of_it_does_not_reach_colleagues_because_it_reaches_one(
    office: Office, sit: Sit, suzuki: AccountId
) -> None:
    person = sit(suzuki, "shimin1")
    neighbour = sit(office.account("mori", Role.OPERATOR, departments=(SHIMIN,)), "shimin2")
    call = rings(office, ringing_phones=["shimin1"])
    own = office.call("own", department=SHIMIN)
    with ExitStack() as open_pages:
        pages = [open_pages.enter_context(listening(person)) for _ in range(5)]
        told = open_pages.enter_context(listening(neighbour))
        feed = person.client.app.state.feed  # type: ignore[attr-defined]
        wait_until(lambda: len(feed._listeners) == 6)
        office.notify(call)
        office.notify(own)

        assert told.receive_json() == {"topic": "call", "id": str(own)}
        assert all(page.receive_json() == {"topic": "call", "id": str(call)} for page in pages)


def test_a_supervisor_whose_phone_rings_for_it_comes_onto_no_call_of_another_department(
    office: Office, sit: Sit
) -> None:
    boss = sit(office.account("kacho", Role.SUPERVISOR, departments=(SHIMIN,)), "shimin1")
    call = talks(office, office.account("sato", Role.OPERATOR), ringing_phones=["shimin1"])
    assert boss.get(f"/calls/{call}").status_code == 200

    answers = [
        boss.post(f"/calls/{call}/supervise", kind=kind, reminded="1", press=str(uuid4()))
        for kind in ("listen", "take-over")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert rows(office, "SELECT 1 FROM call_orders") == []
    assert [(knock.act, knock.granted) for knock in office.knocks()] == [
        ("live-listen", False), ("live-take-over", False),
    ]  # fmt: skip


def test_nor_does_that_supervisor_judge_its_ending(office: Office, sit: Sit) -> None:
    boss = sit(office.account("kacho", Role.SUPERVISOR, departments=(SHIMIN,)), "shimin1")
    call = talks(office, office.account("sato", Role.OPERATOR), ringing_phones=["shimin1"])

    answers = [
        boss.post(f"/calls/{call}/ending", step=step, words="説明しました", press=str(uuid4()))
        for step in ("confirmed", "went-on")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert rows(office, "SELECT 1 FROM call_endings") == []
