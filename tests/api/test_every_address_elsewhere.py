"""Every page with an id in its address, asked for by another department's people: nothing behind it is
theirs.

Each table holds a row of ours, so that no id stands for nothing; our own people reach what lies behind. What
is planted is no whole case or call: a page that breaks over it was reached, and counts as that.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.access import by_the_rules
from core.actors import Role
from core.ids import AccountId, DepartmentId
from storage.database import Database
from tests.api.test_every_address import addresses
from tests.fixtures_console import FACT_CHECK, Visitor
from tests.office import HOKEN, SHIMIN, Office
from tests.planted_rows import id_of, plant, tables_of

pytestmark = pytest.mark.real

SCHOOLS = DepartmentId("kyoiku-somu")
"""A department of another 実施機関."""
NUMBER, WORDS, NOTE = "03-1234-5678", "責任者を出してください", "電話のそばのメモ"
BEHIND = {
    "alert": "alerts", "bundle": "bundles", "care": "care_records",
    "export": "quote_exports", "incident": "incidents",
    "quote": "quotes", "recording": "recordings", "request_id": "record_requests", "signal": "signals",
    "visit": "home_visits", "wanted": "imports",
}  # fmt: skip
"""Which table an id of an address is of; call, grant, clip and query are real ones, made by people."""


@pytest.fixture
def named(
    office: Office, visitor: Callable[[AccountId], Visitor], owner_database: Database
) -> dict[str, str]:
    """A hall with a row of the insurance department behind every id."""
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    sato = office.account("sato", Role.OPERATOR)
    over = office.call("over", operator_id=sato)
    office.transcribe(office.record(over, operator=sato))
    office.write(
        "INSERT INTO call_notes (id, call_id, text, at, by)"
        " VALUES (gen_random_uuid(), :call, :note, now(), :by)",
        {"call": over, "note": NOTE, "by": sato},
    )
    kanri.post(f"/calls/{over}/open", **FACT_CHECK)
    query = kanri.post("/search", words="責任者", since="2020-01-01", until="2099-01-01", **FACT_CHECK)
    with owner_database.begin() as connection:
        said = connection.execute(
            text("SELECT id FROM utterances ORDER BY start_seconds LIMIT 1")
        ).scalar_one()
        tables = [one for one in tables_of(connection) if not one.startswith(("procrastinate", "alembic"))]
    clip = kanri.post(f"/calls/{over}/clips", utterance=str(said)).json()["clip"]
    planted = plant(owner_database, tables)
    with owner_database.begin() as connection:
        for table, rows in planted.rows.items():
            if "department" in rows["own"]:
                connection.execute(
                    text(f"UPDATE {table} SET department = :ours WHERE department = 'zeimu'"),  # noqa: S608  the catalogue's
                    {"ours": HOKEN},
                )
        connection.execute(text("UPDATE call_restrictions SET lifted_at = now()"))
        office_of_it = text(
            "UPDATE record_requests SET departments = :ours WHERE 'zeimu' = ANY (departments)"
        )
        connection.execute(office_of_it, {"ours": [HOKEN]})
    return {
        "call": str(over), "number": "1", "version": "0", "phone": "hoken1", "section": "calls", "clip": clip,
        "given": "1-0", "name": "call-1.webm",
        "grant": str(next(one.id for one in office.knocks() if one.act == "listen")),
        "query": query.headers["location"].rsplit("/", 1)[1],
    } | {name: str(id_of(table, "own")) for name, table in BEHIND.items()}  # fmt: skip


PAGES = [path for method, path in addresses() if method == "GET" and not path.startswith("/api/")]
WHOLE_HALL = {"/destruction/{recording}/certificate.txt", "/dashboard/file/{section}"}
"""What was destroyed is shown to every supervisor, and the figures are of many."""
TELLING = re.compile(r"[a-z_]+-own|city-own\.0|city-over\.0")
SHUT = {403, 404}


def asked_by(client: TestClient, path: str, named: dict[str, str]) -> tuple[int, set[str]]:
    """Ask for an address that names what is there; returns the status, and what of ours was told."""
    address = re.sub(r"{(\w+)[^}]*}", lambda found: named[found[1]], path)
    answer = client.get(address, follow_redirects=False, headers={"accept": "application/json"})
    if "audio" in answer.headers.get("content-type", ""):
        return answer.status_code, {"sound"}
    told = set(TELLING.findall(answer.text)) | {one for one in (NUMBER, WORDS, NOTE) if one in answer.text}
    return answer.status_code, told


def ids_in(path: str) -> set[str]:
    return set(re.findall(r"{(\w+)", path))


def test_our_own_people_reach_what_lies_behind_the_ids(
    named: dict[str, str], office: Office, visitor: Callable[[AccountId], Visitor]
) -> None:
    reached = set[str]()
    for login, role in (("ours", Role.SUPERVISOR), ("kaiji", Role.RECORDS_OFFICER)):
        client = visitor(office.account(login, role, departments=(HOKEN,))).client
        for path in PAGES:
            if asked_by(client, path, named)[0] not in SHUT:
                reached |= ids_in(path)

    assert reached >= {"call", "incident", "quote", "recording", "request_id", "section", "signal", "wanted"}


@pytest.mark.parametrize("doors", [True, False])
@pytest.mark.parametrize(
    ("role", "department"),
    [
        (Role.SUPERVISOR, SHIMIN), (Role.OPERATOR, SHIMIN), (Role.RECORDS_OFFICER, SHIMIN),
        (Role.SUPERVISOR, SCHOOLS), (Role.ADMINISTRATOR, SCHOOLS), (Role.RECORDS_OFFICER, SCHOOLS),
    ],
)  # fmt: skip
def test_nobody_of_another_department_or_agency_is_told_of_any_of_it(  # noqa: PLR0913  who asks, and how
    named: dict[str, str],
    office: Office,
    visitor: Callable[[AccountId], Visitor],
    role: Role,
    department: DepartmentId,
    *,
    doors: bool,
) -> None:
    client = visitor(office.account("hoka", role, departments=(department,))).client
    if not doors:  # then the rows answer for themselves
        client.app.dependency_overrides[by_the_rules] = lambda: None  # type: ignore[attr-defined]
    answers = {
        path: asked_by(client, path, named) for path in PAGES if ids_in(path) and path not in WHOLE_HALL
    }

    assert {path: told for path, (_, told) in answers.items() if told} == {}
    assert {path: status for path, (status, _) in answers.items() if status not in SHUT} == {}
