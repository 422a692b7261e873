"""The register of what we promised callers (折り返しの約束): what is due, what is overdue, what was done."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Office, Parts, Show
from storage.promises import kept_promises, open_promises

router = APIRouter(include_in_schema=False)
SOON = timedelta(hours=2)
DONE_FOR = timedelta(days=7)


@router.get("/promises")
def promises(request: Request, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the promises of the person's departments, the nearest first."""
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        still_open, done = open_promises(connection), kept_promises(connection, now - DONE_FOR)
    return show.show(
        request, session, "promises.html", promises=still_open, done=done, moment=now, soon=now + SOON
    )
