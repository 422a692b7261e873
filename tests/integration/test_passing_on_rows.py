"""What a hold and a transfer leave in the database: one call, who took part when, and its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.facts import CallEnded, CallFlagged
from core.ids import AccountId, PhoneId
from storage.call_orders import PlacedOrder, open_orders, place_order, result_of
from storage.database import Database
from storage.jobs import Announcer
from storage.unit_of_work import UnitOfWork
from telephony.asterisk.targets import Targets
from telephony.call import events as on
from telephony.call.call import operator_leg
from telephony.call.orders import OrderKind
from telephony.journal.call_writing import write_entries
from telephony.journal.journal_entry import JournalEntry
from tests.fixtures_asterisk import town
from tests.unit.call_scenes import CALL, CALLER_GONE, FIRST, JOINED, LEGS, NOON, SECOND, TO_JOINING

pytestmark = pytest.mark.real

_ACCOUNT = text("INSERT INTO accounts VALUES (:id, 'sato', '佐藤', 'x', '{operator}', '{}', NULL, now())")
_SEAT = text("INSERT INTO phone_seats VALUES (DEFAULT, :phone, :id, 'x', :since, :until)")

Write = Callable[..., None]


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def write(worker_database: Database) -> Write:
    written = list[on.CallEvent]()

    def write(*events: on.CallEvent) -> None:
        first = len(written) + 1
        written.extend(events)
        entries = [JournalEntry(call=CALL, seq=seq, event=one) for seq, one in enumerate(events, first)]
        announcer = Announcer({CallEnded: (), CallFlagged: ()}, {})
        with UnitOfWork(worker_database, announcer) as work:
            write_entries(work, entries)

    write(*TO_JOINING, replace(JOINED, at=at(10)))
    return write


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.begin() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def ordered(kind: OrderKind, seconds: int, **body: str) -> on.Ordered:
    return on.Ordered(at=at(seconds), order=str(uuid4()), kind=kind.value, body=body)


def test_a_hold_is_seen_while_it_lasts_and_stays_as_a_stretch(
    write: Write, worker_database: Database
) -> None:
    query = "SELECT began_at, ended_at FROM call_stretches WHERE kind = 'hold'"
    write(ordered(OrderKind.HOLD, 20))
    lasting = rows(worker_database, query)
    aside = rows(worker_database, "SELECT aside FROM calls")
    write(ordered(OrderKind.RESUME, 50), on.LegsJoined(at=at(51), operator=LEGS[0]), CALLER_GONE)

    assert (lasting, aside) == ([(at(20), None)], [("held",)])
    assert rows(worker_database, query) == [(at(20), at(50))]
    assert rows(worker_database, "SELECT joined_at, left_at FROM call_parties ORDER BY joined_at") == [
        (at(10), at(20)),
        (at(51), CALLER_GONE.at),
    ]
    assert rows(worker_database, "SELECT aside FROM calls") == [(None,)]


def test_a_call_passed_on_is_one_call_with_both_operators(write: Write, worker_database: Database) -> None:
    asked = operator_leg(CALL, SECOND, 2)
    write(
        ordered(OrderKind.CONSULT, 20, phones=SECOND),
        on.OperatorAnswered(at=at(25), leg=asked),
        on.ConsultJoined(at=at(25), target=asked),
        ordered(OrderKind.COMPLETE, 40),
        on.LegsJoined(at=at(41), operator=asked),
        CALLER_GONE,
    )

    assert rows(worker_database, "SELECT operator_phone, outcome, consult_result FROM calls") == [
        (SECOND, "talked", "passed-on")
    ]
    parties = "SELECT phone, joined_at, left_at FROM call_parties ORDER BY joined_at"
    assert rows(worker_database, parties) == [(FIRST, at(10), at(20)), (SECOND, at(41), CALLER_GONE.at)]


def test_an_order_of_the_console_names_a_line_and_gets_its_answer(
    write: Write, worker_database: Database, owner_database: Database
) -> None:
    by, named = AccountId(uuid4()), {"line": "kokuho"}
    with owner_database.begin() as connection:
        connection.execute(_ACCOUNT, {"id": by})
    order = PlacedOrder(id=uuid4(), call=CALL, kind="transfer", at=at(20), by=by, body=named)
    with worker_database.begin() as connection:
        place_order(connection, order)
        (found,) = open_orders(connection, [CALL], at(21))
    told = on.Ordered(at=at(21), order=str(found.id), kind=found.kind, body=dict(found.body))
    write(Targets(town()).resolve(told))

    with worker_database.begin() as connection:
        assert result_of(connection, order.id) == "done"
    assert rows(worker_database, "SELECT aside, ringing_phones FROM calls") == [
        ("passed-on", ["hoken1", "hoken2"])
    ]


@pytest.mark.parametrize(("sits_from", "owns"), [(16, True), (22, False)], ids=["before it rang", "after"])
def test_a_call_passed_on_is_the_own_call_of_who_sat_there_before_it_rang(
    write: Write, worker_database: Database, owner_database: Database, sits_from: int, owns: bool
) -> None:
    there, was_there = uuid4(), uuid4()
    with owner_database.begin() as connection:
        for number, (account, since, until) in enumerate(((was_there, -60, 15), (there, sits_from, 900))):
            login = {"id": account, "login": f"operator-{number}"}
            connection.execute(text(str(_ACCOUNT).replace("'sato'", ":login")), login)
            seat = {"id": account, "phone": "hoken2", "since": at(since), "until": at(until)}
            connection.execute(_SEAT, seat)
    asked = operator_leg(CALL, PhoneId("hoken2"), 2)
    write(
        ordered(OrderKind.TRANSFER, 20, phones="hoken2"),
        on.OperatorAnswered(at=at(25), leg=asked),
        on.LegsJoined(at=at(26), operator=asked),
    )

    assert rows(worker_database, "SELECT operator_id FROM calls") == [(there if owns else None,)]


@pytest.mark.parametrize("somebody_sits_there", [True, False])
def test_what_the_phones_own_transfer_key_came_to_is_kept_once_for_whoever_sits_there(
    write: Write, worker_database: Database, owner_database: Database, somebody_sits_there: bool
) -> None:
    account = AccountId(uuid4())
    with owner_database.begin() as connection:
        connection.execute(_ACCOUNT, {"id": account})
        if somebody_sits_there:
            seat = {"phone": FIRST, "id": account, "since": at(-600), "until": at(3600)}
            connection.execute(_SEAT, seat)
    write(on.ReferAsked(at=at(20), leg=LEGS[0], joins=True))
    write(on.ReferAsked(at=at(30), leg=LEGS[0], phones=(SECOND,)))

    kept = rows(worker_database, "SELECT kind, body, at, by, done_at, result FROM call_orders ORDER BY at")
    asked = {"step": "phone"}
    expected = [
        ("transfer", asked, at(20), account, at(20), "refer-joins-outside"),
        ("transfer", asked, at(30), account, at(30), "done"),
    ]
    assert kept == (expected if somebody_sits_there else [])
    assert open_orders_now(worker_database) == []


def open_orders_now(database: Database) -> list[PlacedOrder]:
    with database.begin() as connection:
        return open_orders(connection, [CALL], at(31))
