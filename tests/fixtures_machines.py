"""Programs of the city hall that show somebody's own key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.own_keys import OwnKeys, Reaches
from core.actors import Actor, Role
from core.ids import AccountId
from core.profile.casework import Casework
from core.profile.integrations import Integrations
from tests.office import HOKEN, Office


@dataclass(frozen=True, slots=True)
class Machine:
    """A program with somebody's key."""

    client: TestClient
    key: str

    def get(self, path: str) -> Response:
        return self.client.get(f"/api/v1{path}", headers=self._head)

    def post(self, path: str, **fields: object) -> Response:
        data = {"press": str(uuid4())} | fields
        return self.client.post(f"/api/v1{path}", data=data, headers=self._head)

    @property
    def _head(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}


Machines = Callable[..., Machine]


@pytest.fixture
def program_of(office: Office) -> Machines:
    """``program_of(account, role, reach, …)``: a program with a key of somebody's."""
    profile = office.parts.profile.model_copy(
        update={
            "integrations": Integrations(own_keys=True, board_by_programs=True),
            "casework": Casework(heads=("kacho",), general_chiefs=("shomu",)),
        }
    )
    object.__setattr__(office.parts, "profile", profile)
    client = TestClient(create_app(office.parts), base_url="https://testserver")

    def made(account: AccountId, role: Role, *reaches: Reaches, days: int = 7) -> Machine:
        actor = Actor(account=account, roles=frozenset({role}), departments=frozenset({HOKEN}))
        keys = OwnKeys(office.parts.database, office.parts.clock)
        return Machine(client, keys.issue(actor, "窓口支援", reaches=reaches or tuple(Reaches), days=days))

    return made
