"""Who sees that there is a request: the office, or some people alone (存否応答拒否, 第81条)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import RedirectResponse

from api.deps import OwnForm, Parts
from api.errors import WrongInput
from core.ids import AccountId, RequestId
from storage.record_requests import fellow_officers, narrow_workspace

router = APIRouter(include_in_schema=False)
RequestInPath = Annotated[UUID, Path()]


@router.post("/disclosures/{request_id}/workspace")
def narrow(
    request_id: RequestInPath,
    session: OwnForm,
    parts: Parts,
    close: Annotated[str, Form()] = "",
    others: Annotated[list[UUID] | None, Form()] = None,
) -> Response:
    """Close the request to all but some people (存否応答拒否), or open it to the office again."""
    with parts.database.begin(session.actor) as connection:
        known = {one for one, _ in fellow_officers(connection)}
        if not known.issuperset(others or ()):
            raise WrongInput
        kept = [AccountId(one) for one in others or ()] if close else None
        narrow_workspace(connection, session.actor, RequestId(request_id), kept)
    return RedirectResponse(f"/disclosures/{request_id}#workspace", status_code=303)
