"""統計 as the database counts it: whose calls, and what never counts. As the file gives it: nobody's own."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from api.app import create_app
from api.sessions import COOKIE
from core.actors import Actor, Role
from core.ids import AccountId, DepartmentId, LineId
from incidents.reports.report import SECTIONS
from storage.report_figures import Asked, PromiseFigures, ReportFigures, read_figures
from tests.counted_calls import LAST_MONTH, MONTH, calls, promise
from tests.fixtures_console import Arrive
from tests.office import HOKEN, SHIMIN, Office
from tests.restricted import restrict

pytestmark = pytest.mark.real

THAT_MONTH = {"since": str(MONTH), "until": str(MONTH)}


@pytest.fixture
def read(office: Office) -> Callable[..., ReportFigures]:
    """What somebody is given of last month."""

    def reading(role: Role = Role.SUPERVISOR, **person: object) -> ReportFigures:
        facts: dict[str, object] = {"departments": frozenset({HOKEN}), "account": uuid4()}
        actor = Actor(roles=frozenset({role}), **(facts | person))  # type: ignore[arg-type]
        asked = Asked(
            since=MONTH.since, until=MONTH.until, now=office.parts.clock.now(),
            unrecorded_lines=[LineId("sodan")],
        )  # fmt: skip
        with office.parts.database.begin(actor) as connection:
            return read_figures(connection, asked)

    return reading


def counted(figures: ReportFigures) -> dict[str, int]:
    return {one.department: one.calls for one in figures.departments}


def test_a_supervisor_counts_their_departments_an_administrator_the_hall_and_nobody_else_any(
    office: Office, read: Callable[..., ReportFigures]
) -> None:
    calls(office, 6, wait=10.0, talk=60.0)
    calls(office, 7, department=SHIMIN)

    own, hall = read(), read(Role.ADMINISTRATOR, departments=frozenset())
    assert counted(own) == {HOKEN: 6}
    assert (own.departments[0].seconds, own.departments[0].people) == (360.0, 4)
    assert [(one.shown, one.calls, one.median) for one in own.waits] == [(True, 6, 10.0)]
    assert counted(hall) == {HOKEN: 6, SHIMIN: 7}
    for role in (Role.OPERATOR, Role.AUDITOR, Role.RECORDS_OFFICER):
        nothing = read(role)
        assert (nothing.departments, nothing.hours, nothing.callers, nothing.waits) == ((), {}, {}, ())
        assert nothing.promises == PromiseFigures()


def test_practice_restricted_calls_other_months_and_calls_of_ours_do_not_count(
    office: Office, read: Callable[..., ReportFigures]
) -> None:
    who = office.account("kanri", Role.SUPERVISOR)
    kept = calls(office, 6)[0]
    practised = calls(office, 2, practice=True)[0]
    calls(office, 2, at=MONTH.until)
    calls(office, 2, line="out-hoken-nenkin")
    for call in (kept, practised):
        promise(office, call, LAST_MONTH, None, who)
    assert counted(read()) == {HOKEN: 6}
    assert read().promises == PromiseFigures(broken=1)

    actor = Actor(account=who, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    with office.parts.database.begin(actor) as connection:
        restrict(connection, kept, who)
    assert counted(read()) == counted(read(account=who)) == {HOKEN: 5}, "also for who is in the group"
    assert read().promises == PromiseFigures()


def test_a_practised_promise_stays_practice_when_its_call_is_forgotten(
    office: Office, read: Callable[..., ReportFigures]
) -> None:
    call = calls(office, 1, practice=True)[0]
    promise(office, call, LAST_MONTH, None, office.account("kanri", Role.SUPERVISOR))
    office.write("DELETE FROM calls WHERE id = :call", {"call": call})

    assert read().promises == PromiseFigures()


def test_numbers_are_counted_by_how_often_and_calls_without_one_are_nobodys(
    office: Office, read: Callable[..., ReportFigures]
) -> None:
    calls(office, 3, caller="+81399990001", at=MONTH.until - timedelta(days=3))
    calls(office, 2, at=MONTH.until - timedelta(days=3))
    calls(office, 4, caller_class="withheld", at=MONTH.until - timedelta(days=3), wait=30.0)

    figures = read()

    assert figures.callers == {3: 1, 1: 2}
    assert [(one.shown, one.answered, one.median) for one in figures.waits] == [
        (True, 5, 12.0),
        (False, 4, 30.0),
    ]


def test_a_day_of_disaster_counts_apart_and_its_promises_still_count(
    office: Office, read: Callable[..., ReportFigures]
) -> None:
    who = office.account("kanri", Role.SUPERVISOR)
    first = calls(office, 6)[0]
    calls(office, 2, at=LAST_MONTH + timedelta(days=2))
    promise(office, first, LAST_MONTH, LAST_MONTH, who)
    with office.parts.database.begin(
        Actor(account=who, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    ) as connection:
        connection.execute(
            text("INSERT INTO disaster_switches (id, began_at, until, reason, announcements, signals_off, by)"
                 " VALUES (:id, :at, :until, '地震', 'none', true, :by)"),
            {"id": uuid4(), "at": LAST_MONTH, "until": LAST_MONTH + timedelta(hours=30), "by": who},
        )  # fmt: skip

    figures = read()

    assert counted(figures) == {HOKEN: 2}
    assert [one.isoformat() for one in figures.disaster_days] == [
        LAST_MONTH.date().isoformat(), (LAST_MONTH + timedelta(days=1)).date().isoformat()
    ]  # fmt: skip
    assert figures.disaster_calls == 6
    assert figures.promises == PromiseFigures(kept=1)


def test_a_narrow_account_counts_its_lines_alone(office: Office, read: Callable[..., ReportFigures]) -> None:
    calls(office, 6)
    calls(office, 5, line="nenkin")

    account = office.account("itaku", Role.SUPERVISOR)
    with office.parts.database.begin() as connection:
        connection.execute(
            text("UPDATE accounts SET lines = '{nenkin}' WHERE id = :account"), {"account": account}
        )

    assert counted(read(account=account)) == {HOKEN: 5}


def test_the_console_cannot_read_what_is_counted(office: Office) -> None:
    actor = Actor(account=AccountId(uuid4()), roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
    for view in ("rights.reported_calls", "rights.reported_promises"):
        with pytest.raises(ProgrammingError), office.parts.database.begin(actor) as connection:
            connection.execute(text(f"SELECT * FROM {view}"))  # noqa: S608  two names


def test_the_page_shows_nothing_small_and_its_file_runs_nothing(office: Office) -> None:
    profile = office.parts.profile.model_copy(
        update={
            "departments": tuple(
                one.model_copy(update={"name": "=1+1"}) if one.id == HOKEN else one
                for one in office.parts.profile.departments
            )
        }
    )
    calls(office, 20)
    calls(office, 3, caller_class="withheld")
    account = office.account("kanri", Role.SUPERVISOR)
    app = create_app(replace(office.parts, profile=profile))
    with TestClient(app, base_url="https://testserver") as client:
        client.cookies.set(COOKIE, app.state.sessions.open(account))
        page = client.get("/dashboard", params=THAT_MONTH, headers={"accept": "text/html"}).text
        answer = client.get("/dashboard/file/departments", params=THAT_MONTH)
        missing = client.get("/dashboard/file/operators", params=THAT_MONTH)
        theirs = client.get("/dashboard", params={**THAT_MONTH, "department": SHIMIN})

    assert "分けて出しません" in page
    assert "さくら 市子（kanri）" not in page.split("<main")[1]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:3] == [f"{MONTH.year}年{MONTH.number}月", "'=1+1", "23"]
    assert (missing.status_code, theirs.status_code) == (404, 404)


def test_what_is_told_with_others_does_not_come_out_by_asking_for_one_department(
    office: Office, visitor: Arrive
) -> None:
    calls(office, 8)
    calls(office, 7, department=SHIMIN, phones=1)  # one seat: told together with 保険年金課
    calls(office, 20, department=DepartmentId("zeimu"))
    kikai = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=()))
    month = f"since={MONTH}&until={MONTH}"

    assert "まとめ（2部署）" in kikai.get(f"/dashboard?{month}").text
    for asked in (HOKEN, SHIMIN):
        assert "<td" not in kikai.get(f"/dashboard?{month}&department={asked}").text
        assert "掛かってきた電話" not in kikai.get(f"/dashboard/file/calls?{month}&department={asked}").text
    assert "<td" in kikai.get(f"/dashboard?{month}&department=zeimu").text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.RECORDS_OFFICER])
def test_whoever_has_no_right_to_figures_finds_the_door_shut(
    office: Office, visitor: Arrive, role: Role
) -> None:
    someone = visitor(office.account("hito", role))

    assert someone.get("/dashboard").status_code == 403
    assert someone.get("/dashboard/file/calls").status_code == 403


def test_no_figure_knows_of_staff_care() -> None:
    """What is noted of a colleague's rest serves no appraisal: no report reaches it (decision 0052)."""
    counted = [*Path("storage/migrations/versions").glob("*_report_*.sql"), Path("storage/report_figures.py")]
    pages = Path("incidents/reports").glob("*.py")

    assert len(counted) >= 4
    assert not [file.name for file in counted if re.search(r"\bcare", file.read_text(encoding="utf-8"))]
    assert not [file.name for file in pages if "incidents.care" in file.read_text(encoding="utf-8")]


def test_every_section_with_figures_has_its_file(office: Office, visitor: Arrive) -> None:
    for wait, shown in ((4.0, "number"), (9.0, "withheld")):
        calls(office, 30, wait=wait, caller_class=shown)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    page = kanri.get(f"/dashboard?since={MONTH}&until={MONTH}").text
    told = [which for which in SECTIONS if f'href="/dashboard/file/{which}' in page]

    assert {"calls", "departments", "hours", "waits"} <= set(told)
    for which in told:
        answer = kanri.get(f"/dashboard/file/{which}?since={MONTH}&until={MONTH}")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8", which
        assert len(list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))) > 1, which


def test_no_figure_is_grouped_by_who_took_the_call() -> None:
    told = [
        line
        for file in Path("storage/migrations/versions").glob("*_report_figures*.sql")
        for line in file.read_text().splitlines()
        if line.startswith("RETURNS TABLE")
    ]

    assert len(told) >= 6
    assert not [line for line in told if "operator" in line or "served" in line]
