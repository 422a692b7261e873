"""Says whether the console can work, for whoever watches over the service. Nothing about calls or people."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import text

from api.deps import Parts

router = APIRouter(include_in_schema=False)


@router.get("/healthz", status_code=204)
def health(parts: Parts) -> Response:
    """Answer 204 when pages can be served; 503 while the database is away."""
    with parts.database.begin() as connection:
        connection.execute(text("SELECT 1"))
    return Response(status_code=204)
