"""Rights over cases: read by a stranger, judged by who was not called, acted on before anybody has found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from api import measure_form
from core.actors import Role
from incidents.cases import machine
from incidents.cases.board import Board
from incidents.cases.rule import Rank
from tests.attacks.attack import Attack
from tests.attacks.foreign_ids import NOT_FOUND, is_done, is_shown
from tests.attacks.switches import both, nods, patched, rows

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall
    from tests.fixtures_console import Visitor

VIEW = {
    "own_fault": "no", "staff_conduct": "no", "withdrawn": "no", "continued": "yes", "demand": "fitting",
    "manner": "beyond", "duration": "fitting", "found": "yes", "reason": "同じ言葉が続いた",
}  # fmt: skip


def case_of(hall: AttackedHall) -> str:
    """A case that the supervisor of the insurance department has opened: its address."""
    answer = hall.post(
        hall.kanri, "/incidents", press=str(uuid4()), department="hoken-nenkin", way="counter",
        since=f"{hall.office.parts.clock.now():%Y-%m-%d}T00:01", summary="窓口で大きな声を出された",
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def step(hall: AttackedHall, who: Visitor, case: str, what: str, **fields: str) -> bool:
    """Take a step from what the page shows who opened the case."""
    seen = re.search(r'name="number" value="(\d+)"', hall.kanri.get(case).text)
    assert seen is not None
    return is_done(hall, who, f"{case}/{what}", number=seen[1], press=str(uuid4()), **fields)


def uncalled_view_is_given(hall: AttackedHall) -> bool:
    _, account = hall.newcomer(Role.SUPERVISOR)
    return step(hall, hall.arrive(account), case_of(hall), "view", **VIEW)


def lasting_measure_is_taken(hall: AttackedHall) -> bool:
    today = f"{hall.office.parts.clock.now():%Y-%m-%d}"
    return step(hall, hall.kanri, case_of(hall), "measures", kind="one-window", on=today, basis="要領")


def handling_is_ended(hall: AttackedHall) -> bool:
    return step(hall, hall.kanri, case_of(hall), "handling", words="これで終わります")


CASES = rows("incidents", "incident_events", "incident_calls", "incident_judges", "incident_quotes")
ATTACKS = (
    Attack(
        name="another department's case, by its id", guard=CASES, told=NOT_FOUND,
        attempt=lambda hall: is_shown(hall, case_of(hall)),
    ),
    Attack(
        name="a view by a supervisor whom nobody called", told="console.refused:not-a-judge",
        guard=patched(Board, "rank", lambda *_: Rank.CHIEF), attempt=uncalled_view_is_given,
    ),
    Attack(
        name="a measure that lasts before anybody has found", told="console.refused:finding-needed",
        guard=both(patched(measure_form, "check_measure", nods), patched(machine, "_rests_on_finding", nods)),
        attempt=lasting_measure_is_taken,
    ),
    Attack(
        name="ending the handling before anybody has found", told="console.refused:finding-missing",
        guard=patched(machine, "_rests_on_finding", nods), attempt=handling_is_ended,
    ),
)  # fmt: skip
