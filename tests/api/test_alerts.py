"""庁内警報 through the console: who may place one, at which desk it is shown, and who is told of its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import AccountId, CallId, DepartmentId
from telephony.capture.call_forgetting import ForgetCalls
from tests.api.test_console_live import listening
from tests.fakes.clock import FakeClock
from tests.fixtures_at_the_phone import rings, rows
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real
Sit = Callable[[AccountId, str], Visitor]
KYOIKU, GIKAI = DepartmentId("kyoiku-somu"), DepartmentId("gikai-jimukyoku")
WHO = "保険年金課 課長補佐（内線2101）"
SHOWN = "この番号からの電話は、複数の職員で対応する"


@pytest.fixture
def kanri(office: Office, visitor: Arrive) -> Visitor:
    """The supervisor of 保険年金課, from one of whose calls an alert is placed."""
    return visitor(office.account("kanri", Role.SUPERVISOR, departments=(HOKEN,)))


def place(person: Visitor, call: CallId, **fields: str) -> int:
    """Press 「ほかの課に知らせる」."""
    form = {"press": str(uuid4()), "instruction": "fukusu", "who": WHO, "hour": "24"} | fields
    return person.post(f"/calls/{call}/alert", **form).status_code


def at_desk(  # noqa: PLR0913, PLR0917  who sits where, and what rings
    office: Office, sit: Sit, login: str, phone: str, department: DepartmentId, line: str, **facts: object
) -> Visitor:
    """Somebody of a department at whose phone that department's line rings."""
    agency = {KYOIKU: "kyoiku-iinkai", GIKAI: "gikai"}.get(department, "shicho")
    person = sit(office.account(login, Role.OPERATOR, departments=(department,)), phone)
    row = {"department": department, "line": line, "agency": agency, "ringing_phones": [phone]}
    rings(office, f"ring-{login}", **(row | facts))
    return person


def test_another_department_sees_the_instruction_while_its_phone_rings_and_that_is_written_down(
    office: Office, sit: Sit, kanri: Visitor
) -> None:
    assert place(kanri, office.call("before")) == 303
    suzuki = at_desk(office, sit, "suzuki", "shimin1", SHIMIN, "shimin")
    page = suzuki.get("/console").text
    suzuki.get("/console/desk")

    assert SHOWN in page
    assert WHO in page
    assert "庁内警報（仮）" in page
    assert "city-before" not in page
    assert rows(office, "SELECT call_id FROM alert_sightings") == [("city-ring-suzuki.0",)]
    assert "suzuki" in kanri.get("/alerts").text
    # A second number is another caller.
    mori = at_desk(
        office, sit, "mori", "shimin2", SHIMIN, "shimin",
        **dict(zip(("caller_sealed", "caller_hash"), office.parts.numbers.seal("+81399999999"), strict=True)),
    )  # fmt: skip
    assert SHOWN not in mori.get("/console").text


def test_every_department_of_the_agency_sees_it_and_no_other_one(
    office: Office, sit: Sit, kanri: Visitor
) -> None:
    profile = office.parts.profile
    asked = [
        (line.department, line.id, line.phones[0])
        for line in profile.lines
        if not line.practice and line.recording != "never"
    ]
    assert len({department for department, _, _ in asked}) > 3
    assert place(kanri, office.call("before")) == 303

    seen = {
        department: SHOWN in at_desk(office, sit, f"at-{line}", phone, department, line).get("/console").text
        for department, line, phone in asked
    }

    assert seen == {
        department: profile.department(department).agency == "shicho" for department, _, _ in asked
    }


def test_another_agency_sees_nothing_without_a_ground_and_with_one_it_stands_in_the_ledger(
    office: Office, sit: Sit, visitor: Arrive, kanri: Visitor
) -> None:
    call = office.call("before")
    assert place(kanri, call) == 303
    kyoiku = at_desk(office, sit, "kyoiku", "kyoiku1", KYOIKU, "kyoiku")
    gikai = at_desk(office, sit, "gikai", "gikai1", GIKAI, "gikai")
    assert SHOWN not in kyoiku.get("/console").text
    # Somebody of another agency, at whose phone a line of ours rings, is of another agency all the same.
    rings(office, "passed-on", ringing_phones=["gikai1"])
    assert SHOWN not in gikai.get("/console").text
    assert place(kanri, call, agency="gikai") == 422
    assert place(kanri, call, agency="kyoiku-iinkai") == 303

    assert SHOWN in kyoiku.get("/console").text
    assert SHOWN not in gikai.get("/console").text
    ledger = rows(office, "SELECT agency, to_agency, basis, what FROM provisions")
    assert [one[:3] for one in ledger] == [
        ("shicho", "kyoiku-iinkai", "個人情報の保護に関する法律 第69条第2項第3号")
    ]
    assert "03-1234" not in ledger[0][3]
    auditor = visitor(office.account("kansa", Role.AUDITOR, departments=()))
    for reader in (kanri, auditor):
        assert "第69条第2項第3号" in reader.get("/provisions").text


