"""緊急閲覧: opening calls of another department for a short time, with a reason, and shutting them again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import RedirectResponse

from api.call_form import cut
from api.deps import OwnForm, Parts
from api.errors import WrongInput
from api.parts import ConsoleParts
from api.wording import HERE
from core.ids import LineId
from storage.urgent_openings import LONGEST_REASON, UrgentOpenings, Wanted

router = APIRouter(include_in_schema=False)


@router.post("/rights/urgent")
def open_urgently(
    session: OwnForm,
    parts: Parts,
    line: Annotated[str, Form(max_length=100)] = "",
    at: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Open the calls of a line around a minute; the auditor is told at once."""
    wanted = Wanted(line=LineId(line), at=_moment(at), reason=cut(reason, LONGEST_REASON))
    _door(parts).open(session.actor, wanted)
    return RedirectResponse("/rights#urgent", status_code=303)


@router.post("/rights/urgent/{opening}/shut")
def shut(opening: Annotated[UUID, Path()], session: OwnForm, parts: Parts) -> Response:
    """End one's own opening before its time."""
    _door(parts).shut(session.actor, opening)
    return RedirectResponse("/rights#urgent", status_code=303)


def _door(parts: ConsoleParts) -> UrgentOpenings:
    return UrgentOpenings(parts.database, parts.clock, parts.profile.rights.urgent_lasts)


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at).replace(tzinfo=HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongInput from None
