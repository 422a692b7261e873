"""Whoever tries what is not theirs is refused, in words and in the log, where nothing was said before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from sqlalchemy import text

from api.wording import HERE
from core.actors import Role
from storage.database import Database
from tests.attacks.kept_log import kept_log
from tests.fixtures_at_the_phone import rows, talks
from tests.fixtures_console import Arrive, Visitor
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real
NOT_FOUND, DENIED = "console.refused:not-found", "console.refused:access-denied"


def written(owner: Database, table: str, **values: Any) -> UUID:  # noqa: ANN401  a value of any column
    row: dict[str, Any] = {"id": uuid4(), **values}
    names = ", ".join(row)
    with owner.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(row)})"), row)  # noqa: S608  our own names
    return row["id"]


def tried(person: Visitor, path: str, **fields: str) -> tuple[Response, set[str]]:
    with kept_log() as log:
        answer = person.post(path, **fields)
    return answer, log.events()


def test_another_departments_alarm(office: Office, visitor: Arrive) -> None:
    hoka = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    office.alarm("recording-missing", office.call("a"))

    answer, said = tried(hoka, "/alarms/1/acknowledge")

    assert (answer.status_code, NOT_FOUND in said) == (404, True)
    assert rows(office, "SELECT acknowledged_at FROM alarms") == [(None,)]


def test_the_notice_of_ones_own_urgent_opening(office: Office, visitor: Arrive) -> None:
    """It is for the auditor and for those whose call it was."""
    hoka = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    office.record(office.call("a"), seconds=1.0)
    ((arrived,),) = rows(office, "SELECT arrived_at FROM calls")
    hoka.post(
        "/rights/urgent", line="kokuho", at=f"{arrived.astimezone(HERE):%Y-%m-%dT%H:%M}",
        reason="命にかかわる訴えがあったため",
    )  # fmt: skip
    ((alarm,),) = rows(office, "SELECT id FROM alarms WHERE code = 'urgent-opening'")

    answer, said = tried(hoka, f"/alarms/{alarm}/acknowledge")

    assert answer.status_code in {403, 404}
    assert said & {NOT_FOUND, DENIED}
    assert rows(office, "SELECT acknowledged_at FROM alarms") == [(None,)]


def test_a_hold_of_another_recording_than_the_one_in_the_address(
    office: Office, owner_database: Database, visitor: Arrive
) -> None:
    kanri, hoka = (
        office.account("kanri", Role.SUPERVISOR),
        office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)),
    )
    theirs = office.record(office.call("a"), seconds=1.0)
    ours = office.record(office.call("b", department=SHIMIN, line="shimin"), seconds=1.0, department=SHIMIN)
    hold = written(
        owner_database,
        "recording_holds",
        recording_id=theirs,
        reason="訴訟",
        placed_by=kanri,
        placed_at=datetime.now(UTC),
    )
    person = visitor(hoka)

    for recording in (ours, theirs):
        answer, said = tried(person, f"/destruction/{recording}/holds/{hold}/lift", reason="もういらない")
        assert (answer.status_code, NOT_FOUND in said) == (404, True)
    assert rows(office, "SELECT lifted_at FROM recording_holds") == [(None,)]


def test_a_hold_is_lifted_twice_by_whose_it_is_without_a_word(
    office: Office, owner_database: Database, visitor: Arrive
) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    recording = office.record(office.call("a"), seconds=1.0)
    hold = written(
        owner_database, "recording_holds", recording_id=recording, reason="訴訟", placed_by=account,
        placed_at=datetime.now(UTC),
    )  # fmt: skip
    kanri = visitor(account)

    answers = [
        kanri.post(f"/destruction/{recording}/holds/{hold}/lift", reason=reason).status_code
        for reason in ("和解した", "もう一度")
    ]

    assert answers == [303, 303]
    assert rows(office, "SELECT lifted_reason FROM recording_holds") == [("和解した",)]


def test_a_line_on_a_colleagues_screen(office: Office, owner_database: Database, visitor: Arrive) -> None:
    sato, suzuki = office.account("sato", Role.OPERATOR), office.account("suzuki", Role.OPERATOR)
    kanri = office.account("kanri", Role.SUPERVISOR)
    call = talks(office, sato, operator_phone="hoken9")
    card = written(
        owner_database, "text_cards", call_id=call, text="かわります", at=datetime.now(UTC), by=kanri
    )
    other = talks(office, suzuki, name="other", operator_phone="hoken8")

    for path, code in (
        (f"/calls/{call}/cards/{card}/seen", DENIED),
        (f"/calls/{other}/cards/{card}/seen", NOT_FOUND),  # by the address of one's own call
        (f"/calls/{other}/cards/{uuid4()}/seen", NOT_FOUND),
    ):
        answer, said = tried(visitor(suzuki), path)
        assert answer.status_code in {403, 404}
        assert code in said
    assert rows(office, "SELECT seen_at FROM text_cards") == [(None,)]
    assert [visitor(sato).post(f"/calls/{call}/cards/{card}/seen").status_code for _ in range(2)] == [
        303,
        303,
    ]


def test_a_clock_and_a_call_for_help_that_are_not_of_that_call_or_person(
    office: Office, owner_database: Database, visitor: Arrive
) -> None:
    sato, suzuki = office.account("sato", Role.OPERATOR), office.account("suzuki", Role.OPERATOR)
    call, own = talks(office, sato), talks(office, suzuki, name="own")
    now = datetime.now(UTC)
    clock = written(
        owner_database,
        "call_clocks",
        call_id=call,
        kind="agreed",
        started_at=now,
        started_by=sato,
        minutes=30,
        due_at=now,
    )
    asked = written(
        owner_database, "help_requests", call_id=call, source="console", asked_at=now, asked_by=sato
    )
    person = visitor(suzuki)

    for path, code in (
        (f"/calls/{own}/clocks/{clock}/stop", NOT_FOUND),
        (f"/calls/{own}/help/{asked}/cancel", NOT_FOUND),
        (f"/calls/{call}/help/{asked}/cancel", DENIED),
    ):
        answer, said = tried(person, path)
        assert answer.status_code in {403, 404}, path
        assert code in said, path
    assert rows(office, "SELECT stopped_at FROM call_clocks") == [(None,)]
    assert rows(office, "SELECT cancelled_at FROM help_requests") == [(None,)]


def test_a_kept_search_of_somebody_else_and_a_switch_that_is_not_there(
    office: Office, owner_database: Database, visitor: Arrive
) -> None:
    kanri = office.account("kanri", Role.SUPERVISOR)
    kept = written(
        owner_database,
        "saved_queries",
        account_id=kanri,
        query="{}",
        created_at=datetime.now(UTC),
        name="毎週",
    )
    tanaka = visitor(office.account("tanaka", Role.SUPERVISOR))

    for path in (f"/search/kept/{kept}/forget", f"/disaster/{uuid4()}/off"):
        answer, said = tried(tanaka, path)
        assert answer.status_code == 303
        assert NOT_FOUND in said, path
    with owner_database.begin() as connection:
        assert connection.execute(text("SELECT name FROM saved_queries")).scalars().all() == ["毎週"]
