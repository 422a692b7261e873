"""The two keys on a screen and from a program: what is pressed is kept, once, and nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.routes.keys import secured_in_words
from api.tokens import Scope, Tokens
from core.actors import Actor, Role
from core.facts import CallFlagged
from core.ids import AccountId, CallId
from storage.key_presses import KeyPress, Source, press_flag
from storage.unit_of_work import UnitOfWork
from tests.fixtures_console import Visitor
from tests.office import HOKEN, SHIMIN, Office

SignIn = Callable[..., Visitor]


@pytest.fixture
def talking(office: Office) -> CallId:
    return office.call("now", ended_at=None, outcome=None, phase="talking", operator_phone="hoken1")


def rows(office: Office, statement: str) -> list[tuple[object, ...]]:
    with office.worker.begin() as connection:
        return [tuple(one) for one in connection.execute(text(statement))]


def test_the_flag_key_flags_the_call_and_then_marks_times(
    office: Office, visitor: SignIn, talking: CallId
) -> None:
    desk = visitor(office.account("sato", Role.OPERATOR))
    desk.client.headers["accept"] = "application/json"

    first = desk.post(f"/calls/{talking}/flag", press=str(uuid4())).json()
    second = desk.post(f"/calls/{talking}/flag", press=str(uuid4())).json()

    assert "はじめから長く保存" in first["said"]
    assert "時刻の印" in second["said"]
    assert [first["presses"], second["presses"]] == [1, 2]
    assert rows(office, "SELECT flagged_at = (SELECT min(at) FROM call_marks) FROM calls") == [(True,)]
    assert office.facts.facts == [CallFlagged(call=talking)] * 2


def test_a_press_sent_twice_over_a_bad_line_counts_once(
    office: Office, visitor: SignIn, talking: CallId
) -> None:
    desk = visitor(office.account("sato", Role.OPERATOR))
    press = str(uuid4())

    desk.post(f"/calls/{talking}/flag", press=press)
    desk.post(f"/calls/{talking}/flag", press=press)

    assert rows(office, "SELECT count(*) FROM call_marks") == [(1,)]
    assert len(office.facts.facts) == 1


def test_only_a_line_recorded_on_request_is_asked_to_record_and_nothing_earlier_is_promised(
    office: Office, talking: CallId
) -> None:
    who = office.account("sato", Role.OPERATOR)
    actor = Actor(account=who, roles=frozenset({Role.OPERATOR}), departments=frozenset({HOKEN}))
    said = list[str]()

    for on_request in (False, True):
        press = KeyPress(id=uuid4(), call=talking, at=office.parts.clock.now(), source=Source.CONSOLE, by=who)
        with UnitOfWork(office.parts.database, office.facts, actor) as work:
            said.append(secured_in_words(press_flag(work, press, lambda _, asked=on_request: asked)))

    assert "はじめから" in said[0]
    assert "はじめから" not in said[1]
    assert rows(office, "SELECT kind FROM call_orders") == [("start-recording",)]


def test_help_is_asked_for_once_while_somebody_is_being_looked_for(
    office: Office, visitor: SignIn, talking: CallId
) -> None:
    desk = visitor(office.account("sato", Role.OPERATOR))
    desk.client.headers["accept"] = "application/json"

    asked = [desk.post(f"/calls/{talking}/help", press=str(uuid4())).json()["request"] for _ in range(2)]

    assert asked[0] == asked[1]
    assert rows(office, "SELECT source, phone, closed_at FROM help_requests") == [("console", "hoken1", None)]


def test_nobody_is_called_to_a_call_that_is_over(office: Office, visitor: SignIn) -> None:
    desk = visitor(office.account("sato", Role.OPERATOR))
    over = office.call("over")

    assert desk.post(f"/calls/{over}/help").status_code == 409
    assert rows(office, "SELECT count(*) FROM help_requests") == [(0,)]


def test_another_departments_call_has_no_keys(office: Office, visitor: SignIn, talking: CallId) -> None:
    elsewhere = visitor(office.account("tanaka", Role.OPERATOR, departments=(SHIMIN,)))

    answers = [elsewhere.post(f"/calls/{talking}/{key}").status_code for key in ("flag", "help")]

    assert answers == [404, 404]
    assert rows(office, "SELECT count(*) FROM call_marks") == [(0,)]


def test_a_press_that_is_no_press_is_refused(office: Office, visitor: SignIn, talking: CallId) -> None:
    desk = visitor(office.account("sato", Role.OPERATOR))

    assert desk.post(f"/calls/{talking}/flag", press="1; DROP TABLE calls").status_code == 400


class Machine:
    """A program of the city hall with a token."""

    def __init__(self, client: TestClient, token: str) -> None:
        self._client = client
        self._head = {"authorization": f"Bearer {token}", "accept": "application/json"}

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        answer = self._client.get(path, headers=self._head)
        return answer.status_code, answer.json()

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, object]]:
        answer = self._client.post(path, data=fields or {"press": ""}, headers=self._head)
        return answer.status_code, answer.json()


@pytest.fixture
def machine(office: Office, visitor: SignIn) -> Callable[..., Machine]:
    keeper = office.account("kanri", Role.ADMINISTRATOR)
    client = visitor(keeper).client
    client.cookies.clear()
    actor = Actor(account=keeper, roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())

    def made(*scopes: Scope, department: str = HOKEN, days: int = 30) -> Machine:
        tokens = Tokens(office.parts.database, office.parts.clock)
        token = tokens.issue(actor, "受付システム", scopes=scopes, departments=[department], days=days)  # type: ignore[list-item]
        return Machine(client, token)

    return made


def test_a_program_finds_the_call_at_a_phone_and_flags_it(
    office: Office, machine: Callable[..., Machine], talking: CallId
) -> None:
    program = machine(Scope.CALLS, Scope.FLAG, Scope.HELP)

    found = program.get("/api/v1/phones/hoken1/call")
    flagged = program.post(f"/api/v1/calls/{talking}/flag", press=str(uuid4()))
    helped = program.post(f"/api/v1/calls/{talking}/help", press=str(uuid4()))

    assert (found[0], found[1]["call"], found[1]["flagged"]) == (200, talking, False)
    assert not {"caller", "number"} & found[1].keys()
    assert (flagged[0], flagged[1]["presses"]) == (200, 1)
    assert helped[0] == 200
    assert rows(office, "SELECT source, by, token_id IS NOT NULL FROM call_marks") == [("api", None, True)]
    assert rows(office, "SELECT source, asked_by FROM help_requests") == [("api", None)]


def test_a_program_does_only_what_its_token_says(
    office: Office, machine: Callable[..., Machine], talking: CallId
) -> None:
    reader, elsewhere = machine(Scope.CALLS), machine(Scope.FLAG, department=SHIMIN)

    assert reader.post(f"/api/v1/calls/{talking}/flag")[0] == 403
    assert elsewhere.post(f"/api/v1/calls/{talking}/flag")[0] == 404
    assert rows(office, "SELECT count(*) FROM call_marks") == [(0,)]


def test_without_a_valid_token_there_is_no_api(
    office: Office, visitor: SignIn, machine: Callable[..., Machine], talking: CallId
) -> None:
    program = machine(Scope.FLAG)
    kikai = Actor(account=AccountId(uuid4()), roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
    with office.parts.database.begin(kikai) as connection:
        connection.execute(text("UPDATE api_tokens SET revoked_at = now()"))
    signed_in = visitor(office.account("sato", Role.OPERATOR)).client

    assert program.post(f"/api/v1/calls/{talking}/flag")[0] == 401
    assert Machine(signed_in, "").post(f"/api/v1/calls/{talking}/flag")[0] == 401
    assert Machine(signed_in, "tsuwaroku_" + "A" * 43).post(f"/api/v1/calls/{talking}/flag")[0] == 401


def test_a_token_is_kept_nowhere_in_clear(office: Office, machine: Callable[..., Machine]) -> None:
    machine(Scope.FLAG)

    with office.parts.database.begin() as connection:
        kept = connection.execute(text("SELECT api_tokens::text FROM api_tokens")).scalar_one()

    assert "tsuwaroku_" not in kept
