"""用件の見比べ: calls of one number side by side, reached from a signal that speaks of several calls."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import Office, Parts, Show
from api.reading.alike_calls import alike_calls

router = APIRouter(include_in_schema=False)


@router.get("/signals/{signal}/alike")
def side_by_side(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request,
    signal: UUID,
    session: Office,
    parts: Parts,
    show: Show,
    beside: Annotated[str, Query(max_length=150, pattern=r"^[^\x00-\x1f\x7f]*$")] = "",
) -> HTMLResponse:
    """Show what the caller says in two calls, and where they say the same."""
    with parts.database.begin(session.actor) as connection:
        seen = alike_calls(connection, parts, session, signal, beside)
    return show.show(
        request, session, "alike_calls.html", seen=seen, alike_from=parts.profile.signals.alike_percent
    )
