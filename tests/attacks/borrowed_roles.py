"""People who are signed in and do what belongs to another role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from api.routes import desk_orders
from api.tokens import Scope, Tokens
from core.actors import Role
from tests.attacks.attack import Attack
from tests.attacks.foreign_ids import is_done
from tests.attacks.switches import everybody_is, patched, rows, shakes

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

NOT_YOURS = "console.refused:not-your-role"


def key_of_a_program(hall: AttackedHall) -> UUID:
    Tokens(hall.office.parts.database, hall.office.parts.clock).issue(
        hall.actor("kikai"),
        "受付機",
        scopes=tuple(Scope),
        departments=("hoken-nenkin",),
        days=1,  # type: ignore[arg-type]
    )
    return hall.owned("SELECT id FROM api_tokens ORDER BY created_at DESC LIMIT 1")[0][0]


def key_is_issued(hall: AttackedHall) -> bool:
    answer = hall.post(
        hall.sato, "/tokens", name="自作", scopes="flag", departments="hoken-nenkin", days="30"
    )
    return answer.status_code == 200 and "tsuwaroku_" in answer.text


def key_is_ended(hall: AttackedHall) -> bool:
    token = key_of_a_program(hall)
    hall.post(hall.kanri, f"/tokens/{token}/revoke")
    return hall.owned("SELECT revoked_at FROM api_tokens WHERE id = :id", id=token)[0][0] is not None


def alarm_is_noticed(hall: AttackedHall) -> bool:
    hall.office.alarm(f"test-{next(hall.numbers)}", hall.live)
    (alarm,) = hall.owned("SELECT max(id) FROM alarms")[0]
    hall.post(hall.sato, f"/alarms/{alarm}/acknowledge")
    return hall.owned("SELECT acknowledged_at FROM alarms WHERE id = :id", id=alarm)[0][0] is not None


def closed_call_is_opened(hall: AttackedHall) -> bool:
    call, _ = hall.recorded(notice="missing")
    hall.post(hall.sato, f"/calls/{call}/use", reason="聞いておきたいので")
    return hall.owned("SELECT opened_for_use_at FROM calls WHERE id = :id", id=call)[0][0] is not None


def hears_live(hall: AttackedHall, who: str) -> bool:
    call = hall.going_on(hall.accounts["sato"])
    hall.post(hall.people[who], f"/calls/{call}/supervise", kind="listen")
    return hall.owned("SELECT count(*) FROM call_orders WHERE call_id = :id", id=call)[0][0] > 0


def takes_over(hall: AttackedHall) -> bool:
    call = hall.going_on(hall.accounts["sato"])
    return is_done(hall, hall.suzuki, f"/calls/{call}/orders", kind="transfer", target="phone:hoken2")


def disaster_is_declared(hall: AttackedHall) -> bool:
    until = hall.office.parts.clock.now() + timedelta(days=2)
    return is_done(
        hall, hall.sato, "/disaster", reason="台風", day=f"{until:%Y-%m-%d}", hour="12:00",
        announcements="none",
    )  # fmt: skip


SUPERVISORS = everybody_is(Role.SUPERVISOR, Role.OPERATOR)
ADMINISTRATORS = everybody_is(Role.ADMINISTRATOR)
ATTACKS = (
    Attack(
        name="a supervisor reads the list of accounts", guard=ADMINISTRATORS, told=NOT_YOURS,
        attempt=lambda hall: hall.kanri.get("/accounts").status_code == 200,
    ),
    Attack(
        name="an operator issues a program's key", guard=ADMINISTRATORS, told=NOT_YOURS, attempt=key_is_issued
    ),
    Attack(
        name="a supervisor ends a program's key by its id", guard=ADMINISTRATORS, told=NOT_YOURS,
        attempt=key_is_ended,
    ),
    Attack(
        name="the administrator reads a call", guard=SUPERVISORS, told=NOT_YOURS,
        attempt=lambda hall: hall.kikai.get(f"/calls/{hall.over}").status_code == 200,
    ),
    Attack(
        name="the administrator searches what was said", guard=SUPERVISORS, told=NOT_YOURS,
        attempt=lambda hall: hall.kikai.get("/search").status_code == 200,
    ),
    Attack(
        name="an operator takes an alarm off the screens", guard=SUPERVISORS, told=NOT_YOURS,
        attempt=alarm_is_noticed,
    ),
    Attack(
        name="an operator opens an unannounced call for use", guard=SUPERVISORS, told=NOT_YOURS,
        attempt=closed_call_is_opened,
    ),
    Attack(
        name="an operator approves the destruction of evidence", guard=SUPERVISORS, told=NOT_YOURS,
        attempt=lambda hall: is_done(hall, hall.sato, f"/destruction/{hall.recording}/approve"),
    ),
    Attack(
        name="an operator listens to a colleague's call that goes on", guard=SUPERVISORS,
        told="knock:live-listen:not-your-role", attempt=lambda hall: hears_live(hall, "suzuki"),
    ),
    Attack(
        name="a supervisor listens to another department's call that goes on", guard=SUPERVISORS,
        told="knock:live-listen:not-visible", attempt=lambda hall: hears_live(hall, "hoka"),
    ),
    Attack(
        name="an operator has a colleague's call come to the own desk", told="console.refused:access-denied",
        guard=patched(desk_orders, "_fetches", shakes), behind=(rows("call_orders"),), attempt=takes_over,
    ),
    Attack(
        name="an operator switches the announcements off, as in a disaster", guard=SUPERVISORS,
        told=NOT_YOURS, attempt=disaster_is_declared,
    ),
)  # fmt: skip
