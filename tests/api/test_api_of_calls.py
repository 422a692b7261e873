"""A program reads a call by its id, and a number by the id of one of its calls; never the number itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from api.own_keys import Reaches
from core.actors import Role
from core.ids import CallId
from storage.database import Database
from tests.fixtures_console import Arrive
from tests.fixtures_machines import Machines
from tests.imported_files import FILE, imported, worker_of
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real
NOW = datetime.now(UTC)
NUMBER = "81312345678"
VIEW = {
    "own_fault": "no", "staff_conduct": "no", "withdrawn": "no", "continued": "yes",
    "demand": "fitting", "manner": "beyond", "duration": "fitting", "found": "yes", "reason": "言葉",
}  # fmt: skip


def earlier(office: Office, name: str, days: float, **facts: object) -> CallId:
    """A call of the same number some days ago, three minutes of talk, about the caller's own business."""
    at = NOW - timedelta(days=days)
    times = {"arrived_at": at, "connected_at": at, "ended_at": at + timedelta(minutes=3)}
    call = office.call(name, **(times | facts))
    office.write(
        "INSERT INTO call_wrap_ups (call_id, outcome, at, by)"
        " SELECT :call, 'kaito', now(), (SELECT id FROM accounts LIMIT 1)",
        {"call": call},
    )
    return call


def signal(office: Office, call: CallId, kind: str, *, urgent: bool) -> str:
    """A signal of a call, as the worker writes it."""
    recording, found = office.record(call, seconds=1.0), str(uuid4())
    office.write(
        "INSERT INTO signals (id, call_id, recording_id, department, kind, urgent, rule, version, value,"
        " held_against, utterances, seconds, found_at) VALUES (:id, :call, :recording, 'hoken-nenkin',"
        " :kind, :urgent, 'r', '1', '{}', '{}', '{}', 3.5, now())",
        {"id": found, "call": call, "recording": recording, "kind": kind, "urgent": urgent},
    )
    return found


def rows(office: Office, statement: str) -> list[Any]:
    with office.worker.begin() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_the_figures_of_a_number_come_by_a_call_of_it_and_nobody_of_a_class_has_any(
    office: Office, program_of: Machines
) -> None:
    kacho = office.account("kacho", Role.SUPERVISOR)
    program = program_of(kacho, Role.SUPERVISOR)
    earlier(office, "a", 0.5)
    earlier(office, "b", 6, department=SHIMIN, line="shimin")
    earlier(office, "c", 29)
    now = earlier(office, "now", 0)
    withheld = earlier(office, "withheld", 0, caller_class="withheld")

    call, told = program.get(f"/calls/{now}"), program.get(f"/calls/{now}/caller")
    marked = program.post(f"/calls/{now}/shared", reason="工場の事務所の電話")
    shared = program.get(f"/calls/{now}/caller").json()
    revoked = program.post(f"/calls/{now}/shared/{marked.json()['id']}/revoke", reason="個人の番号でした")
    class_told = program.get(f"/calls/{withheld}/caller").json()

    assert (call.status_code, call.json()["department"], call.json()["incidents"]) == (
        200, "hoken-nenkin", [],
    )  # fmt: skip
    periods = [(one["days"], one["calls"], one["talk_seconds"]) for one in told.json()["periods"]]
    assert periods == [(1, 1, 180), (7, 2, 360), (30, 3, 540)]
    assert told.json()["periods"][2]["own_departments"] == ["hoken-nenkin", "shimin"]
    assert (call.json()["marks"], call.json()["marked_at"]) == (0, [])
    office.mark(now, NOW)
    times = program.get(f"/calls/{now}").json()["marked_at"]
    assert [datetime.fromisoformat(one) for one in times] == [NOW]
    assert NUMBER not in (call.text + told.text).replace("-", "")
    assert (marked.status_code, shared["shared"], shared["marks"][0]["reason"]) == (
        201, True, "工場の事務所の電話",
    )  # fmt: skip
    assert (revoked.status_code, program.get(f"/calls/{now}/caller").json()["shared"]) == (200, False)
    assert (class_told["known"], class_told["periods"]) == (False, [])
    assert program.post(f"/calls/{withheld}/shared", reason="公衆電話").status_code == 404


def test_a_call_of_another_department_and_a_key_without_the_scope_reach_nothing(
    office: Office, program_of: Machines
) -> None:
    call = office.call("a")
    hoka = program_of(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)), Role.SUPERVISOR)
    reader = program_of(office.account("kanri", Role.SUPERVISOR), Role.SUPERVISOR, Reaches.CALLS)
    auditor = program_of(office.account("kansa", Role.AUDITOR, departments=()), Role.AUDITOR)

    refused = [
        hoka.get(f"/calls/{call}"), hoka.get(f"/calls/{call}/caller"),
        hoka.post(f"/calls/{call}/shared", reason="x"), hoka.post(f"/calls/{call}/board"),
        reader.get(f"/calls/{call}/caller"), reader.get("/provisions"), reader.get("/imports"),
        auditor.get(f"/calls/{call}"), auditor.get("/imports"),
    ]  # fmt: skip

    assert [one.status_code for one in refused] == [404, 404, 404, 404, 403, 403, 403, 403, 403]
    assert reader.get(f"/calls/{call}").status_code == 200
    assert auditor.get("/provisions").json() == {"provisions": []}
    assert rows(office, "SELECT count(*) FROM incidents") == [(0,)]


