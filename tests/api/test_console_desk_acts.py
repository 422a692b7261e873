"""What is written and ordered from a desk: outcomes, claims, orders, late presses, promises, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId
from tests.fixtures_at_the_phone import rings, rows, talks
from tests.fixtures_console import Visitor
from tests.office import SHIMIN, Office

SignIn = Callable[[AccountId], Visitor]
Sit = Callable[[AccountId, str], Visitor]
NUMBER = "03-1234-5678"
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.mark.real
def test_an_outcome_is_written_by_whose_call_it_was_and_the_answer_comes_back_next_time(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, colleague = sit(sato, "hoken1"), sit(office.account("ito", Role.OPERATOR), "hoken2")
    over = office.call("over", operator_id=sato)
    assert "通話が終わりました" in here.get("/console/desk").text
    assert "通話が終わりました" not in colleague.get("/console/desk").text

    refused = colleague.post(f"/calls/{over}/wrap-up", outcome="kaito", answered="別の人")
    unknown = here.post(f"/calls/{over}/wrap-up", outcome="akushitsu")
    here.post(f"/calls/{over}/wrap-up", outcome="kaito", answered="12月に郵送します", memo="静かに")
    rings(office)

    assert (refused.status_code, unknown.status_code) == (403, 400)
    page = here.get("/console/desk").text
    assert "12月に郵送します" in page
    assert "通話が終わりました" not in page


@pytest.mark.real
def test_a_call_that_nobody_owns_is_claimed_once_with_a_knock(office: Office, sit: Sit) -> None:
    sato, ito = office.account("sato", Role.OPERATOR), office.account("ito", Role.OPERATOR)
    here, late = sit(sato, "hoken1"), sit(ito, "hoken2")
    other = sit(office.account("mori", Role.OPERATOR, departments=(SHIMIN,)), "shimin1")
    call = office.call("whose", operator_id=None)
    office.record(call)
    assert "担当者が分からない通話" in here.get("/console/desk").text
    assert NUMBER not in here.get(f"/calls/{call}").text

    hidden = other.post(f"/calls/{call}/claim")
    here.post(f"/calls/{call}/claim")
    refused = late.post(f"/calls/{call}/claim")

    assert (hidden.status_code, refused.status_code) == (409, 409)
    assert NUMBER in here.get(f"/calls/{call}").text
    assert NUMBER not in late.get(f"/calls/{call}").text
    assert rows(office, "SELECT operator_id FROM calls UNION SELECT operator_id FROM recordings") == [(sato,)]
    knocks = {knock.actor: (knock.act, knock.granted) for knock in office.knocks()}
    assert knocks[sato] == ("claim", True)
    assert knocks[ito] == ("claim", False)


@pytest.mark.real
def test_only_a_call_of_today_is_claimed_and_only_by_an_operator(office: Office, sit: Sit) -> None:
    here = sit(office.account("sato", Role.OPERATOR), "hoken1")
    kanri = sit(office.account("kanri", Role.SUPERVISOR), "hoken2")
    now = datetime.now(UTC)
    old = office.call(
        "old", arrived_at=now - timedelta(hours=25), connected_at=now - timedelta(hours=25), ended_at=now
    )
    new = office.call("new")

    assert here.post(f"/calls/{old}/claim").status_code == 409
    assert kanri.post(f"/calls/{new}/claim").status_code == 409


@pytest.mark.real
def test_orders_are_an_operators_own_kinds_with_a_target_that_exists(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)
    press = str(uuid4())

    for _ in range(2):
        here.post(f"/calls/{call}/orders", kind="hold", press=press)
    here.post(f"/calls/{call}/orders", kind="transfer", target="phone:hoken2")
    here.post(f"/calls/{call}/orders", kind="quieter", step="2")
    refused = [
        here.post(f"/calls/{call}/orders", **fields).status_code
        for fields in (
            {"kind": "listen"}, {"kind": "barge"}, {"kind": "hang-up"}, {"kind": ""},
            {"kind": "transfer", "target": "phone:x"},
            {"kind": "transfer", "target": "0312345678"}, {"kind": "quieter", "step": "9"},
        )
    ]  # fmt: skip
    over = here.post(f"/calls/{office.call('over')}/orders", kind="hold")

    assert set(refused) == {400}
    assert over.status_code == 409
    assert rows(office, "SELECT kind, body FROM call_orders ORDER BY at") == [
        ("hold", {}),
        ("transfer", {"phone": "hoken2"}),
        ("quieter", {"step": "2"}),
    ]
    assert "保留：" in here.get("/console/desk").text


@pytest.mark.real
@pytest.mark.parametrize(
    ("later", "said"),
    [("4 seconds", "応援を取り消しました。"), ("6 seconds", "応援は、もう取り消せません。")],
)
def test_help_is_taken_back_for_five_seconds(office: Office, sit: Sit, later: str, said: str) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)
    here.client.headers["accept"] = "application/json"
    asked = here.post(f"/calls/{call}/help", press=str(uuid4())).json()["request"]
    office.write("UPDATE help_requests SET asked_at = now() - CAST(:later AS interval)", {"later": later})

    assert here.post(f"/calls/{call}/help/{asked}/cancel").json() == {"said": said}


@pytest.mark.real
def test_help_is_taken_back_within_its_seconds_and_then_stays(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)
    here.client.headers["accept"] = "application/json"
    first = here.post(f"/calls/{call}/help", press=str(uuid4())).json()["request"]
    taken_back = here.post(f"/calls/{call}/help/{first}/cancel").json()
    second = here.post(f"/calls/{call}/help", press=str(uuid4())).json()["request"]
    office.write("UPDATE help_requests SET asked_at = asked_at - interval '9 seconds'", {})
    stays = here.post(f"/calls/{call}/help/{second}/cancel").json()

    assert taken_back == {"said": "応援を取り消しました。"}
    assert stays == {"said": "応援は、もう取り消せません。"}
    assert rows(office, "SELECT count(*) FROM help_requests WHERE cancelled_at IS NULL") == [(1,)]


@pytest.mark.real
def test_a_press_that_arrives_late_stands_at_the_moment_of_the_press(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato, arrived_at=datetime.now(UTC) - timedelta(minutes=15))

    here.post(f"/calls/{call}/flag", press=str(uuid4()), ago="30000")
    here.post(f"/calls/{call}/flag", press=str(uuid4()), ago="99999999999999")

    seconds = [int(one[0]) for one in rows(office, "SELECT extract(epoch FROM now() - at) FROM call_marks")]
    assert min(seconds) in range(30, 45)
    assert max(seconds) in range(600, 620)


@pytest.mark.real
def test_a_promise_is_kept_by_anybody_of_the_department_and_then_told_no_more(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, colleague = sit(sato, "hoken1"), sit(office.account("ito", Role.OPERATOR), "hoken2")
    stranger = sit(office.account("mori", Role.OPERATOR, departments=(SHIMIN,)), "shimin1")
    call = office.call("over", operator_id=sato)
    here.post(
        f"/calls/{call}/promises", what="減免の結果", who="国保係", due="2026-11-20T09:00", press=str(uuid4())
    )
    promise = rows(office, "SELECT id FROM promises")[0][0]
    rings(office)
    assert "減免の結果" in here.get("/console/desk").text
    assert "期限を過ぎています" in colleague.get("/promises").text

    assert stranger.post(f"/promises/{promise}/kept").status_code == 404
    colleague.post(f"/promises/{promise}/kept")

    assert "この番号への約束はありません" in here.get("/console/desk").text
    assert "済み" in here.get("/promises").text


@pytest.mark.real
def test_who_talks_is_not_signed_out_for_typing_nothing(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    by_itself = {"hx-request": "true"}
    asleep = (
        "UPDATE web_sessions SET seen_at = now() - interval '20 minutes',"
        " expires_at = now() + interval '5 minutes'"
    )
    stays = "SELECT expires_at > now() + interval '20 minutes' FROM web_sessions"
    office_owner = office.parts.database
    with office_owner.begin() as connection:
        connection.execute(text(asleep))
    here.get("/console/desk", headers=by_itself)
    with office_owner.begin() as connection:
        waiting = connection.execute(text(stays)).scalar()

    talks(office, sato)
    here.get("/console/desk", headers=by_itself)
    with office_owner.begin() as connection:
        talking = connection.execute(text(stays)).scalar()

    assert (waiting, talking) == (False, True)


@pytest.mark.real
def test_an_administrator_has_no_desk(office: Office, visitor: SignIn) -> None:
    kikai = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=()))
    call = talks(office, None)

    answers = [
        kikai.get(path).status_code
        for path in ("/console", "/console/desk", "/console/mini", "/promises", f"/console/calls/{call}")
    ]
    assert answers == [403] * 5
    assert kikai.post(f"/calls/{call}/notes", text="x").status_code == 403


@pytest.mark.real
def test_a_key_pressed_before_the_pages_script_was_there_leads_back_to_the_keys(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)

    answers = [
        here.post(f"/calls/{call}/flag", back=back).headers["location"]
        for back in ("/console/mini", "/console", "https://example.com/", "")
    ]

    assert answers == ["/console/mini", "/console", f"/calls/{call}", f"/calls/{call}"]
    assert rows(office, "SELECT count(*) FROM call_marks") == [(4,)]
