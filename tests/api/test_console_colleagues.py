"""What a colleague, or a mistake of a page, cannot do to somebody else's call or to everybody's register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import AccountId
from tests.fixtures_at_the_phone import rows, talks
from tests.fixtures_console import Visitor
from tests.office import Office

Sit = Callable[[AccountId, str], Visitor]
AT_ONCE = {"accept": "application/json"}


@pytest.mark.real
def test_a_call_taken_where_somebody_else_sat_is_not_claimed_by_a_colleague(office: Office, sit: Sit) -> None:
    sit(office.account("sato", Role.OPERATOR), "hoken1")
    ito = office.account("ito", Role.OPERATOR)
    colleague = sit(ito, "hoken2")
    call = talks(office, None)
    elsewhere = talks(office, None, name="elsewhere", operator_phone="hoken3")

    page = colleague.get("/console/desk").text
    refused = colleague.post(f"/calls/{call}/claim").status_code
    colleague.post(f"/calls/{elsewhere}/claim")

    assert refused == 409
    assert f"/calls/{call}/claim" not in page
    assert f"/calls/{elsewhere}/claim" in page
    assert rows(office, "SELECT call_id, account_id FROM call_claims") == [(elsewhere, ito)]
    assert [knock.granted for knock in office.knocks()] == [False, True]


@pytest.mark.real
def test_nobody_takes_a_colleagues_call_for_help_back(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    colleague = sit(office.account("ito", Role.OPERATOR), "hoken2")
    call = talks(office, sato)
    here.client.headers.update(AT_ONCE)
    colleague.client.headers.update(AT_ONCE)
    asked = here.post(f"/calls/{call}/help", press=str(uuid4())).json()["request"]

    answered = colleague.post(f"/calls/{call}/help/{asked}/cancel")

    assert (answered.status_code, answered.json()["error"]["code"]) == (403, "access-denied")
    assert rows(office, "SELECT cancelled_at FROM help_requests") == [(None,)]


@pytest.mark.real
def test_a_press_of_another_call_secures_nothing_here_and_says_so(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    here.client.headers.update(AT_ONCE)
    first, second = talks(office, sato, name="first"), talks(office, sato, name="second")
    press = str(uuid4())

    here.post(f"/calls/{first}/flag", press=press)
    answered = here.post(f"/calls/{second}/flag", press=press)

    assert answered.status_code == 409
    assert "付けました" not in answered.text
    assert rows(office, "SELECT call_id FROM call_marks") == [(first,)]


@pytest.mark.real
def test_a_promise_of_an_impossible_day_is_refused_and_the_register_stays_open(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = office.call("over", operator_id=sato)

    answers = [
        here.post(
            f"/calls/{call}/promises", what="減免", who="国保係", due=due, press=str(uuid4())
        ).status_code
        for due in ("0001-01-01T00:00", "9999-12-31T23:59")
    ]

    assert answers == [400, 400]
    assert here.get("/promises").status_code == 200


@pytest.mark.real
def test_who_listened_without_being_shown_does_not_stand_among_the_orders_of_the_operators_page(
    office: Office, sit: Sit
) -> None:
    sato, kanri = office.account("sato", Role.OPERATOR), office.account("kanri", Role.SUPERVISOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)
    now = datetime.now(UTC)
    for kind, ago in (("listen", 1), ("hold", 2)):
        office.write(
            "INSERT INTO call_orders (id, call_id, kind, at, by) VALUES (:id, :call, :kind, :at, :by)",
            {"id": uuid4(), "call": call, "kind": kind, "at": now - timedelta(seconds=ago), "by": kanri},
        )

    page = here.get("/console/desk").text

    assert "保留：" in page
    assert "聴く：" not in page


@pytest.mark.real
def test_an_operator_does_not_fetch_a_colleagues_call_to_where_they_sit(office: Office, sit: Sit) -> None:
    sato, ito = office.account("sato", Role.OPERATOR), office.account("ito", Role.OPERATOR)
    here = sit(sato, "hoken1")
    sit(ito, "hoken3")  # in another session: a second browser
    colleague = sit(ito, "hoken2")
    call = talks(office, sato)

    fetched = [
        colleague.post(f"/calls/{call}/orders", kind=kind, target=target).status_code
        for kind, target in (
            ("transfer", "phone:hoken2"),
            ("consult", "phone:hoken2"),
            ("transfer", "line:kokuho"),
            ("transfer", "phone:hoken3"),
        )
    ]
    here.post(f"/calls/{call}/orders", kind="transfer", target="phone:hoken2")
    colleague.post(f"/calls/{call}/orders", kind="hold")

    assert fetched == [403] * 4
    assert rows(
        office, "SELECT kind, by = operator_id FROM call_orders JOIN calls c ON c.id = call_id ORDER BY at"
    ) == [
        ("transfer", True),
        ("hold", False),
    ]
