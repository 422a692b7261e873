"""応援 that no screen accepts, with real telephones and a real database: down the chain until one accepts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.clock import SystemClock
from core.ids import DepartmentId, PhoneId
from core.profile.model import CityProfile
from core.profile.supervision import Help, HelpChain
from runtime.asterisk_rootfs import AsteriskProgram
from storage.database import Database
from storage.help_ringing import HelpRinging
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_events import AriEvents, application_prefix, new_application_name
from telephony.help.help_calls import HelpCalls
from tests.fixtures_asterisk import running_asterisk
from tests.fixtures_telephony import FIRST, SECOND, Hall, Phones
from tests.fixtures_watched_hall import SUPERVISOR, supervised_town

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

ASKER, AWAY = PhoneId(FIRST), PhoneId(SECOND)
HELPER, NEXT = PhoneId(SUPERVISOR), PhoneId("hoken9")


def town_with_help(accept_seconds: int = 0) -> CityProfile:
    plain = supervised_town()
    phones = (*plain.phones, plain.phones[0].model_copy(update={"id": NEXT, "name": NEXT}))
    chain = HelpChain(
        department=DepartmentId("hoken"), phones=(ASKER, AWAY, HELPER, NEXT), announcement="keikoku"
    )
    helping = Help(accept_seconds=accept_seconds, ring_seconds=5, chains=(chain,))
    return plain.model_copy(update={"phones": phones, "help": helping})


@pytest.fixture
def hall(
    asterisk_program: AsteriskProgram, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Hall]:
    folder = open_folder / f"help-{abs(hash(request.node.nodeid))}"
    profile = town_with_help()
    with (
        running_asterisk(folder / "pbx", asterisk_program, profile) as server,
        Hall(server, folder, profile) as made,
    ):
        yield made


class Desk:
    """The rows: one call that goes on, and a request for help in it."""

    def __init__(self, owner: Database) -> None:
        self._owner = owner
        self.request = uuid4()
        self.helper = uuid4()
        now = datetime.now(UTC)
        self.write(
            "INSERT INTO accounts VALUES (:id, 'kakari', '', '係長', '{supervisor}', '{hoken}', NULL, now())",
            id=self.helper,
        )
        self.write(
            "INSERT INTO phone_seats (account_id, phone, session_hash, sat_from, sat_until)"
            " VALUES (:id, :phone, 'x', now() - interval '1 hour', now() + interval '1 hour')",
            id=self.helper,
            phone=HELPER,
        )
        self.write(
            "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase,"
            " arrived_at, connected_at, operator_phone) VALUES ('city-1.1', 'kokuho', 'hoken', 'shicho',"
            " 'public-body', 'withheld', 'application', 'talking', :now, :now, :phone)",
            now=now,
            phone=ASKER,
        )

    def ask(self) -> None:
        self.write(
            "INSERT INTO help_requests (id, call_id, source, phone, asked_at)"
            " VALUES (:id, 'city-1.1', 'phone', :phone, now())",
            id=self.request,
            phone=ASKER,
        )

    def write(self, statement: str, **values: object) -> None:
        with self._owner.begin() as connection:
            connection.execute(text(statement), values)

    def row(self) -> Mapping[str, Any]:
        with self._owner.begin() as connection:
            found = connection.execute(
                text("SELECT * FROM help_requests WHERE id = :id"), {"id": self.request}
            )
            return dict(found.mappings().one())


@pytest.fixture
def desk(owner_database: Database) -> Desk:
    return Desk(owner_database)


@asynccontextmanager
async def helping(hall: Hall, database: Database) -> AsyncGenerator[HelpCalls]:
    """One process's part: its own application, its own look at the rows."""
    plan = hall.server.plan
    app = new_application_name(plan.instance)
    assert app.startswith(application_prefix(plan.instance))
    address = AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)
    connected = asyncio.Event()

    async def greet() -> None:
        connected.set()

    async with AriClient(address, app) as client:
        calls = HelpCalls(HelpRinging(database), hall.profile, client, SystemClock(), plan.prompt)

        def hear_it(told: Mapping[str, Any]) -> None:
            calls.hear(told)

        events = AriEvents(address, app, on_event=hear_it, on_connect=greet)
        tasks = [asyncio.create_task(events.listen())]
        await asyncio.wait_for(connected.wait(), 10)
        tasks.append(asyncio.create_task(calls.run()))
        try:
            yield calls
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def until(happened: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(happened):  # noqa: ASYNC110  rows of another process
            await asyncio.sleep(0.05)
    assert happened(), what


async def hear(phones: Phones, line: str, since: int = 0) -> None:
    await asyncio.to_thread(phones.hear, line, since=since, seconds=15.0)


async def test_help_rings_down_the_chain_past_who_asked_and_who_is_away_until_one_accepts(
    hall: Hall, desk: Desk, worker_database: Database
) -> None:
    phones = hall.phones(FIRST, SUPERVISOR)
    async with helping(hall, worker_database), helping(hall, worker_database):
        desk.ask()
        await hear(phones, f"{SUPERVISOR} ringing")
        assert desk.row()["rung"] == [AWAY, HELPER]
        phones.order(SUPERVISOR, "answer")
        await hear(phones, f"{SUPERVISOR} up")
        await asyncio.sleep(1)  # a person listens to the words first
        assert desk.row()["accepted_at"] is None
        phones.order(SUPERVISOR, "press", "1")
        await hear(phones, f"{SUPERVISOR} over")
        await until(lambda: desk.row()["accepted_at"] is not None, "accepted")

    row = desk.row()
    assert (row["accepted_phone"], row["accepted_by"]) == (HELPER, desk.helper)
    assert (row["rung"], row["ringing_since"]) == ([AWAY, HELPER], None)
    assert f"{FIRST} ringing" not in phones.lines
    await asyncio.to_thread(hall.wait_until_quiet)


async def test_a_phone_that_rings_for_help_falls_silent_when_the_operator_takes_it_back(
    hall: Hall, desk: Desk, worker_database: Database
) -> None:
    phones = hall.phones(SUPERVISOR)
    async with helping(hall, worker_database):
        desk.ask()
        await hear(phones, f"{SUPERVISOR} ringing")
        desk.write("UPDATE help_requests SET cancelled_at = now(), closed_at = now()")
        await hear(phones, f"{SUPERVISOR} over")
        await until(lambda: desk.row()["ringing_since"] is None, "silence")

    assert desk.row()["accepted_at"] is None


async def test_help_ends_with_the_call_and_a_phone_that_is_not_picked_up_gives_way_to_the_next(
    hall: Hall, desk: Desk, worker_database: Database
) -> None:
    phones = hall.phones(SUPERVISOR, NEXT)
    async with helping(hall, worker_database), helping(hall, worker_database):
        desk.ask()
        await hear(phones, f"{SUPERVISOR} ringing")
        await hear(phones, f"{NEXT} ringing")
        assert desk.row()["rung"] == [AWAY, HELPER, NEXT]
        desk.write("UPDATE calls SET ended_at = now()")
        await hear(phones, f"{NEXT} over")
        await until(lambda: desk.row()["closed_at"] is not None, "closed")


async def test_a_phone_rung_by_a_process_that_died_is_followed_by_the_next_one(
    hall: Hall, desk: Desk, worker_database: Database
) -> None:
    desk.ask()
    desk.write(
        "UPDATE help_requests SET rung = ARRAY[CAST(:away AS text), :helper],"
        " ringing_since = now() - interval '22 seconds'",
        away=AWAY,
        helper=HELPER,
    )
    phones = hall.phones(SUPERVISOR, NEXT)
    async with helping(hall, worker_database):
        await hear(phones, f"{NEXT} ringing")

    assert UUID(str(desk.row()["id"])) == desk.request
    assert desk.row()["rung"] == [AWAY, HELPER, NEXT]
