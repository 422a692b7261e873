"""事案 at the console: opened once, judged by those who may, written by one at a time, kept in a section."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Role
from core.errors import WrittenMeanwhile
from core.facts import FindingFell, IncidentOpened
from core.ids import AccountId, IncidentId
from core.profile.casework import Casework
from storage.database import Database, DatabaseAway
from storage.incidents import EventRow, append
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office
from tests.waiting import wait_until

pytestmark = pytest.mark.real
VIEW = {
    "own_fault": "no", "staff_conduct": "no", "withdrawn": "no", "continued": "yes", "demand": "fitting",
    "manner": "beyond", "duration": "fitting", "found": "yes", "reason": "人格を否定する言葉が続いた",
}  # fmt: skip


@pytest.fixture(autouse=True)
def ranked(office: Office) -> None:
    """A city that names its heads."""
    casework = Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",))
    change(office, casework)


def change(office: Office, casework: Casework) -> None:
    profile = office.parts.profile.model_copy(update={"casework": casework})
    object.__setattr__(office.parts, "profile", profile)


@pytest.fixture
def people(office: Office, visitor: Arrive) -> dict[str, Visitor]:
    accounts = {
        "sato": office.account("sato", Role.OPERATOR),
        "suzuki": office.account("suzuki", Role.OPERATOR),
        "kacho": office.account("kacho", Role.SUPERVISOR),
        "shomu": office.account("shomu", Role.SUPERVISOR),
        "kakari": office.account("kakari", Role.SUPERVISOR),
        "hoka": office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)),
    }
    office.call("a", operator_id=accounts["sato"])
    return {name: visitor(account) for name, account in accounts.items()}


def opened(person: Visitor, call: str = "city-a.0") -> str:
    """Open a case of a call; returns its address."""
    answer = person.post(f"/calls/{call}/incident", press=str(uuid4()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def number(person: Visitor, case: str) -> str:
    """The number of the last event as somebody's page shows it."""
    found = re.search(r'name="number" value="(\d+)"', person.get(case).text)
    assert found is not None
    return found[1]


def say(person: Visitor, case: str, what: str, **fields: str) -> int:
    return person.post(f"{case}/{what}", **({"number": number(person, case)} | fields)).status_code


def events(office: Office) -> list[Any]:
    with office.worker.begin() as connection:
        found = text("SELECT incident_id, number, kind, rank FROM incident_events ORDER BY number")
        return list(connection.execute(found))


def test_three_judges_find_it_none_reads_the_others_first_and_it_is_decided(
    office: Office, people: dict[str, Visitor]
) -> None:
    case = opened(people["sato"])
    assert say(people["sato"], case, "judges") == 303
    assert say(people["kacho"], case, "view", **VIEW) == 303

    before = people["shomu"].get(case).text
    assert VIEW["reason"] not in before
    assert "先に自分の考えを書くと読めます" in before
    assert VIEW["reason"] not in people["sato"].get(case).text
    assert say(people["kacho"], case, "handling", words="終わります") == 409
    assert say(people["shomu"], case, "view", **VIEW) == 303
    assert VIEW["reason"] in people["shomu"].get(case).text
    assert say(people["kakari"], case, "view", **VIEW) == 303
    for who, step in (("sato", "submit"), ("kacho", "check"), ("shomu", "agree")):
        assert say(people[who], case, "step", step=step) == 303, step
    assert (
        say(people["kacho"], case, "step", step="decide", ending="harassment", reason="判断のとおり") == 303
    )

    assert "該当（カスタマーハラスメントに当たる）" in people["sato"].get("/incidents").text
    assert say(people["kacho"], case, "finding/withdraw", reason="説明に誤りがあった") == 303
    assert "下書き" in people["sato"].get(case).text
    kinds = [type(one) for one in office.facts.facts]
    assert (kinds.count(IncidentOpened), kinds.count(FindingFell)) == (1, 1)
    assert [one.rank for one in events(office)[:2]] == ["staff", "staff"]


