"""The paper of a decision for programs (文書管理, 電子決裁): the bytes as printed. docs/http-api.md.

It holds what people heard and quoted, so it is reached by a scope of its own, and each time it is taken out
is a press: ``api_presses`` says with whose key.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api.deps import Parts
from api.keyed import OnPress
from api.routes.case_content import paper_file
from core.ids import IncidentId
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["incidents"])


@router.post(
    "/incidents/{incident}/papers/{number}/file",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
def take_out(
    incident: UUID, number: Annotated[int, Path(ge=1, le=999_999)], press: OnPress, parts: Parts
) -> Response:
    """Give the paper (PDF) as it was printed when the case was decided; the same press gives it again."""
    given = paper_file(parts, press.holder.actor, IncidentId(incident), number)

    def act(_work: UnitOfWork) -> dict[str, Any]:
        return {"id": str(incident), "number": number}

    press.do(act)
    return given
