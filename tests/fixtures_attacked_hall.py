"""One town hall for all attacks: a console in this process and one behind a real socket, people, and rows.

It is built once. An attack that uses something up makes its own of it.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from api.app import create_app
from api.sessions import COOKIE
from core.actors import Actor, Role
from core.ids import AccountId, CallId, DepartmentId, RecordingId
from core.profile.model import CityProfile
from storage.database import Database

if TYPE_CHECKING:
    from api.certificate import Certificate
    from api.passwords import Passwords
    from runtime.postgres_cluster import PostgresCluster
    from tests.attacks.kept_log import KeptLog
    from tests.fixtures_console import Console, Visitor
    from tests.office import Office

HOKEN, SHIMIN = DepartmentId("hoken-nenkin"), DepartmentId("shimin")
ADDRESS = "https://testserver"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(slots=True, kw_only=True)
class AttackedHall:
    """What attackers meet.

    sato and suzuki are operators of the insurance department, kanri is its supervisor, hoka one of another
    department, kikai keeps the machine. ``live`` is a call of sato's that goes on, ``over`` one that is over.
    """

    office: Office
    owner: Database
    app: FastAPI
    folder: Path
    console: Console
    people: dict[str, Visitor] = field(default_factory=dict[str, "Visitor"])
    accounts: dict[str, AccountId] = field(default_factory=dict[str, AccountId])
    numbers: Any = field(default_factory=lambda: count(1))
    live: CallId = field(init=False)
    over: CallId = field(init=False)
    recording: RecordingId = field(init=False)
    log: KeptLog | None = None
    """What is logged just now."""

    def __getattr__(self, name: str) -> Visitor:
        """Return somebody by name."""
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def arrive(self, account: AccountId) -> Visitor:
        """Sign somebody in at the console of this process."""
        from tests.fixtures_console import Visitor

        cookie = self.app.state.sessions.open(account)
        return Visitor(client=self.browser(cookie), csrf=self.app.state.sessions.find(cookie).csrf)

    def browser(self, cookie: str | None = None, **headers: str) -> TestClient:
        """Return a browser, with a session's cookie if somebody has one for it."""
        client = TestClient(self.app, base_url=ADDRESS, headers={"accept": "text/html", **headers})
        if cookie is not None:
            client.cookies.set(COOKIE, cookie, domain="testserver.local")
        return client

    def sign_in(self, browser: TestClient, login: str, **fields: str) -> Response:
        """Show name and password in the form for it."""
        from tests.office import PASSWORD

        form = re.search(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text)
        assert form is not None
        data = {"csrf": form[1], "login": login, "password": PASSWORD} | fields
        return browser.post("/sign-in", data=data, follow_redirects=False)

    def newcomer(
        self, *roles: Role, departments: tuple[DepartmentId, ...] = (HOKEN,)
    ) -> tuple[str, AccountId]:
        """Make an account of its own for one attack: its login name and id. The password is PASSWORD."""
        login = f"shinjin{next(self.numbers)}"
        return login, self.office.account(login, *(roles or (Role.OPERATOR,)), departments=departments)

    def actor(self, name: str) -> Actor:
        """Return somebody as the rules see them."""
        account = self.accounts[name]
        roles, departments = self.owned(
            "SELECT roles, departments FROM accounts WHERE id = :account", account=account
        )[0]
        return Actor(
            account=account,
            roles=frozenset(Role(one) for one in roles),
            departments=frozenset(DepartmentId(one) for one in departments),
        )

    def owned(self, statement: str, **values: object) -> list[Any]:
        """Ask or change the database as its owner."""
        with self.owner.begin() as connection:
            done = connection.execute(text(statement), values)
            return list(done) if done.returns_rows else []

    def wrote(self, table: str, **values: object) -> UUID:
        """Write a row with an id of its own; returns that."""
        row = {"id": uuid4(), **values}
        names = ", ".join(row)
        self.owned(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(row)})", **row)  # noqa: S608  our own names
        return row["id"]  # type: ignore[return-value]

    def post(self, who: Visitor, path: str, **fields: str) -> Response:
        """Send a form of somebody's own session, as a script of ours does: the answer is JSON."""
        return who.client.post(
            path, data={"csrf": who.csrf, **fields}, follow_redirects=False,
            headers={"accept": "application/json"},
        )  # fmt: skip

    def open(self, who: Visitor, call: CallId) -> Response:
        """Say for what a call is opened."""
        return self.post(who, f"/calls/{call}/open", purpose="fact-check")

    def going_on(self, account: AccountId | None, **facts: object) -> CallId:
        """Let another call go on at the phone hoken1."""
        from tests.fixtures_at_the_phone import talks

        return talks(self.office, account, name=f"live{next(self.numbers)}", **facts)

    def recorded(self, **facts: object) -> tuple[CallId, RecordingId]:
        """Let another call be over and sealed."""
        call = self.office.call(f"over{next(self.numbers)}", operator_id=self.accounts["sato"], **facts)
        return call, self.office.record(call, operator=self.accounts["sato"], seconds=1.0)

    @contextmanager
    def kept(self) -> Generator[tuple[KeptLog, set[str]]]:
        """Keep what is logged in the block; refused knocks are in the set when it has ended."""
        from tests.attacks.kept_log import kept_log

        knocks: set[str] = set()
        before = {knock.id for knock in self.office.knocks()}
        with kept_log() as log:
            self.log = log
            yield log, knocks
        knocks |= {
            f"knock:{one.act}:{one.reason}"
            for one in self.office.knocks()
            if one.id not in before and not one.granted
        }