def test_who_may_not_is_refused_and_nothing_is_written(office: Office, people: dict[str, Visitor]) -> None:
    case = opened(people["sato"])
    assert say(people["sato"], case, "judges") == 303
    before = events(office)
    seen = {"number": number(people["sato"], case)}

    assert people["sato"].post(f"{case}/view", **seen, **VIEW).status_code == 403
    for stranger in ("suzuki", "hoka"):
        assert people[stranger].get(case).status_code == 404
        assert people[stranger].post(f"{case}/view", **seen, **VIEW).status_code == 404
    assert people["hoka"].post("/calls/city-a.0/incident").status_code == 404
    assert people["shomu"].post(f"{case}/step", **seen, step="check").status_code == 409
    assert people["kacho"].post(f"{case}/view", **seen, reason="x").status_code == 400
    assert events(office) == before


@pytest.mark.parametrize("question", ["own_fault", "staff_conduct", "withdrawn", "continued"])
def test_no_view_is_given_before_the_four_questions_are_answered(
    office: Office, people: dict[str, Visitor], question: str
) -> None:
    case = opened(people["sato"])
    assert say(people["sato"], case, "judges") == 303
    before = events(office)

    page = people["kacho"].get(case).text
    refused = say(people["kacho"], case, "view", **{k: v for k, v in VIEW.items() if k != question})

    assert page.index(f'name="{question}"') < page.index('name="demand"') < page.index('name="found"')
    assert refused == 400
    assert events(office) == before


def test_of_two_who_write_at_once_the_later_one_is_told(office: Office, people: dict[str, Visitor]) -> None:
    case = opened(people["sato"])
    say(people["sato"], case, "judges")
    seen = number(people["kacho"], case)

    assert people["kacho"].post(f"{case}/kinds", number=seen, types="T1").status_code == 303
    late = people["shomu"].post(f"{case}/kinds", number=seen, types="T3")

    assert late.status_code == 409
    assert "ほかの方が先に書きました" in late.text
    assert say(people["shomu"], case, "kinds", types="T3") == 303