def test_an_operator_places_none_nor_does_the_supervisor_of_another_department(
    office: Office, visitor: Arrive
) -> None:
    call = office.call("before")
    sato = visitor(office.account("sato", Role.OPERATOR))
    other = visitor(office.account("kacho", Role.SUPERVISOR, departments=(SHIMIN,)))

    assert place(sato, call) == 403
    for path in ("/alerts", f"/calls/{call}/alert", "/provisions"):
        assert sato.get(path).status_code == 403
    assert place(other, call) == 404
    assert rows(office, "SELECT 1 FROM alerts") == []


def test_practice_raises_no_alert_and_is_shown_none(office: Office, sit: Sit, kanri: Visitor) -> None:
    practice = office.call("practice", practice=True)
    page = kanri.get(f"/calls/{practice}/alert").text
    assert "練習の通話からは" in page
    assert place(kanri, practice) == 422
    assert place(kanri, office.call("before")) == 303

    suzuki = at_desk(office, sit, "suzuki", "shimin1", SHIMIN, "shimin", practice=True)

    assert "電話が鳴っています</h2>" in suzuki.get("/console").text
    assert "庁内警報（仮）" not in suzuki.get("/console").text
    assert rows(office, "SELECT count(*) FROM alerts") == [(1,)]
    assert rows(office, "SELECT 1 FROM alert_sightings") == []


def test_a_class_without_a_number_is_nobody_and_gets_none(office: Office, kanri: Visitor) -> None:
    for caller in ("withheld", "payphone", "unavailable"):
        assert place(kanri, office.call(caller, caller_class=caller)) == 422

    assert rows(office, "SELECT 1 FROM alerts") == []


def test_labels_are_refused_in_the_contact_and_in_the_reason(office: Office, kanri: Visitor) -> None:
    call = office.call("before")

    assert place(kanri, call, who="ｸﾚｰﾏｰ担当") == 422
    assert place(kanri, call, instruction="kyohi") == 422
    assert place(kanri, call) == 303
    alert = rows(office, "SELECT id FROM alerts")[0][0]
    assert kanri.post(f"/alerts/{alert}/withdraw", reason="要注意人物ではなかった").status_code == 422
    assert rows(office, "SELECT 1 FROM alert_withdrawals") == []


def test_who_saw_it_is_woken_by_the_withdrawal_and_told_until_they_say_that_they_know(
    office: Office, sit: Sit, kanri: Visitor
) -> None:
    assert place(kanri, office.call("before")) == 303
    alert = rows(office, "SELECT id FROM alerts")[0][0]
    suzuki = at_desk(office, sit, "suzuki", "shimin1", SHIMIN, "shimin")
    mori = sit(office.account("mori", Role.OPERATOR, departments=(SHIMIN,)), "shimin2")
    ito = at_desk(office, sit, "ito", "shimin3", SHIMIN, "shimin")
    with listening(suzuki) as socket, listening(ito) as another:
        for person in (suzuki, ito):
            assert SHOWN in person.get("/console").text
        assert kanri.post(f"/alerts/{alert}/withdraw", reason="別の方の番号でした").status_code == 303
        # Everybody who saw it, not only the first.
        assert socket.receive_json() == {"topic": "alert", "id": str(alert)}
        assert another.receive_json() == {"topic": "alert", "id": str(alert)}

    page = suzuki.get("/console").text
    assert SHOWN not in page
    assert "別の方の番号でした" in page
    assert "別の方の番号でした" in ito.get("/console").text
    assert "別の方の番号でした" not in mori.get("/console").text
    assert mori.post(f"/alerts/{alert}/checked").status_code == 404
    assert suzuki.post(f"/alerts/{alert}/checked").status_code == 303
    assert "別の方の番号でした" not in suzuki.get("/console").text
    assert "取り消しを確かめました" in kanri.get("/alerts").text
    assert kanri.post(f"/alerts/{alert}/withdraw", reason="もう一度").status_code == 409


def test_a_call_that_rings_already_is_woken_and_shown_it(office: Office, sit: Sit, kanri: Visitor) -> None:
    before = office.call("before")
    suzuki = at_desk(office, sit, "suzuki", "shimin1", SHIMIN, "shimin")
    assert SHOWN not in suzuki.get("/console").text
    with listening(suzuki) as socket:
        assert place(kanri, before) == 303
        assert socket.receive_json() == {"topic": "call", "id": "city-ring-suzuki.0"}
    assert SHOWN in suzuki.get("/console").text


def test_alerts_are_forgotten_and_what_others_were_told_is_not(office: Office, kanri: Visitor) -> None:
    assert place(kanri, office.call("before"), agency="kyoiku-iinkai") == 303
    for days, left in ((89, 1), (92, 0)):
        ForgetCalls(
            database=office.worker, keeping=office.parts.profile.keeping, alert_days=90,
            clock=FakeClock(datetime.now(UTC) + timedelta(days=days)),
        ).run_once()  # fmt: skip
        assert rows(office, "SELECT count(*) FROM alerts") == [(left,)]

    assert rows(office, "SELECT count(*) FROM provisions") == [(1,)]
    assert "第69条" in kanri.get("/provisions").text
