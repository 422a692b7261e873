"""A program that shows somebody's key acts as that person: within its scopes, once a press, never as more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from api.own_keys import Reaches
from core.actors import Actor, Role
from core.ids import CallId
from core.profile.integrations import Integrations
from storage.database import Database
from tests.fixtures_console import Arrive
from tests.fixtures_machines import Machines
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real


def rows(office: Office, statement: str) -> list[Any]:
    database = office.parts.database if "api_tokens" in statement else office.worker
    with database.begin() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def signal(office: Office, call: CallId) -> str:
    """A signal of a call, as the worker writes it."""
    recording, found = office.record(call, seconds=1.0), str(uuid4())
    office.write(
        "INSERT INTO signals (id, call_id, recording_id, department, kind, urgent, rule, version, value,"
        " held_against, utterances, seconds, found_at) VALUES (:id, :call, :recording, 'hoken-nenkin',"
        " 'danger-110', true, 'bomb', '1', '{}', '{}', '{}', 3.5, now())",
        {"id": found, "call": call, "recording": recording},
    )
    return found


def test_signals_are_read_and_handled_once_in_the_persons_name(office: Office, program_of: Machines) -> None:
    kanri = office.account("kanri", Role.SUPERVISOR)
    program, one = program_of(kanri, Role.SUPERVISOR), signal(office, office.call("a"))
    press = str(uuid4())

    found = program.get("/signals").json()["signals"]
    first, again, other = (
        program.post(f"/signals/{one}/handled", press=press, how="seen", reason=reason)
        for reason in ("正当な申出だった", "正当な申出だった", "別の理由")
    )

    assert [(each["id"], each["kind"]) for each in found] == [(one, "danger-110")]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json() == {"id": one}
    assert (other.status_code, other.json()["code"]) == (409, "press-used")
    assert rows(office, "SELECT handled_by, handled_reason FROM signals") == [(kanri, "正当な申出だった")]
    assert rows(office, "SELECT account_id, address FROM api_presses") == [
        (kanri, "POST /api/v1/signals/{signal}/handled")
    ]


def test_a_case_goes_from_its_call_to_the_board_by_programs_of_two_people(
    office: Office, program_of: Machines
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    office.call("a", operator_id=sato)
    kacho, shomu = (
        program_of(office.account(name, Role.SUPERVISOR), Role.SUPERVISOR) for name in ("kacho", "shomu")
    )
    press = str(uuid4())
    opened, twice = (kacho.post("/calls/city-a.0/incident", press=press, summary="電話") for _ in range(2))
    case = f"/incidents/{press}"
    view = {
        "own_fault": "no", "staff_conduct": "no", "withdrawn": "no", "continued": "yes",
        "demand": "fitting", "manner": "beyond", "duration": "fitting", "found": "yes", "reason": "言葉",
    }  # fmt: skip

    called = kacho.post(f"{case}/judges", number=kacho.get(case).json()["number"])
    late = shomu.post(f"{case}/view", number=0, **view)
    for judge in (kacho, shomu):
        assert judge.post(f"{case}/view", number=judge.get(case).json()["number"], **view).status_code == 200
    read = shomu.get(case).json()

    assert (opened.status_code, twice.json()) == (201, {"id": press})
    assert called.status_code == 200
    assert (late.status_code, late.json()["code"]) == (409, "written-meanwhile")
    assert read["found"] is True
    assert [one["reason"] for one in read["views"]] == ["言葉", "言葉"]
    assert len(shomu.get("/incidents").json()["incidents"]) == 1
    assert shomu.get(f"{case}/quotes").json() == {"quotes": []}


def test_visits_and_alerts_and_figures(office: Office, program_of: Machines) -> None:
    program = program_of(office.account("kanri", Role.SUPERVISOR), Role.SUPERVISOR)
    office.call("a")
    visit = {"department": HOKEN, "place": "さくら町", "visitors": "山田", "reach": "携帯1", "limit": 60}

    begun = program.post("/visits", **visit)
    word = program.post(f"/visits/{begun.json()['id']}/word")
    placed = program.post("/calls/city-a.0/alert", instruction=_instruction(office), who="内線100")
    judged = program.post("/calls/city-a.0/alert", instruction=_instruction(office), who="クレーマー係")
    alert = placed.json()["id"]
    withdrawn = program.post(f"/alerts/{alert}/withdraw", reason="用件が済んだ")

    assert (begun.status_code, word.status_code, placed.status_code, withdrawn.status_code) == (
        201, 200, 201, 200,
    )  # fmt: skip
    assert (judged.status_code, judged.json()["code"]) == (422, "alert-judging-word")
    assert "決めつける" in judged.json()["detail"]
    assert program.get("/visits").json()["visits"][0]["state"] == "quiet"
    assert program.get("/alerts").json()["alerts"][0]["reason"] == "用件が済んだ"
    report = program.get("/reports").json()
    section = report["sections"][0]["id"]
    assert program.get(f"/reports/{section}").headers["content-type"] == "text/csv; charset=utf-8"


def _instruction(office: Office) -> str:
    return office.parts.profile.alerts.instructions[0].id


def test_a_key_is_never_more_than_its_person_nor_than_its_scopes(
    office: Office, program_of: Machines
) -> None:
    kanri = office.account("kanri", Role.SUPERVISOR)
    hoka = office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,))
    sato = office.account("sato", Role.OPERATOR)
    one = signal(office, office.call("a"))
    reader = program_of(kanri, Role.SUPERVISOR, Reaches.SIGNALS)
    elsewhere, operator = program_of(hoka, Role.SUPERVISOR), program_of(sato, Role.OPERATOR)

    refused = reader.post(f"/signals/{one}/handled", how="look-into")

    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-role")
    assert refused.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= refused.json().keys()
    assert elsewhere.get("/signals").json()["signals"] == []
    assert elsewhere.post(f"/signals/{one}/handled", how="look-into").status_code == 404
    assert (
        elsewhere.post("/visits", department=HOKEN, place="x", visitors="x", reach="x", limit=5).json()[
            "code"
        ]
        == "access-denied"
    )
    assert operator.get("/signals").status_code == 403
    assert rows(office, "SELECT handled_at FROM signals") == [(None,)]


def test_a_role_that_was_taken_away_is_gone_from_the_key_at_once(
    office: Office, program_of: Machines, owner_database: Database
) -> None:
    kanri = office.account("kanri", Role.SUPERVISOR)
    program = program_of(kanri, Role.SUPERVISOR)
    assert program.get("/signals").status_code == 200

    with owner_database.begin() as connection:
        connection.execute(text("UPDATE accounts SET roles = '{operator}'"))
    assert program.get("/signals").status_code == 403
    with owner_database.begin() as connection:
        connection.execute(text("UPDATE accounts SET disabled_at = now()"))
    assert program.get("/visits").status_code == 401


def test_where_the_city_says_so_no_key_judges_and_none_exists(office: Office, program_of: Machines) -> None:
    program = program_of(office.account("kacho", Role.SUPERVISOR), Role.SUPERVISOR)
    case = program.post(
        "/incidents", department=HOKEN, way="counter", since="2026-11-20T10:00", summary="窓口",
    )  # fmt: skip
    steps = {}
    for integrations in (Integrations(own_keys=True), Integrations()):
        profile = office.parts.profile.model_copy(update={"integrations": integrations})
        object.__setattr__(office.parts, "profile", profile)
        steps[integrations.own_keys] = program.post(
            f"/incidents/{case.json()['id']}/judges", number=1
        ).status_code

    assert steps == {True: 403, False: 401}


def test_a_key_is_made_ended_and_seen_by_its_own_person_alone(office: Office, visitor: Arrive) -> None:
    kanri, hoka = (office.account(name, Role.SUPERVISOR) for name in ("kanri", "hoka"))
    own, other = visitor(kanri), visitor(hoka)

    page = own.post("/account/keys", name="窓口支援", reaches="signals", days="30").text
    key = rows(office, "SELECT id FROM api_tokens")[0][0]

    assert "tsuwaroku_" in page
    assert "tsuwaroku_" not in own.get("/account/keys").text
    assert "窓口支援" not in other.get("/account/keys").text
    assert other.post(f"/account/keys/{key}/end").status_code == 404
    assert own.post(f"/account/keys/{key}/end").status_code == 303
    assert rows(office, "SELECT revoked_at IS NULL FROM api_tokens") == [(False,)]


def test_the_database_gives_nobody_a_key_in_anothers_name_or_for_longer(office: Office) -> None:
    kikai = office.account("kikai", Role.ADMINISTRATOR, departments=())
    kanri = office.account("kanri", Role.SUPERVISOR)
    insert = text(
        "INSERT INTO api_tokens (id, name, token_hash, scopes, departments, created_at, created_by,"
        " expires_at, account_id) VALUES (:id, 'x', :hash, '{signals}', '{}', now(), :by, :until, :account)"
    )
    refused = 0
    for by, role, account, days in (
        (kikai, Role.ADMINISTRATOR, kanri, 7), (kanri, Role.SUPERVISOR, kikai, 7),
        (kanri, Role.SUPERVISOR, kanri, 400), (kanri, Role.SUPERVISOR, None, 7),
    ):  # fmt: skip
        actor = Actor(account=by, roles=frozenset({role}), departments=frozenset())
        row = {
            "id": uuid4(), "hash": uuid4().bytes, "by": by, "account": account,
            "until": datetime.now(UTC) + timedelta(days=days),
        }  # fmt: skip
        with pytest.raises(Exception, match="row-level security"), office.parts.database.begin(actor) as held:
            held.execute(insert, row)
        refused += 1
    assert refused == 4
