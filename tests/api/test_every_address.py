"""Every address of the console with every role and nobody: refused where no right is stated, never a word.

The addresses come out of the application, the rights out of core/rights.py. The same walk is made once more
with the door taken away: what lies behind it shows nothing either, because the rows do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

import api.routes
from api.access import by_the_rules
from api.doors import DOORS, Unsigned, opens
from api.keyed_doors import Keyed
from api.tokens import Scope, Tokens
from core.actors import Actor, Role
from core.ids import AccountId
from tests.console_routes import routers
from tests.fixtures_at_the_phone import talks
from tests.fixtures_console import FACT_CHECK, Visitor
from tests.office import HOKEN, Office

pytestmark = pytest.mark.real

NUMBER, WORDS, NOTE = "03-1234-5678", "責任者を出してください", "電話のそばのメモ"
"""What a citizen would not want to be seen: the number, what was said, what was written beside it."""
NOT_ASKED = {"POST /sign-out", "POST /account/sign-out-everywhere"}
"""They end the session that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """A hall in which there is something behind every address, and one person of each role."""

    app: FastAPI
    people: dict[Role, Visitor]
    stranger: TestClient
    named: dict[str, str]

    def address(self, path: str) -> str:
        """Return an address that names what is there."""
        return re.sub(r"{(\w+)[^}]*}", lambda found: self.named.get(found[1], str(UUID(int=7))), path)

    def ask(self, role: Role | None, method: str, path: str) -> Response:
        """Ask for an address as somebody of a role, or as nobody."""
        client = self.stranger if role is None else self.people[role].client
        # What a script asks gets an error by its code, not as a page.
        body = {"csrf": "" if role is None else self.people[role].csrf, "purpose": "fact-check"}
        return client.request(
            method, self.address(path), data=body if method == "POST" else None, follow_redirects=False,
            headers={"accept": "application/json"},
        )  # fmt: skip


def addresses() -> Iterator[tuple[str, str]]:
    """Every address, by method and path; sockets have tests of their own."""
    for router in routers(api.routes):
        for route in router.routes:
            for method in sorted(getattr(route, "methods", None) or ()):
                path = getattr(route, "path", "")
                if method != "HEAD" and f"{method} {path}" not in NOT_ASKED:
                    yield method, path


@pytest.fixture
def hall(office: Office, visitor: Callable[[AccountId], Visitor]) -> Hall:
    accounts = {role: office.account(role.value, role) for role in Role}
    people = {role: visitor(account) for role, account in accounts.items()}
    live = talks(office, accounts[Role.OPERATOR])
    over = office.call("over", operator_id=accounts[Role.OPERATOR])
    office.transcribe(recording := office.record(over, operator=accounts[Role.OPERATOR]))
    for call in (live, over):
        office.write(
            "INSERT INTO call_notes (id, call_id, text, at, by)"
            " VALUES (gen_random_uuid(), :call, :note, now(), :by)",
            {"call": call, "note": NOTE, "by": accounts[Role.OPERATOR]},
        )
    people[Role.SUPERVISOR].post(f"/calls/{over}/open", **FACT_CHECK)
    request = people[Role.RECORDS_OFFICER].post("/records", number="第1号").headers["location"]
    query = people[Role.SUPERVISOR].post(
        "/search", words="責任者", since="2020-01-01", until="2099-01-01", **FACT_CHECK
    )
    app: Any = people[Role.OPERATOR].client.app
    return Hall(
        app=app, people=people, stranger=TestClient(app, base_url="https://testserver"),
        named={
            "call": str(over), "recording": str(recording), "alarm": "1", "doubt": "1", "number": "1",
            "grant": str(next(one.id for one in office.knocks() if one.act == "listen")),
            "request_id": request.rsplit("/", 1)[1], "query": query.headers["location"].rsplit("/", 1)[1],
            "login": "nobody-here", "phone": "hoken1", "account": str(accounts[Role.OPERATOR]),
        },
    )  # fmt: skip


def test_every_address_is_shut_to_nobody_and_to_whom_no_right_is_stated(hall: Hall) -> None:
    refused = 0
    for method, path in addresses():
        door = DOORS[f"{method} {path}"]
        unsigned = hall.ask(None, method, path)
        if door is not Unsigned.ANYBODY:
            assert unsigned.status_code == 401, (method, path)
        for role in Role:
            answer = hall.ask(role, method, path)
            where = (role, method, path, answer.status_code)
            assert answer.status_code < 500, where
            if door is Unsigned.PROGRAM or isinstance(door, Keyed):
                assert answer.status_code == 401, where
            elif not opens(method, path, {role}):
                refused += 1
                assert answer.status_code == 403, where
                assert answer.json()["error"]["code"] == "not-your-role", where
            else:
                assert '"not-signed-in"' not in answer.text, where
            _shows_nothing(answer, role, where)
    assert refused > 200


def test_without_the_doors_the_rows_still_show_nothing(hall: Hall) -> None:
    hall.app.dependency_overrides[by_the_rules] = lambda: None
    for method, path in addresses():
        if method != "GET":
            continue
        for role in (Role.RECORDS_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
            answer = hall.ask(role, method, path)
            _shows_nothing(answer, role, (role, method, path))


def test_what_is_looked_for_would_be_seen(hall: Hall) -> None:
    """A walk that finds nothing proves something only where there is something to find."""
    supervisor = hall.people[Role.SUPERVISOR]
    pages = "".join(supervisor.get(one).text for one in (f"/calls/{hall.named['call']}", "/live", "/console"))
    own = hall.people[Role.OPERATOR].get("/console").text

    assert NUMBER in pages
    assert WORDS in pages
    assert NOTE in pages + own


def test_a_program_reaches_its_own_addresses_and_no_page(hall: Hall, office: Office) -> None:
    keeper = Actor(
        account=office.account("kagi", Role.ADMINISTRATOR, departments=()),
        roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset(),
    )  # fmt: skip
    token = Tokens(office.parts.database, office.parts.clock).issue(
        keeper, "受付機", scopes=tuple(Scope), departments=(HOKEN,), days=1
    )
    program = TestClient(
        hall.app, base_url="https://testserver", headers={"authorization": f"Bearer {token}"}
    )
    for method, path in addresses():
        answer = program.request(method, hall.address(path), follow_redirects=False)
        door = DOORS[f"{method} {path}"]
        if not isinstance(door, Unsigned):
            assert answer.status_code in {401, 415}, (method, path)
        assert NUMBER not in answer.text


def _shows_nothing(answer: Response, role: Role, where: tuple[object, ...]) -> None:
    """Whoever has no right to what a citizen said and wrote sees none of it, on whatever page."""
    if role in {Role.RECORDS_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}:
        assert [one for one in (NUMBER, WORDS, NOTE) if one in answer.text] == [], where
        assert not answer.content.startswith(b"\x1aE\xdf\xa3"), where  # sound