def test_a_profile_that_changes_in_the_middle_changes_no_case_that_runs(
    office: Office, people: dict[str, Visitor]
) -> None:
    case = opened(people["sato"])
    say(people["sato"], case, "judges")
    change(office, Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",), people=5))
    say(people["kacho"], case, "view", **VIEW)
    say(people["shomu"], case, "view", **VIEW)
    later = opened(people["kacho"])

    assert "該当の判断があります" in people["kacho"].get(case).text
    assert "2人以上で判断します" in people["kacho"].get(case).text
    assert "5人以上で判断します" in people["kacho"].get(later).text


def test_the_same_press_is_one_case_and_a_counter_has_the_same_register(
    office: Office, people: dict[str, Visitor]
) -> None:
    press, since = str(uuid4()), "2026-01-05T10:00"
    form = {
        "way": "counter",
        "department": HOKEN,
        "since": since,
        "summary": "窓口で声を上げた",
        "press": press,
    }
    sato = people["sato"]

    assert sato.post("/incidents", **form).status_code == sato.post("/incidents", **form).status_code == 303
    assert sato.post("/incidents", **(form | {"department": SHIMIN})).status_code == 400
    assert sato.post("/incidents", **(form | {"press": str(uuid4()), "summary": " "})).status_code == 422
    assert len(events(office)) == 1
    assert "窓口　保険年金課" in people["kacho"].get("/incidents?stage=draft").text
    assert "この状態の事案はありません" in people["kacho"].get("/incidents?stage=closed").text


def test_a_case_about_a_call_that_is_kept_to_a_group_is_kept_with_it(
    office: Office, people: dict[str, Visitor]
) -> None:
    case = opened(people["kacho"])
    group = str(uuid4())
    people["kacho"].post("/rights/groups", name="議員", department=HOKEN, press=group)
    kept = people["kacho"].post(
        "/calls/city-a.0/restriction", group=group, reason="議員に関する通話", press=str(uuid4())
    )

    assert kept.status_code == 303
    assert people["kacho"].get(case).status_code == 200
    assert people["shomu"].get(case).status_code == 404


def test_who_talked_before_the_call_was_passed_on_does_not_judge_it(
    office: Office, people: dict[str, Visitor], owner_database: Database
) -> None:
    joined = (
        "INSERT INTO call_parties (call_id, leg, joined_at, part, phone, account_id)"
        " SELECT 'city-a.0', 'first', now(), 'operator', 'hoken2', id FROM accounts WHERE login = 'kakari'"
    )
    with owner_database.begin() as connection:
        connection.execute(text(joined))
    case = opened(people["kacho"])
    assert say(people["kacho"], case, "judges") == 303

    page = people["shomu"].get(case).text
    assert "（shomu）" in page
    assert "さくら 市子（kakari）（" not in page
    assert "自分の考えを書く" not in people["kakari"].get(case).text
    assert say(people["kakari"], case, "view", **VIEW) in {403, 409}


def test_who_works_on_one_line_has_no_case_of_another(
    office: Office, people: dict[str, Visitor], owner_database: Database
) -> None:
    with owner_database.begin() as connection:
        connection.execute(text("UPDATE accounts SET lines = '{shimin}' WHERE login = 'kakari'"))
    case = opened(people["kacho"])
    counter = people["kacho"].post(
        "/incidents", way="counter", department=HOKEN, since="2026-01-05T10:00", summary="窓口で声を上げた",
        press=str(uuid4()),
    ).headers["location"]  # fmt: skip

    narrow = people["kakari"]
    assert (narrow.get(case).status_code, narrow.get(counter).status_code) == (404, 404)
    assert narrow.post(f"{case}/judges", number="2").status_code == 404
    shown = narrow.get("/incidents").text
    assert case not in shown
    assert counter not in shown


def event(by: AccountId) -> EventRow:
    return EventRow(kind="submitted", at=datetime.now(UTC), by=by, rank="staff", body={})


def test_an_event_is_there_or_it_is_not_when_its_writer_is_killed(
    office: Office, people: dict[str, Visitor], owner_database: Database
) -> None:
    case = IncidentId(UUID(opened(people["sato"]).rpartition("/")[2]))
    before = events(office)
    with owner_database.begin() as connection:
        sato = connection.execute(text("SELECT id FROM accounts WHERE login = 'sato'")).scalar_one()

    # A writer that dies between writing and committing: as after kill -9, the server ends its transaction.
    waiting: list[object] = []
    with pytest.raises(DatabaseAway), owner_database.begin() as connection:  # noqa: PT012  all of it
        append(connection, case, 2, event(sato))

        def write_too() -> None:
            with owner_database.begin() as other:
                waiting.append(append(other, case, 2, event(sato)))

        second = Thread(target=write_too)
        second.start()
        wait_until(lambda: _is_waiting(owner_database))
        assert events(office) == before
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with owner_database.begin() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        second.join(timeout=20)
        connection.execute(text("SELECT 1"))

    assert waiting == [3], "who waited for the dead writer takes the number"
    with pytest.raises(WrittenMeanwhile), owner_database.begin() as connection:
        append(connection, case, 2, event(sato))


def _is_waiting(database: Database) -> bool:
    with database.begin() as connection:
        return bool(connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1")).scalar())


def test_what_happened_is_changed_by_nobody_and_follows_without_a_gap(
    office: Office, people: dict[str, Visitor], owner_database: Database
) -> None:
    opened(people["sato"])
    before = events(office)

    gap = (
        "INSERT INTO incident_events SELECT incident_id, 9, kind, at, by, rank, body FROM incident_events"
        " WHERE number = 1"
    )
    for statement in ("UPDATE incident_events SET kind = 'view'", gap):
        with pytest.raises(DBAPIError), owner_database.begin() as connection:
            connection.execute(text(statement))
    assert events(office) == before
