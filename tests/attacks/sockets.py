"""WebSockets that are opened from elsewhere, by nobody, or by somebody who has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api.routes import live
from api.sessions import Session, Sessions
from core.actors import Role
from tests.attacks.attack import Attack
from tests.attacks.switches import nods, patched, sessions_of, wired
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

NEWS, OURS = "wss://testserver/ws", "https://testserver"


def hears(hall: AttackedHall, browser: TestClient, origin: str = OURS, *, leave: str = "") -> bool:
    """Whether news of a call come out of a socket."""
    feed = hall.app.state.feed
    wait_until(feed.listening.is_set)
    try:
        with browser.websocket_connect(NEWS, headers={"origin": origin}) as socket:
            if leave:
                browser.post("/sign-out", data={"csrf": leave}, headers={"origin": OURS})
            hall.office.notify(hall.live)
            return socket.receive_json()["topic"] == "call"
    except WebSocketDisconnect:
        return False


def hears_after_leaving(hall: AttackedHall) -> bool:
    _, account = hall.newcomer(Role.SUPERVISOR)
    person = hall.arrive(account)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "TRUSTED_SECONDS", 0.0)
        return hears(hall, person.client, leave=person.csrf)


class KnowsEverybody(Sessions):
    """Every cookie is kanri's, also none."""

    kanri: Session

    def find(self, cookie: str, *, touch: bool = True) -> Session | None:
        """Return kanri."""
        del cookie, touch
        return self.kanri


def knows_everybody(hall: AttackedHall) -> Sessions:
    sessions = sessions_of(hall, KnowsEverybody)
    found = hall.app.state.sessions.find(hall.app.state.sessions.open(hall.accounts["kanri"]))
    sessions.kanri = found
    return sessions


ATTACKS = (
    Attack(
        name="a socket that another site's page opens", guard=patched(live, "is_own_page", nods),
        told="console.refused:other-origin",
        attempt=lambda hall: hears(hall, hall.kanri.client, "https://evil.example"),
    ),
    Attack(
        name="a socket without a session", told="console.refused:not-signed-in",
        guard=wired("who a cookie belongs to", "sessions", knows_everybody),
        attempt=lambda hall: hears(hall, hall.browser()),
    ),
    Attack(
        name="a socket that stays open after signing out", told="console.refused:not-signed-in",
        guard=patched(live, "_still_signed_in", nods), attempt=hears_after_leaving,
    ),
)  # fmt: skip
