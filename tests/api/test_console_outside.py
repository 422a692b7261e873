"""People from outside the hall at the operator's desk: who may bring them in, and what staff see of them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import AccountId, CallId
from tests.fixtures_at_the_phone import rows, talks
from tests.fixtures_console import Visitor
from tests.office import Office

pytestmark = pytest.mark.real

SignIn = Callable[[AccountId], Visitor]
Sit = Callable[[AccountId, str], Visitor]
ORDERS = "SELECT kind, body FROM call_orders ORDER BY at"
ROW = (
    "INSERT INTO call_outside"
    " (call_id, leg, party, rung_at, answered_at, told_at, joined_at, left_at, result)"
    " VALUES (:c, :l, :p, now() - interval '1 minute', {answered}, {answered}, {joined}, {left}, :r)"
)


def outside(office: Office, call: CallId, state: str, result: str | None = None) -> None:
    """Let somebody from outside be on the way, in the call, or gone."""
    moments = {
        "answered": "NULL" if state == "ringing" else "now()",
        "joined": "now()" if state == "here" else "NULL",
        "left": "now()" if result else "NULL",
    }
    office.write("DELETE FROM call_outside", {})
    office.write(ROW.format(**moments), {"c": call, "l": f"ot-{call}-1", "p": "tsuyaku", "r": result})


def test_the_operator_brings_an_interpreter_in_and_the_number_is_sealed(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)
    press = str(uuid4())

    page = here.get("/console/desk").text
    for _ in range(2):
        answered = here.post(
            f"/calls/{call}/outside", kind="bring-in", party="tsuyaku", first="1", press=press
        )
        assert answered.status_code < 400
    here.post(f"/calls/{call}/outside", kind="let-go")

    assert "多言語通訳センター" in page
    assert "0300000901" not in page
    (first, second) = rows(office, ORDERS)
    assert (first[0], first[1]["party"], first[1]["first"]) == ("bring-in", "tsuyaku", "1")
    assert second == ("let-go", {})
    assert b"300000901" not in b64decode(first[1]["sealed"])
    numbers = office.parts.numbers
    assert numbers.open(b64decode(first[1]["sealed"])) == "+81300000901"


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "bring-in", "party": "bengoshi"},
        {"kind": "bring-in", "number": "0300000901"},
        {"kind": "bring-in", "number": "110"},
        {"kind": "transfer", "party": "tsuyaku"},
        {"kind": ""},
    ],
)
def test_only_whom_the_profile_names_can_be_asked_for(office: Office, sit: Sit, form: dict[str, str]) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)

    assert here.post(f"/calls/{call}/outside", **form).status_code == 400
    assert rows(office, ORDERS) == []


def test_a_colleague_who_helps_brings_nobody_into_somebody_elses_call(office: Office, sit: Sit) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    helper = sit(office.account("ito", Role.OPERATOR), "hoken2")

    refused = helper.post(f"/calls/{call}/outside", kind="bring-in", party="tsuyaku")

    assert refused.status_code == 403
    assert rows(office, ORDERS) == []


def test_staff_see_who_of_outside_is_in_a_call_and_since_when(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, kanri = sit(sato, "hoken1"), sit(office.account("kanri", Role.SUPERVISOR), "hoken3")
    call = talks(office, sato)

    outside(office, call, "ringing")
    assert "多言語通訳センター）を呼び出しています" in here.get("/console/desk").text
    outside(office, call, "told")
    assert "録音のお知らせを流しています" in here.get("/console/desk").text
    outside(office, call, "here")
    for page in (here.get("/console/desk").text, kanri.get("/live/calls").text):
        assert "外部の方（多言語通訳センター）が、この通話に加わっています。（" in page
    outside(office, call, "ringing", result="busy")
    assert "多言語通訳センター）は話し中でした" in here.get("/console/desk").text
    assert "多言語通訳センター" not in kanri.get("/live/calls").text


def test_the_console_itself_cannot_read_the_number(office: Office) -> None:
    held = "SELECT has_column_privilege('tsuwaroku_app', 'call_outside', '{}', 'SELECT')"

    assert rows(office, held.format("party")) == [(True,)]
    assert rows(office, held.format("number_sealed")) == [(False,)]
