"""The API's own description (OpenAPI), to whoever shows a key. docs/openapi.json is the same."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.deps import Parts
from api.keyed import holder_of
from api.openapi import openapi_document
from api.tokens import Tokens

router = APIRouter(prefix="/api/v1", include_in_schema=False)


@router.get("/openapi.json")
def document(request: Request, parts: Parts) -> JSONResponse:
    """Return the document.

    Raises:
        NoToken: no key is shown that is valid, neither a program's nor a person's
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = Tokens(parts.database, parts.clock).find(token) if scheme.lower() == "bearer" and token else None
    if found is None:
        holder_of(request)
    return JSONResponse(openapi_document())
