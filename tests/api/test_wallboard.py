"""The wallboard: who needs somebody stands first, and help is accepted with one click."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from api.doors import DOORS
from core.actors import Role
from tests.calls_in_talk import ask, clock, rows, sit, talking
from tests.fixtures_console import Arrive
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real
MOMENT = re.compile(r'data-now="\d+"|[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d(:\d\d)?|\d+秒')
"""What differs each time a page is drawn: the moment, and ids for what may be pressed on it."""


def order_of(page: str, *names: str) -> list[str]:
    """Return these calls in the order in which the page shows them."""
    return sorted(names, key=lambda name: page.index(f'id="card-city-{name}.0"'))


def test_calls_stand_in_the_order_of_what_their_operators_need(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    talking(office, "rest", minutes=5)
    talking(office, "long", minutes=45)
    clock(office, talking(office, "over", minutes=12), "agreed", started=12, times=(10, 25))
    clock(office, talking(office, "judge", minutes=9), "deadlock", started=8, times=(7, 15))
    ask(office, talking(office, "help", minutes=1))

    page = kanri.get("/live/calls").text

    assert order_of(page, "rest", "long", "over", "judge", "help") == [
        "help",
        "judge",
        "over",
        "long",
        "rest",
    ]
    for words in (
        "応援を呼んでいます", "判断する人を呼んでいます", "伝えた時間が過ぎました", "通話が30分を超えています"
    ):  # fmt: skip
        assert words in page


def test_help_is_accepted_with_one_click_and_the_first_one_comes(office: Office, visitor: Arrive) -> None:
    first, second = office.account("kanri", Role.SUPERVISOR), office.account("kacho", Role.SUPERVISOR)
    request = ask(office, talking(office, "a"))

    one = visitor(first).post(f"/help/{request}/accept")
    two = visitor(second).post(f"/help/{request}/accept")

    assert (one.status_code, two.status_code) == (303, 303)
    (row,) = rows(office, "SELECT accepted_by FROM help_requests")
    assert row.accepted_by == first
    page = visitor(second).get("/live/calls").text
    assert "さくら 市子（kanri）さんが向かっています" in page
    assert "応援を引き受ける" not in page


def test_whoever_came_says_so_and_the_call_stands_back_in_its_row(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    request = ask(office, talking(office, "a"))
    kanri.post(f"/help/{request}/accept")
    assert "着きました" in kanri.get("/live/calls").text

    kanri.post(f"/help/{request}/there")

    page = kanri.get("/live/calls").text
    assert "着きました" not in page
    assert "応援" not in page


def test_help_that_nobody_accepted_shows_which_telephone_rings(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    ask(office, talking(office, "a"), rung=("hoken3", "shimin3"), seconds_ago=40)

    assert "いま、市民課 3番が鳴っています" in kanri.get("/live/calls").text


def test_the_operator_sees_who_comes_also_when_a_telephone_accepted_where_nobody_is_signed_in(
    office: Office, visitor: Arrive
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, kanri = visitor(sato), visitor(office.account("kanri", Role.SUPERVISOR))
    sit(here, "hoken1")
    call = talking(office, "a", operator_id=sato, operator_phone="hoken1")
    ask(office, call, rung=("hoken3",), seconds_ago=40)
    assert "いま 保険年金課 3番 を鳴らしています" in here.get("/console/desk").text

    office.write("UPDATE help_requests SET accepted_at = now(), accepted_phone = 'hoken3'", {})

    for page in (here.get("/console/desk"), here.get("/console/mini"), kanri.get("/live/calls")):
        assert "保険年金課 3番が向かっています" in page.text


def test_operators_see_their_departments_calls_and_no_button_of_a_supervisor(
    office: Office, visitor: Arrive
) -> None:
    sato = visitor(office.account("sato", Role.OPERATOR))
    request = ask(office, talking(office, "a"))
    talking(office, "elsewhere", department=SHIMIN, line="shimin")

    page = sato.get("/live").text

    assert "応援を呼んでいます" in page
    assert "elsewhere" not in page
    for words in ("応援を引き受ける", "聴く", "三者で話す", "交代", "文字の連絡", "音を鳴らす"):
        assert words not in page
    assert sato.post(f"/help/{request}/accept").status_code == 403
    assert sato.get("/live/city-a.0").status_code == 403
    assert sato.post("/calls/city-a.0/cards", words="がんばって").status_code == 403
    assert rows(office, "SELECT 1 FROM text_cards") == []


def test_a_supervisor_of_another_department_sees_nothing_and_accepts_nothing(
    office: Office, visitor: Arrive
) -> None:
    other = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    request = ask(office, talking(office, "a"))

    assert "city-a.0" not in other.get("/live").text
    assert other.post(f"/help/{request}/accept").status_code == 404
    assert other.get("/live/city-a.0").status_code == 404
    (row,) = rows(office, "SELECT accepted_by FROM help_requests")
    assert row.accepted_by is None


def test_who_notes_who_holds_and_what_is_marked_stands_on_the_card(office: Office, visitor: Arrive) -> None:
    sato = office.account("sato", Role.OPERATOR)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = talking(office, "a", notice="missing")
    office.mark(call, datetime.now(UTC))
    office.write(
        "INSERT INTO call_notes (id, call_id, text, at, by) VALUES (:id, :call, 'x', now(), :by)",
        {"id": uuid4(), "call": call, "by": sato},
    )
    office.write(
        "INSERT INTO call_stretches (call_id, kind, began_at) VALUES (:call, 'hold', now())", {"call": call}
    )

    page = kanri.get("/live/calls").text

    for words in (
        "記録・フラグ",
        "未告知",
        "保留中",
        "<dt>メモを取る人</dt><dd>さくら 市子（sato）さん</dd>",
    ):
        assert words in page


def test_the_press_of_help_is_counted_for_nobody(office: Office, visitor: Arrive) -> None:
    sato = office.account("sato", Role.OPERATOR)
    people = {role: visitor(office.account(role.value, role)) for role in Role}
    over = office.call("over", operator_id=sato)
    # Whatever can be read without the name of a call in the address.
    paths = {door.removeprefix("GET ") for door in DOORS if door.startswith("GET /") and "{" not in door}
    paths -= {"/account/second-factor", "/console/clock"}  # a new secret each time, and the time

    def everything_told() -> dict[tuple[Role, str], str]:
        answers = {(role, path): people[role].get(path) for role in Role for path in paths}
        return {where: MOMENT.sub("", answer.text) for where, answer in answers.items()}

    everything_told()  # who reads the log stands in it
    never = everything_told()
    for seconds in range(20, 25):
        request = ask(office, over, seconds_ago=seconds)
        office.write(
            "UPDATE help_requests SET asked_by = :sato, closed_at = now() WHERE id = :id",
            {"id": request, "sato": sato},
        )

    told = everything_told()
    assert {where for where in told if told[where] != never[where]} == set()
    assert rows(office, "SELECT 1 FROM pg_views WHERE definition LIKE '%help_requests%'") == []
