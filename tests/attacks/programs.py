"""Programs of the city hall with a key that is not for this, or not for anything any more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi.testclient import TestClient

from api import tokens as room
from api.routes import programs
from api.tokens import Scope, Tokens
from core.ids import DepartmentId
from tests.attacks.attack import Attack
from tests.attacks.switches import BOUND, patched, rows, without
from tests.fixtures_attacked_hall import ADDRESS, HOKEN, SHIMIN

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

NO_TOKEN, NOT_FOUND = "console.refused:no-token", "console.refused:not-found"
DESK = "/api/v1/phones/hoken1/call"


def program(
    hall: AttackedHall, *scopes: Scope, department: DepartmentId = HOKEN, spoilt: str = ""
) -> TestClient:
    """A program with a key; ``spoilt`` is what was done to the key's row since."""
    kept = Tokens(hall.office.parts.database, hall.office.parts.clock)
    token = kept.issue(
        hall.actor("kikai"), "受付機", scopes=scopes or tuple(Scope), departments=(department,), days=1
    )
    if spoilt:
        newest = "created_at = (SELECT max(created_at) FROM api_tokens)"
        hall.owned(f"UPDATE api_tokens SET {spoilt} WHERE {newest}")  # noqa: S608  our own words
    return TestClient(hall.app, base_url=ADDRESS, headers={"authorization": f"Bearer {token}"})


def is_flagged(hall: AttackedHall, asking: TestClient) -> bool:
    return asking.post(f"/api/v1/calls/{hall.live}/flag", data={"press": ""}).status_code == 200


def any_call_is_found(hall: AttackedHall) -> bool:
    spliced = quote("x' OR 'a' = 'a", safe="")
    return program(hall).get(f"/api/v1/phones/{spliced}/call").status_code == 200


ATTACKS = (
    Attack(
        name="a key that may ask, used to press the flag", told="console.refused:not-your-role",
        guard=patched(programs, "_allowed", lambda *_: None), behind=(rows("call_marks"),),
        attempt=lambda hall: is_flagged(hall, program(hall, Scope.CALLS)),
    ),
    Attack(
        name="a key whose time is over", guard=without(room, "_FIND", " AND expires_at > :now"),
        told=NO_TOKEN,
        attempt=lambda hall: program(hall, spoilt="expires_at = now() - interval '1 h'").get(DESK).is_success,
    ),
    Attack(
        name="a key that was ended", guard=without(room, "_FIND", " AND revoked_at IS NULL"), told=NO_TOKEN,
        attempt=lambda hall: program(hall, spoilt="revoked_at = now()").get(DESK).is_success,
    ),
    Attack(
        name="another department's key at our telephone", guard=rows("calls"), told=NOT_FOUND,
        attempt=lambda hall: program(hall, department=SHIMIN).get(DESK).is_success,
    ),
    Attack(
        name="another department's key presses our flag", guard=rows("calls"), told=NOT_FOUND,
        attempt=lambda hall: is_flagged(hall, program(hall, department=SHIMIN)),
    ),
    Attack(
        name="a statement as the name of a telephone", guard=BOUND, told=NOT_FOUND, attempt=any_call_is_found
    ),
)  # fmt: skip
