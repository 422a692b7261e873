"""The access log as a page, for the auditor: nothing of any call, and nothing to press."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Parts, Show, SignedIn
from api.reading.access_log import NOT_CHOSEN, LogChoice, log_lines, people_in_log
from core.ids import AccountId

router = APIRouter(include_in_schema=False)


@router.get("/access-log")
def access_log(  # noqa: PLR0913, PLR0917  the page's filters
    request: Request,
    session: SignedIn,
    parts: Parts,
    show: Show,
    who: str = "",
    until: str = "",
    refused: bool = False,
) -> HTMLResponse:
    """Show a page of the log, newest first."""
    choice = LogChoice(who=_account(who), until=read_moment(until), refused=refused)
    with parts.database.begin(session.actor) as connection:
        lines, following = log_lines(connection, choice)
        people = people_in_log(connection)
    return show.show(
        request, session, "access_log.html",
        lines=lines, following=following, people=people, choice=choice, not_chosen=NOT_CHOSEN,
    )  # fmt: skip


def _account(words: str) -> AccountId | None:
    try:
        return AccountId(UUID(words))
    except ValueError:
        return None


def read_moment(words: str) -> datetime | None:
    """Read where a page of the log ends out of an address; None: it is no moment with a zone."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
