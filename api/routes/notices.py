"""Notices of a request as Word files: made from the city's own samples at the press of a key.

The file is made anew each time and kept nowhere: what it says stands in the request's steps, and what an
officer adds in Word is theirs.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response

from api.call_form import cut
from api.deps import OwnForm, Parts
from api.reading.notices import make_notice
from core.errors import NotFound
from core.ids import RequestId
from disclosure.notices.fields import Typed
from disclosure.notices.template import MEDIA_TYPE

router = APIRouter(include_in_schema=False)

LONGEST = 500
_MOST_STEPS = 100_000


@router.post("/disclosures/{request_id}/notices/{number}")
def notice(  # noqa: PLR0913, PLR0917  what an officer can type
    request_id: Annotated[UUID, Path()],
    number: Annotated[int, Path(ge=1, le=_MOST_STEPS)],
    session: OwnForm,
    parts: Parts,
    subject: Annotated[str, Form()] = "",
    purpose: Annotated[str, Form()] = "",
    carrying_out: Annotated[str, Form()] = "",
    basis: Annotated[str, Form()] = "",
    disclosed_for: Annotated[str, Form()] = "",
) -> Response:
    """Hand out the notice about a step."""
    if parts.profile.disclosure is None:
        raise NotFound
    typed = Typed(
        subject=cut(subject, LONGEST), purpose=cut(purpose, LONGEST),
        carrying_out=cut(carrying_out, LONGEST), basis=cut(basis, LONGEST),
        disclosed_for=cut(disclosed_for, LONGEST),
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        name, made = make_notice(
            connection, parts, parts.profile.disclosure, RequestId(request_id), number, typed
        )
    return Response(
        made, media_type=MEDIA_TYPE,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.docx"},
    )  # fmt: skip