def test_signals_lead_to_a_case_to_calls_like_them_and_to_what_was_told_to_the_police(
    office: Office, program_of: Machines, owner_database: Database
) -> None:
    program = program_of(office.account("kacho", Role.SUPERVISOR), Role.SUPERVISOR)
    before, now = earlier(office, "a", 2), earlier(office, "now", 0.2)
    repeat = signal(office, now, "repeat-department", urgent=False)
    danger = signal(office, office.call("b"), "danger-110", urgent=True)
    life = signal(office, office.call("c"), "life", urgent=True)
    told = {"told": "110", "reporter": "係長", "told_at": NOW.isoformat(), "answer": "向かうとのこと"}
    press = str(uuid4())

    alike = program.get(f"/signals/{repeat}/alike").json()
    opened, again = (program.post(f"/signals/{repeat}/incident", press=one) for one in (press, str(uuid4())))
    written = program.post(f"/signals/{danger}/reports", **told)
    late = program.post(f"/signals/{danger}/reports", **{**told, "told_at": "2020-01-01T10:00"})

    assert [one["id"] for one in alike["others"]] == [before]
    assert (opened.status_code, opened.json(), again.json()) == (201, {"id": press}, {"id": press})
    assert program.get(f"/calls/{now}").json()["incidents"] == [press]
    assert (written.status_code, late.status_code) == (201, 400)
    assert program.post(f"/signals/{repeat}/reports", **told).status_code == 404
    assert program.post(f"/signals/{life}/incident").status_code == 400, "who speaks of dying is helped"
    assert program.get(f"/signals/{danger}/alike").status_code == 404
    with owner_database.begin() as connection:
        noted = connection.execute(text("SELECT told, reporter FROM danger_reports")).all()
    assert [tuple(one) for one in noted] == [("110", "係長")]


def test_one_press_calls_the_judges_of_a_call_and_their_finding_carries_an_alert(
    office: Office, program_of: Machines
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    call = office.call("a", operator_id=sato)
    kacho, shomu = (
        program_of(office.account(name, Role.SUPERVISOR), Role.SUPERVISOR) for name in ("kacho", "shomu")
    )
    press = str(uuid4())
    called = [kacho.post(f"/calls/{call}/board", press=press) for _ in range(2)]
    case = f"/incidents/{called[0].json()['id']}"
    rules = office.parts.profile.alerts
    alert = {
        "call": call, "instruction": rules.instructions[0].id, "who": "内線100",
        "day": f"{NOW + timedelta(days=5):%Y-%m-%d}", "agency": "kyoiku-iinkai",
    }  # fmt: skip

    early = kacho.post(f"{case}/alert", number=kacho.get(case).json()["number"], **alert)
    for judge in (kacho, shomu):
        assert judge.post(f"{case}/view", number=judge.get(case).json()["number"], **VIEW).status_code == 200
    number = kacho.get(case).json()["number"]
    placed = kacho.post(f"{case}/alert", number=number, **alert)
    foreign = kacho.post(f"{case}/alert", number=kacho.get(case).json()["number"], **(alert | {"call": "x"}))

    assert [one.status_code for one in called] == [201, 201]
    assert called[0].json() == called[1].json()
    assert (early.status_code, early.json()["code"].startswith("alert-")) == (422, True)
    assert (placed.status_code, foreign.status_code) == (201, 404)
    assert [one["provisional"] for one in kacho.get("/alerts").json()["alerts"]] == [False]
    [line] = kacho.get("/provisions").json()["provisions"]
    assert (line["to_agency"], "内線100" in line["what"]) == ("kyoiku-iinkai", True)


def test_a_recorder_s_file_is_told_of_with_its_hash_and_never_given(
    office: Office, visitor: Arrive, program_of: Machines
) -> None:
    kacho = office.account("kacho", Role.SUPERVISOR)
    program = program_of(kacho, Role.SUPERVISOR)
    wanted = imported(office, visitor(kacho), worker_of(office))

    [listed] = program.get("/imports").json()["imports"]

    assert listed == program.get(f"/imports/{wanted}").json()
    assert (listed["state"], listed["file_bytes"]) == ("kept", len(FILE))
    assert len(listed["file_sha256"]) == 64
    assert program.get(f"/imports/{uuid4()}").status_code == 404
