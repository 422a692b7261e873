"""What routes for people's keys ask for: whose key it is, and that each press counts once.

``press`` is a UUID of the program's own making, in every POST. The first one acts, in one transaction with
the line that says what it did; the same again gets the same answer, another request under it is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Form, Request
from fastapi.responses import JSONResponse
from starlette.requests import HTTPConnection

from api.deps import Parts, parts_of
from api.errors import NoToken
from api.own_keys import Holder, OwnKeys, Reaches
from api.parts import ConsoleParts
from core.ids import IncidentId
from storage.api_presses import ApiPress, Pressed, answer_of, keep_press
from storage.case_trail import CaseTrail
from storage.unit_of_work import UnitOfWork

Act = Callable[[UnitOfWork], Mapping[str, Any]]


def holder_of(connection: HTTPConnection) -> Holder:
    """Return whose key a program shows.

    Raises:
        NoToken: none, or none that is valid
    """
    known: Holder | None = getattr(connection.state, "holder", None)
    if known is not None:
        return known
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    parts = parts_of(connection)
    allowed = parts.profile.integrations.own_keys and scheme.lower() == "bearer" and key
    keys = OwnKeys(parts.database, parts.clock, parts.profile.with_those_below)
    found = keys.find(key) if allowed else None
    if found is None:
        raise NoToken
    if not parts.profile.integrations.board_by_programs:
        found = replace(found, reaches=found.reaches - {Reaches.BOARD})
    connection.state.holder = found
    return found


def holder(request: Request) -> Holder:
    """Return whose key a program shows; as ``holder_of``."""
    return holder_of(request)


Held = Annotated[Holder, Depends(holder)]


AS_ONE = timedelta(minutes=15)
"""Reads of one case by one person's programs within this time are one line of the access log."""


def trail_of(parts: ConsoleParts, held: Holder, incident: IncidentId) -> None:
    """Write down, before it is answered, that a program reads a case in its person's name.

    Raises:
        NotFound: there is none, or none that the person may see
        DatabaseAway: it could not be written down, so nothing is answered
    """
    trail = CaseTrail(parts.database, parts.clock)
    trail.opened(held.actor, incident, parts.clock.now() - AS_ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedOnce:
    """One press of a program, in its person's name."""

    id: UUID
    holder: Holder
    parts: ConsoleParts
    request: Pressed
    now: datetime

    def do(self, act: Act, status: int = 200) -> JSONResponse:
        """Act, and keep the answer; or give the answer that was kept.

        Args:
            act: what is done, and what is answered: ids and codes alone, they are kept
            status: of the answer

        Raises:
            PressUsed: this id stands for another request
            DomainError: what ``act`` raises; nothing was done then, and the id is free
        """
        with UnitOfWork(self.parts.database, self.parts.announcer, self.holder.actor) as work:
            before = answer_of(work.connection, self.request)
            if before is not None:
                return JSONResponse(dict(before.answer), status_code=before.status)
            press = ApiPress(request=self.request, status=status, answer=dict(act(work)), at=self.now)
            keep_press(work.connection, press)
        return JSONResponse(dict(press.answer), status_code=status)


async def pressed(request: Request, held: Held, parts: Parts, press: Annotated[UUID, Form()]) -> PressedOnce:
    """Read the press that every POST carries."""
    fields = sorted((name, value) for name, value in (await request.form()).multi_items() if name != "press")
    asked = hashlib.sha256(repr((request.url.path, fields)).encode()).digest()
    address = f"POST {getattr(request.scope.get('route'), 'path', '')}"
    kept = Pressed(token=held.token, id=press, account=held.actor.account, address=address, asked=asked)
    return PressedOnce(id=press, holder=held, parts=parts, request=kept, now=parts.clock.now())


OnPress = Annotated[PressedOnce, Depends(pressed)]
