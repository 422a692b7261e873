"""For whom and until when somebody works here, and which lines they see (委託職員): set by administrators."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import RedirectResponse

from api.deps import OwnForm, Parts
from api.engagements import Engagement, set_engagement
from api.errors import NotYourRole, WrongInput
from api.wording import HERE
from core.actors import Role
from core.ids import LineId

router = APIRouter(include_in_schema=False)


@router.post("/accounts/{login}/engagement")
def engage(  # noqa: PLR0913, PLR0917  the form
    login: Annotated[str, Path(max_length=64)],
    session: OwnForm,
    parts: Parts,
    employer: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    line: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Set employer, last day and lines of an account; its sessions end, so that it holds at once."""
    if not session.actor.has(Role.ADMINISTRATOR):
        raise NotYourRole
    lines = frozenset(LineId(one) for one in line or ())
    engagement = Engagement(employer=employer, ends_at=end_of_day(until), lines=lines)
    set_engagement(parts.database, parts.profile, login, engagement)
    return RedirectResponse("/accounts", status_code=303)


def end_of_day(day: str) -> datetime | None:
    """Return the end of a last day, as people here count days; None where none is given.

    Raises:
        WrongInput: it is no day
    """
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongInput from None