@pytest.fixture(scope="module")
def attacked_hall(
    cluster: PostgresCluster, sakura_profile: CityProfile, passwords: Passwords,
    console_certificate: Certificate, tmp_path_factory: pytest.TempPathFactory,
) -> Generator[AttackedHall]:  # fmt: skip
    """The hall, with its people at work."""
    from tests.fixtures_console import Console, free_port
    from tests.fixtures_postgres import drop_database, fresh_database
    from tests.office import office_of

    dsns = fresh_database(cluster)
    app_database, worker, owner = Database(dsns.app), Database(dsns.worker), Database(dsns.owner)
    office = office_of(dsns, app_database, worker, sakura_profile, passwords)
    app = create_app(office.parts)
    console = Console(office=office, port=free_port(), certificate=console_certificate)
    with ExitStack() as stack:
        stack.callback(drop_database, cluster, dsns)
        for one in (app_database, worker, owner):
            stack.callback(one.close)
        stack.enter_context(TestClient(app, base_url=ADDRESS))
        console.start()
        stack.callback(console.stop)
        hall = AttackedHall(
            office=office, owner=owner, app=app, folder=tmp_path_factory.mktemp("attacks"), console=console
        )
        _people_come(hall)
        _calls_come(hall)
        yield hall


def _people_come(hall: AttackedHall) -> None:
    for name, roles, departments, phone in (
        ("sato", (Role.OPERATOR,), (HOKEN,), "hoken1"),
        ("suzuki", (Role.OPERATOR,), (HOKEN,), "hoken2"),
        ("kanri", (Role.SUPERVISOR, Role.OPERATOR), (HOKEN,), "hoken3"),
        ("hoka", (Role.SUPERVISOR, Role.OPERATOR), (SHIMIN,), "shimin1"),
        ("kikai", (Role.ADMINISTRATOR,), (), ""),
    ):
        hall.accounts[name] = hall.office.account(name, *roles, departments=departments)
        hall.people[name] = hall.arrive(hall.accounts[name])
        if phone:
            hall.people[name].post("/phone", phone=phone)


def _calls_come(hall: AttackedHall) -> None:
    hall.live = hall.going_on(hall.accounts["sato"])
    hall.over = hall.office.call("over", operator_id=hall.accounts["sato"])
    hall.recording = hall.office.record(hall.over, operator=hall.accounts["sato"])
    hall.office.transcribe(hall.recording)
    # Its period is over: it waits for people's approval.
    hall.owned(
        "UPDATE recordings SET class = 'incident', destroy_after = :past WHERE id = :recording",
        past=datetime.now(UTC) - timedelta(days=1), recording=hall.recording,
    )  # fmt: skip
