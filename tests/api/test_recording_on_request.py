"""A line that is recorded on request: what people are told of a call there, and who may begin recording."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.tokens import Scope, Tokens
from core.actors import Actor, Role
from core.ids import AccountId, CallId
from tests.fixtures_at_the_phone import rows, talks
from tests.fixtures_console import Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real

SignIn = Callable[[AccountId], Visitor]
LINE = "kenshin"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("not-asked", "まだ録音していません"),
        ("on", "録音しています"),
        ("stopped", "録音を止めました"),
    ],
)
def test_a_live_call_is_said_to_be_recorded_only_while_it_is(
    office: Office, visitor: SignIn, now: str, words: str
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    call = talks(office, sato, line=LINE, sound_now=now)

    person = visitor(sato)
    page = person.get(f"/calls/{call}").text
    listed = person.get("/calls").text

    assert words in page
    assert ("録音しています" in page) is ("録音中" in listed) is (now == "on")


@pytest.mark.parametrize(
    ("marked", "served_by", "words"),
    [
        (False, "dialplan", "押されなかったため、録音はありません。"),
        (
            True,
            "dialplan",
            "印は 1 件ありますが、電話サーバーだけで受けた通話のため、録音は始まっていません。",
        ),
        (True, "application", "印は 1 件ありますが、録音は始まっていません。"),
    ],
)
def test_whoever_pressed_the_key_in_vain_is_not_told_that_nobody_did(
    office: Office, visitor: SignIn, marked: bool, served_by: str, words: str
) -> None:
    suzuki = office.account("suzuki", Role.SUPERVISOR)
    call = office.call("over", line=LINE, served_by=served_by, no_sound="not-asked-for", notice="not-needed")
    if marked:
        office.mark(call, office.parts.clock.now() - timedelta(minutes=61))

    assert words in visitor(suzuki).get(f"/calls/{call}").text


class Program:
    """A program of the city hall with a token of its own."""

    def __init__(self, office: Office, visitor: SignIn, *scopes: Scope, department: str = HOKEN) -> None:
        keeper = office.account(f"kanri-{department}-{len(scopes)}", Role.ADMINISTRATOR)
        self._client = visitor(keeper).client
        self._client.cookies.clear()
        actor = Actor(account=keeper, roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
        tokens = Tokens(office.parts.database, office.parts.clock)
        token = tokens.issue(actor, "受付システム", scopes=scopes, departments=[department], days=30)  # type: ignore[list-item]
        self._head = {"authorization": f"Bearer {token}", "accept": "application/json"}
        found = tokens.find(token)
        assert found is not None
        self.actor = found.actor
        self.token = found.token

    def flag(self, call: CallId, press: str) -> int:
        asked = {"press": press}
        return self._client.post(f"/api/v1/calls/{call}/flag", data=asked, headers=self._head).status_code


def test_a_programs_flag_key_begins_the_recording_once_as_the_key_at_the_telephone_does(
    office: Office, visitor: SignIn
) -> None:
    call = talks(office, None, line=LINE, sound_now="not-asked")
    program, press = Program(office, visitor, Scope.FLAG), str(uuid4())

    assert [program.flag(call, press) for _ in range(2)] == [200, 200]

    told = rows(office, "SELECT call_id, kind, by, token_id FROM call_orders")
    assert told == [(call, "start-recording", None, program.token)]


def test_on_a_line_that_is_always_recorded_there_is_nothing_to_begin(office: Office, visitor: SignIn) -> None:
    call = talks(office, None)

    assert Program(office, visitor, Scope.FLAG).flag(call, str(uuid4())) == 200
    assert rows(office, "SELECT count(*) FROM call_orders") == [(0,)]


def test_a_program_begins_nothing_beyond_its_scope_and_its_department(
    office: Office, visitor: SignIn
) -> None:
    call = talks(office, None, line=LINE, sound_now="not-asked")

    assert Program(office, visitor, Scope.HELP, Scope.CALLS).flag(call, str(uuid4())) == 403
    assert Program(office, visitor, Scope.FLAG, department=SHIMIN).flag(call, str(uuid4())) == 404
    assert rows(office, "SELECT count(*) FROM call_orders") == [(0,)]


@pytest.mark.parametrize(
    ("kind", "body", "scope", "live"),
    [
        ("hang-up", "{}", Scope.FLAG, True),
        ("refuse-recording", "{}", Scope.FLAG, True),
        ("start-recording", '{"phone": "hoken2"}', Scope.FLAG, True),
        ("start-recording", "{}", Scope.CALLS, True),
        ("start-recording", "{}", Scope.FLAG, False),
    ],
)
def test_the_database_itself_lets_a_program_order_nothing_else(  # noqa: PLR0913, PLR0917  what is ordered
    office: Office, visitor: SignIn, kind: str, body: str, scope: Scope, live: bool
) -> None:
    call = talks(office, None, line=LINE) if live else office.call("over", line=LINE)
    program = Program(office, visitor, scope)
    order = {"id": uuid4(), "call": call, "kind": kind, "body": body, "token": program.token}

    with pytest.raises(DBAPIError), office.parts.database.begin(program.actor) as connection:
        connection.execute(
            text(
                "INSERT INTO call_orders (id, call_id, kind, body, at, token_id)"
                " VALUES (:id, :call, :kind, CAST(:body AS jsonb), now(), :token)"
            ),
            order,
        )
