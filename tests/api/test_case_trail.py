"""Who opened a case, and who took it out on paper, stands in the log before anything is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from core.ids import AccountId
from storage.access_log import AccessLog
from storage.database import Database, DatabaseAway
from tests.api.test_case_content import decided, say
from tests.api.test_incidents import VIEW
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.fixtures_machines import Machines
from tests.office import HOKEN, SHIMIN

pytestmark = pytest.mark.real


@pytest.fixture
def account(archived: Archived) -> AccountId:
    return archived.office.account("kiroku", Role.SUPERVISOR)


@pytest.fixture
def writer(account: AccountId, listener: Arrive) -> Listener:
    return listener(account)


@pytest.fixture
def case(archived: Archived, writer: Listener) -> str:
    answer = writer.post(f"/calls/{archived.call}/incident", press=str(uuid4()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def knocks(archived: Archived) -> list[Any]:
    return archived.rows(
        "SELECT act, actor, purpose, departments, detail FROM access_knocks"
        " WHERE act IN ('case', 'paper') ORDER BY at"
    )


def test_a_case_is_one_knock_for_a_session_and_its_paper_one_each_time(
    archived: Archived, account: AccountId, writer: Listener, case: str, listener: Arrive
) -> None:
    for path in (case, f"{case}/statement", case):
        assert writer.client.get(path).status_code == 200
    for _ in range(2):
        assert writer.client.get(f"{case}/paper").status_code == 200
    archived.clock.go_on(timedelta(minutes=1))
    listener(account).client.get(case)

    found = knocks(archived)
    assert [one.act for one in found] == ["case", "paper", "paper", "case"]
    assert {(one.actor, one.purpose, tuple(one.departments)) for one in found} == {
        (account, "casework", (HOKEN,))
    }
    assert {one.detail["incident"] for one in found} == {case.rpartition("/")[2]}
    auditor = listener(archived.office.account("kansa", Role.AUDITOR, departments=()))
    log = auditor.client.get("/access-log").text
    assert "事案を開く" in log
    assert "事案の文書を取り出す" in log
    assert case.rpartition("/")[2] in log
    assert "事案の閲覧" in writer.client.get("/ledger").text


PAGES = ("", "/statement", "/paper")


def test_a_stranger_is_told_nothing_and_knocks_on_nothing(
    archived: Archived, case: str, listener: Arrive
) -> None:
    stranger = listener(archived.office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))

    assert {stranger.client.get(f"{case}{path}").status_code for path in PAGES} == {404}
    assert knocks(archived) == []


def test_where_the_log_cannot_be_written_nothing_is_shown(
    writer: Listener, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DatabaseAway

    monkeypatch.setattr(AccessLog, "write", away)

    assert {writer.client.get(f"{case}{path}").status_code for path in PAGES} == {503}


def test_a_program_that_reads_a_case_leaves_one_line_and_one_for_each_paper(  # noqa: PLR0913, PLR0917
    archived: Archived,
    account: AccountId,
    writer: Listener,
    case: str,
    listener: Arrive,
    program_of: Machines,
) -> None:
    kacho, shomu = (listener(archived.office.account(one, Role.SUPERVISOR)) for one in ("kacho", "shomu"))
    decided(writer, kacho, shomu, case)
    number = archived.rows("SELECT number FROM incident_papers")[0].number
    before = len(knocks(archived))
    other = archived.office.account("betsu", Role.SUPERVISOR)
    program = program_of(other, Role.SUPERVISOR)
    for path in (case, f"{case}/content", f"{case}/statement/words"):
        assert program.get(path).status_code == 200
    assert program.post(f"{case}/papers/{number}/file").status_code == 200

    assert [(one.act, one.actor) for one in knocks(archived)[before:]] == [("case", other), ("paper", other)]


def test_one_view_is_no_finding_in_the_list_whoever_writes_the_row(
    archived: Archived, writer: Listener, case: str, listener: Arrive, app_database: Database
) -> None:
    kacho = archived.office.account("kacho", Role.SUPERVISOR)
    archived.office.account("shomu", Role.SUPERVISOR)
    judge = listener(kacho)
    assert say(writer, case, "judges").status_code == 303
    assert say(judge, case, "view", **VIEW).status_code == 303
    who = Actor(account=kacho, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    forged = text(
        "UPDATE incidents SET found = true, found_at = (SELECT max(at) FROM incident_events e"
        " WHERE e.incident_id = incidents.id) WHERE id = :case"
    )

    with pytest.raises(DBAPIError, match="stands where its events"), app_database.begin(who) as connection:
        connection.execute(forged, {"case": case.rpartition("/")[2]})
