"""Rights that are narrower than a department, lent, or given for one request: taken for wider ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from core.actors import Role
from tests.attacks.attack import Attack
from tests.attacks.borrowed_roles import ADMINISTRATORS, NOT_YOURS, SUPERVISORS
from tests.attacks.foreign_ids import CALLS, NOT_FOUND, is_done
from tests.attacks.switches import everybody_is

if TYPE_CHECKING:
    from core.ids import CallId
    from tests.fixtures_attacked_hall import AttackedHall


def restricted(hall: AttackedHall) -> CallId:
    """A call that only kanri's group sees."""
    call = hall.office.call(f"kept{next(hall.numbers)}", operator_id=None)
    now, kanri = hall.office.parts.clock.now(), hall.accounts["kanri"]
    group = hall.wrote(
        "restricted_groups", name="議員に関する通話", department="hoken-nenkin", made_by=kanri, made_at=now
    )
    kept = {"call_id": call, "group_id": group, "reason": "議員に関する"}
    hall.wrote("call_restrictions", **kept, placed_by=kanri, placed_at=now)
    return call


def restricted_call_is_seen(hall: AttackedHall) -> bool:
    _, account = hall.newcomer(Role.SUPERVISOR)
    return hall.arrive(account).get(f"/calls/{restricted(hall)}").status_code == 200


def other_line_is_seen(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    hall.owned("UPDATE accounts SET lines = '{shimin}' WHERE id = :id", id=account)
    return hall.arrive(account).get(f"/calls/{hall.over}").status_code == 200


def contract_is_made_longer(hall: AttackedHall) -> bool:
    login, account = hall.newcomer()
    hall.owned("UPDATE accounts SET ends_at = now() + interval '1 day' WHERE id = :id", id=account)
    until = hall.office.parts.clock.now() + timedelta(days=90)
    hall.post(hall.arrive(account), f"/accounts/{login}/engagement", until=f"{until:%Y-%m-%d}")
    return bool(
        hall.owned(
            "SELECT ends_at > now() + interval '30 days' FROM accounts WHERE id = :id", id=account
        )[0][0]
    )  # fmt: skip


def deputy_is_named(hall: AttackedHall) -> bool:
    login, account = hall.newcomer()
    until = hall.office.parts.clock.now() + timedelta(days=5)
    hall.post(
        hall.sato, "/rights/deputies", press=str(uuid4()), department="hoken-nenkin", login=login,
        until=f"{until:%Y-%m-%d}",
    )  # fmt: skip
    return bool(hall.owned("SELECT count(*) FROM deputies WHERE account_id = :id", id=account)[0][0])


def request_of(hall: AttackedHall, opened_by: object) -> str:
    number, now = f"情開第{next(hall.numbers)}号", hall.office.parts.clock.now()
    opened = {"departments": ["hoken-nenkin"], "opened_by": opened_by, "opened_at": now}
    return str(hall.wrote("record_requests", number=number, **opened))


def unaccepted_is_opened(hall: AttackedHall) -> bool:
    _, account = hall.newcomer(Role.RECORDS_OFFICER)
    path = f"/records/{request_of(hall, account)}/open"
    return is_done(hall, hall.arrive(account), path, recording=str(hall.recording))


def request_is_read(hall: AttackedHall) -> bool:
    return hall.kanri.get(f"/records/{request_of(hall, hall.accounts['kikai'])}").status_code == 200


OFFICERS, AUDITORS = everybody_is(Role.RECORDS_OFFICER), everybody_is(Role.AUDITOR)
ATTACKS = (
    Attack(
        name="a call that is kept to a group one is not in", guard=CALLS, told=NOT_FOUND,
        attempt=restricted_call_is_seen,
    ),
    Attack(
        name="a call of a line that is not the contractor's", guard=CALLS, told=NOT_FOUND,
        attempt=other_line_is_seen,
    ),
    Attack(
        name="making one's own contract longer", guard=ADMINISTRATORS, told=NOT_YOURS,
        attempt=contract_is_made_longer,
    ),
    Attack(
        name="an operator names somebody to stand in for the supervisor", guard=SUPERVISORS, told=NOT_YOURS,
        attempt=deputy_is_named,
    ),
    Attack(
        name="a request for disclosure, by its id", guard=OFFICERS, told=NOT_YOURS, attempt=request_is_read
    ),
    Attack(
        name="a recording that was not accepted for the request", told="knock:read:not-visible",
        guard=everybody_is(Role.RECORDS_OFFICER, Role.SUPERVISOR), attempt=unaccepted_is_opened,
    ),
    Attack(
        name="a supervisor reads who opened what in the whole hall", guard=AUDITORS, told=NOT_YOURS,
        attempt=lambda hall: hall.kanri.get("/access-log").status_code == 200,
    ),
    Attack(
        name="an operator reads the ledger", guard=AUDITORS, told=NOT_YOURS,
        attempt=lambda hall: hall.sato.get("/ledger").status_code == 200,
    ),
)  # fmt: skip
