"""Who was with an operator stands in rows: from the journal alone, and for whom the profile lets see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import DepartmentId, LegId
from storage.database import Database
from storage.jobs import Announcer
from storage.unit_of_work import UnitOfWork
from telephony.call import events as on
from telephony.call.guest import Mode
from telephony.journal.call_writing import write_entries
from telephony.journal.journal_entry import JournalEntry
from tests.fixtures_vault import actor
from tests.unit.call_scenes import CALL, NOON, arrived
from tests.unit.test_call_guest_properties import BOSS, SCENE

pytestmark = pytest.mark.real

LEG = LegId(f"sv-{CALL}-{BOSS}~1")
HERE, ELSEWHERE = (frozenset({DepartmentId(one)}) for one in ("kokuho-nenkin", "zeimu"))
ROWS = text("SELECT mode, since, until, shown FROM call_guests ORDER BY since, mode")


def told(database: Database, *, tell_operator: bool) -> None:
    """A supervisor listens from minute 1, whispers from minute 2, and leaves in minute 3."""
    plan = {"desk_phones": (BOSS,), "tell_operator": tell_operator}
    minute = [NOON + timedelta(minutes=one) for one in range(4)]
    events = [
        arrived(**plan),
        *SCENE[1:],
        on.Ordered(at=minute[1], order=_order(1), kind="listen", body={"phone": BOSS}),
        on.OperatorAnswered(at=minute[1], leg=LEG),
        on.GuestPlaced(at=minute[1], leg=LEG),
        on.Ordered(at=minute[2], order=_order(2), kind="whisper", body={"phone": BOSS}),
        on.GuestPlaced(at=minute[2], leg=LEG),
        on.Ordered(at=minute[3], order=_order(3), kind="leave", body={"phone": BOSS}),
    ]
    entries = [JournalEntry(call=CALL, seq=seq, event=event) for seq, event in enumerate(events, start=1)]
    with UnitOfWork(database, Announcer({}, {})) as work:
        write_entries(work, entries)


def _order(number: int) -> str:
    return f"00000000-0000-4000-8000-00000000000{number}"


def seen_by(database: Database, who: Actor) -> list[str]:
    with database.begin(who) as connection:
        return [row.mode for row in connection.execute(ROWS)]


def test_listening_and_whispering_stand_with_their_times(worker_database: Database) -> None:
    told(worker_database, tell_operator=True)

    with worker_database.begin() as connection:
        rows = [tuple(row) for row in connection.execute(ROWS)]
    assert rows == [
        (Mode.LISTEN, NOON + timedelta(minutes=1), NOON + timedelta(minutes=2), True),
        (Mode.WHISPER, NOON + timedelta(minutes=2), NOON + timedelta(minutes=3), True),
    ]


def test_an_operator_sees_who_listens_only_if_the_profile_says_so_and_a_supervisor_always(
    worker_database: Database, app_database: Database
) -> None:
    told(worker_database, tell_operator=False)

    assert seen_by(app_database, actor(Role.SUPERVISOR, departments=HERE)) == ["listen", "whisper"]
    assert seen_by(app_database, actor(Role.OPERATOR, departments=HERE)) == []
    assert seen_by(app_database, actor(Role.SUPERVISOR, departments=ELSEWHERE)) == []


def test_an_operator_of_the_department_sees_who_listens(
    worker_database: Database, app_database: Database
) -> None:
    told(worker_database, tell_operator=True)

    assert seen_by(app_database, actor(Role.OPERATOR, departments=HERE)) == ["listen", "whisper"]
