"""Who sees which call, and what else the console shows to whom."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.actors import Role
from tests.fixtures_console import FACT_CHECK, Arrive
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real


def test_a_call_of_another_department_looks_like_one_that_never_was(office: Office, visitor: Arrive) -> None:
    supervisor = visitor(office.account("kanri", Role.SUPERVISOR, departments=(SHIMIN,)))
    call = office.call("a")

    other, none = supervisor.get(f"/calls/{call}"), supervisor.get("/calls/city-none.0")

    assert other.status_code == none.status_code == 404
    assert other.text == none.text
    assert str(call) not in supervisor.get("/calls").text


def test_a_colleague_sees_that_there_was_a_call_but_not_the_number_nor_the_words(
    office: Office, visitor: Arrive
) -> None:
    colleague = visitor(office.account("suzuki", Role.OPERATOR))
    mine = office.account("sato", Role.OPERATOR)
    call = office.call("a", operator_id=mine)
    recording = office.record(call, operator=mine)
    office.transcribe(recording)

    page, listed = colleague.get(f"/calls/{call}").text, colleague.get("/calls").text
    opened = colleague.post(f"/calls/{call}/open", **FACT_CHECK)

    assert "番号通知あり" in page
    assert "番号通知あり" in listed
    assert "03-1234-5678" not in page + listed
    assert "開けるのは、この部署の管理者です" in page
    assert "責任者" not in page
    assert opened.status_code == 403
    assert "閲覧の試みは記録されました" in opened.text
    assert [(one.act, one.granted, one.reason) for one in office.knocks()] == [("read", False, "not-visible")]


def test_the_own_operator_and_the_supervisor_see_the_number(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.OPERATOR)
    office.call("a", operator_id=mine)

    for account in (mine, office.account("kanri", Role.SUPERVISOR)):
        assert "03-1234-5678" in visitor(account).get("/calls").text


def test_the_administrator_sees_accounts_and_alarms_but_no_call(office: Office, visitor: Arrive) -> None:
    admin = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=(HOKEN,)))
    call = office.call("a")
    office.record(call)
    office.alarm("notice-missing", call)

    assert admin.get("/").headers["location"] == "/alarms"
    assert "kikai" in admin.get("/accounts").text
    alarms = admin.get("/alarms").text
    assert "録音の案内が流れたことを確かめられません" in alarms
    assert str(call) not in alarms
    for path in (
        "/calls",
        f"/calls/{call}",
        "/live",
        "/live/calls",
        "/search",
        f"/recordings/{uuid4()}/audio",
    ):
        assert admin.get(path).status_code == 403, path
    assert (
        admin.post(
            "/search", words="責任者", since="2026-01-01", until="2026-12-31", **FACT_CHECK
        ).status_code
        == 403
    )
    # Whether there is such a call or not: the door tells nothing of what is behind it.
    assert admin.post(f"/calls/{call}/open", **FACT_CHECK).status_code == 403
    assert admin.post("/calls/city-none.0/open", **FACT_CHECK).status_code == 403
    assert admin.post(f"/calls/{call}/use", reason="見てみたいので").status_code == 403


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR])
def test_only_administrators_see_the_accounts(office: Office, visitor: Arrive, role: Role) -> None:
    assert visitor(office.account("sato", role)).get("/accounts").status_code == 403


def test_alarms_of_the_department_are_acknowledged_once(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    elsewhere = visitor(office.account("shimin", Role.SUPERVISOR, departments=(SHIMIN,)))
    operator = visitor(office.account("sato", Role.OPERATOR))
    office.alarm("recording-missing", office.call("a"))

    assert "通話の録音が見つかりません" not in elsewhere.get("/alarms").text
    assert elsewhere.post("/alarms/1/acknowledge").status_code == 404
    assert operator.post("/alarms/1/acknowledge").status_code == 403
    assert 'class="alarm-count">1' in kanri.get("/calls").text
    assert kanri.post("/alarms/1/acknowledge").status_code == 303
    assert kanri.post("/alarms/1/acknowledge").status_code == 303
    assert "alarm-count" not in kanri.get("/calls").text
    assert "未確認の警報はありません" in kanri.get("/alarms").text


def test_the_access_history_is_for_supervisors(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.OPERATOR)
    call = office.call("a", operator_id=mine, practice=True)
    office.record(call, operator=mine, practice=True)
    sato, kanri = visitor(mine), visitor(office.account("kanri", Role.SUPERVISOR))
    sato.post(f"/calls/{call}/open", **FACT_CHECK)

    assert "閲覧記録（2件）" in kanri.get(f"/calls/{call}").text
    assert "閲覧記録（" not in sato.get(f"/calls/{call}").text
