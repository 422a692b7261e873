"""録れていない電話 on the screen: supervisors see their own, administrators counts, nobody else anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.actors import Role
from core.facts import ComparisonWanted
from core.ids import CallId
from storage.alarms import raise_alarm
from telephony.unrecorded.unrecorded_reason import SENTENCES, Reason
from tests.fixtures_console import Arrive
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real


def doubt(
    office: Office, subject: str, reason: Reason, department: str = HOKEN, *, practice: bool = False
) -> int:
    with office.worker.begin() as connection:
        return connection.execute(
            text(
                "INSERT INTO recording_doubts"
                " (subject, reason, line, department, practice, at, detail, found_at)"
                " VALUES (:subject, :reason, 'kokuho', :department, :practice, :at,"
                " '{\"recorded\": 61.0, \"expected\": 185.0}', now()) RETURNING id"
            ),
            {
                "subject": subject, "reason": reason.value, "department": department, "practice": practice,
                "at": datetime.now(UTC) - timedelta(hours=9),
            },
        ).scalar_one()  # fmt: skip


def seen_of(office: Office, number: int) -> tuple[object, object]:
    with office.worker.begin() as connection:
        row = connection.execute(
            text("SELECT seen_by, seen_reason FROM recording_doubts WHERE id = :id"), {"id": number}
        ).one()
        return row.seen_by, row.seen_reason


def test_a_telephone_server_that_nobody_looked_at_is_named(office: Office, visitor: Arrive) -> None:
    for name, server, hours in (
        ("calls", "city-a", 1), ("seen", "city-a", 1),
        ("calls", "city-b", 1), ("seen", "city-b", 60),
        ("calls", "city-c", 1), ("calls", "gone", 60),
    ):  # fmt: skip
        office.write(
            "INSERT INTO watch_readings VALUES (:name, :server, 'comparison', 3, :at)",
            {"name": f"unrecorded_server_{name}", "server": server,
             "at": datetime.now(UTC) - timedelta(hours=hours)},
        )  # fmt: skip

    page = visitor(office.account("kanri", Role.SUPERVISOR)).get("/unrecorded").text

    assert "電話サーバー「city-b」" in page
    assert "電話サーバー「city-c」に残っている録音は、まだ一度も確かめていません" in page
    assert "city-a" not in page
    assert "gone" not in page


def test_a_supervisor_sees_what_does_not_fit_in_the_own_department_alone(
    office: Office, visitor: Arrive
) -> None:
    call = office.call("kieta")
    doubt(office, call, Reason.MISSING)
    doubt(office, "city-1.1", Reason.SILENT, SHIMIN)
    page = visitor(office.account("kanri", Role.SUPERVISOR)).get("/unrecorded").text

    assert SENTENCES[Reason.MISSING] in page
    assert f'href="/calls/{call}"' in page
    assert "3分05秒" in page
    assert "1分01秒" in page
    assert SENTENCES[Reason.SILENT] not in page


def test_an_administrator_sees_how_many_and_no_call(office: Office, visitor: Arrive) -> None:
    call = office.call("kieta")
    doubt(office, call, Reason.MISSING)
    doubt(office, "city-1.1", Reason.SILENT, SHIMIN)
    page = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=())).get("/unrecorded").text

    assert SENTENCES[Reason.MISSING] in page
    assert SENTENCES[Reason.SILENT] in page
    assert call not in page
    assert "見た" not in page


@pytest.mark.parametrize("path", ["/unrecorded", "/unrecorded/compare", "/unrecorded/1/seen"])
def test_an_operator_sees_nothing_of_it(office: Office, visitor: Arrive, path: str) -> None:
    someone = visitor(office.account("denwa", Role.OPERATOR))

    assert (someone.get(path) if path == "/unrecorded" else someone.post(path, reason="x")).status_code == 403


def test_looking_is_kept_with_name_and_reason_and_the_first_one_stays(
    office: Office, visitor: Arrive
) -> None:
    number = doubt(office, "city-1.1", Reason.ONE_SIDED)
    first, second = office.account("kanri", Role.SUPERVISOR), office.account("kanri2", Role.SUPERVISOR)

    assert visitor(first).post(f"/unrecorded/{number}/seen", reason="相手が話さなかった").status_code == 303
    assert visitor(second).post(f"/unrecorded/{number}/seen", reason="ほかの理由").status_code == 303

    assert seen_of(office, number) == (first, "相手が話さなかった")
    page = visitor(second).get("/unrecorded").text
    assert "相手が話さなかった" in page.split("済んだもの")[1]


@pytest.mark.parametrize(("reason", "department", "status"), [("  ", HOKEN, 400), ("理由", SHIMIN, 404)])
def test_without_a_reason_or_the_right_nothing_is_marked(
    office: Office, visitor: Arrive, reason: str, department: str, status: int
) -> None:
    number = doubt(office, "city-1.1", Reason.ONE_SIDED, department)
    answer = visitor(office.account("kanri", Role.SUPERVISOR)).post(
        f"/unrecorded/{number}/seen", reason=reason
    )

    assert answer.status_code == status
    assert seen_of(office, number) == (None, None)


def test_an_administrator_cannot_mark_what_is_a_supervisors_to_see(office: Office, visitor: Arrive) -> None:
    number = doubt(office, "city-1.1", Reason.ONE_SIDED)
    machine = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=(HOKEN,)))

    assert machine.post(f"/unrecorded/{number}/seen", reason="x").status_code == 403


def test_a_comparison_can_be_asked_for(office: Office, visitor: Arrive) -> None:
    supervisor = visitor(office.account("kanri", Role.SUPERVISOR))

    assert supervisor.post("/unrecorded/compare").headers["location"] == "/unrecorded?asked=true"
    assert office.facts.facts == [ComparisonWanted()]
    assert "照合を頼みました" in supervisor.get("/unrecorded?asked=true").text


def test_practice_stands_apart(office: Office, visitor: Arrive) -> None:
    doubt(office, "city-1.1", Reason.TOO_LONG, practice=True)
    page = visitor(office.account("kanri", Role.SUPERVISOR)).get("/unrecorded").text

    assert "確かめるものはありません" in page
    assert SENTENCES[Reason.TOO_LONG] in page.split("練習の通話")[1]


def test_the_database_itself_shows_and_takes_no_more(office: Office) -> None:
    number = doubt(office, "city-1.1", Reason.ONE_SIDED)
    with office.parts.database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM recording_doubts")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM recording_doubt_counts()")).scalar_one() == 0
        changed = connection.execute(
            text("UPDATE recording_doubts SET seen_reason = 'x' WHERE id = :id"), {"id": number}
        )
        assert changed.rowcount == 0
    with office.worker.begin() as connection:
        assert raise_alarm(connection, "unrecorded-calls", call=CallId("city-1.1"))
