"""Which phones ring stands in the call's row as the journal says it; notes stay with whoever writes them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import AccountId, CallId, DepartmentId, LegId, PhoneId
from storage.call_notes import notes_of, save_note
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from telephony.call import events as on
from telephony.journal.call_writing import write_entries
from telephony.journal.journal_entry import JournalEntry
from tests.office import HeardFacts
from tests.unit.call_scenes import ARRIVED, CALL, CALLER_GONE, NOON, PHONES, TO_CONNECTING, TO_TALKING

pytestmark = pytest.mark.real

_SEAT = text("INSERT INTO phone_seats VALUES (DEFAULT, :phone, :id, 'x', :since, :until)")


def ringing(worker: Database, *events: on.CallEvent) -> list[str]:
    """Write the journal as far as it goes and return what the row says."""
    entries = [JournalEntry(call=CALL, seq=seq, event=event) for seq, event in enumerate(events, start=1)]
    with UnitOfWork(worker, HeardFacts()) as work:
        write_entries(work, entries)
    with worker.begin() as connection:
        return list(connection.execute(text("SELECT ringing_phones FROM calls")).scalar_one())


def test_the_row_names_the_phones_while_they_ring_and_no_longer(worker_database: Database) -> None:
    while_ringing = ringing(worker_database, *TO_CONNECTING)
    in_talk = ringing(worker_database, *TO_TALKING)
    after = ringing(worker_database, *TO_TALKING, CALLER_GONE)

    assert while_ringing == list(PHONES)
    assert (in_talk, after) == ([], [])


def test_a_caller_who_hangs_up_early_leaves_no_phone_ringing(worker_database: Database) -> None:
    assert ringing(worker_database, *TO_CONNECTING, CALLER_GONE) == []


def test_the_database_lets_nobody_write_in_another_persons_note(
    worker_database: Database, app_database: Database, owner_database: Database
) -> None:
    ringing(worker_database, *TO_CONNECTING)
    department = ARRIVED.plan.department
    sato, ito = (person(owner_database, name, department) for name in ("sato", "ito"))
    note = uuid4()
    with app_database.begin(sato) as connection:
        assert save_note(connection, note, CallId(CALL), "書いた", NOON, sato.account)
    with app_database.begin(ito) as connection:
        forged = save_note(connection, note, CallId(CALL), "書き換え", NOON, ito.account)
        changed = connection.execute(text("UPDATE call_notes SET text = '書き換え'")).rowcount
        told = [one.text for one in notes_of(connection, CallId(CALL))]

    assert (forged, changed, told) == (False, 0, ["書いた"])


def person(owner: Database, login: str, department: DepartmentId) -> Actor:
    """Make an operator of the department whose call it is."""
    account = AccountId(uuid4())
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO accounts VALUES (:id, :login, :login, 'x', '{operator}', ARRAY[:department],"
                " NULL, now())"
            ),
            {"id": account, "login": login, "department": department},
        )
    return Actor(account=account, roles=frozenset({Role.OPERATOR}), departments=frozenset({department}))


@pytest.mark.parametrize("sits", [True, False], ids=["somebody sits there", "nobody is signed in there"])
def test_a_fetched_call_is_whose_phone_fetched_it_or_waits_to_be_claimed(
    worker_database: Database, owner_database: Database, sits: bool
) -> None:
    department, neighbour = ARRIVED.plan.department, PhoneId("kokuho-9")
    sato, ito = (person(owner_database, name, department) for name in ("sato", "ito"))
    with owner_database.begin() as connection:
        for who, phone in ((ito, PHONES[0]), (sato, neighbour if sits else "kokuho-8")):
            hour = timedelta(hours=1)
            seat = {"id": who.account, "phone": phone, "since": NOON - hour, "until": NOON + hour}
            connection.execute(_SEAT, seat)
    wish = on.FetchAsked(at=NOON, channel="PJSIP/kokuho-9-0000000b", phone=neighbour, rings_at=PHONES)
    leg = LegId(f"op-{CALL}-{neighbour}~f3")
    up, joined = on.OperatorAnswered(at=NOON, leg=leg), on.LegsJoined(at=NOON, operator=leg)

    ringing(worker_database, *TO_CONNECTING, wish, up, joined, CALLER_GONE)

    with worker_database.begin() as connection:
        row = connection.execute(text("SELECT operator_phone, operator_id FROM calls")).one()
    assert tuple(row) == (neighbour, sato.account if sits else None)
