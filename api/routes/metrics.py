"""Figures for a monitoring system: behind a token, or, without one, for programs on this machine only."""

from __future__ import annotations

import ipaddress
import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import text

from api.deps import Parts
from api.errors import tell_refusal
from api.metrics_text import MEDIA_TYPE, Figure, render_metrics
from api.parts import ConsoleParts

router = APIRouter(include_in_schema=False)

_READINGS = text("SELECT name, part, source, value, at FROM watch_readings")
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Whoever comes through a proxy is somebody else than the proxy."""


@router.get("/metrics")
def metrics(request: Request, parts: Parts) -> Response:
    """Return what the watches last read, as OpenMetrics text."""
    if not may_read(request, parts):
        tell_refusal(request, "no-token", 403)
        return PlainTextResponse("forbidden\n", status_code=403)
    with parts.database.begin() as connection:
        figures = [
            Figure(name=row.name, part=row.part, source=row.source, value=row.value, at=row.at)
            for row in connection.execute(_READINGS)
        ]
    return Response(render_metrics(figures, parts.clock.now()), media_type=MEDIA_TYPE)


def may_read(request: Request, parts: ConsoleParts) -> bool:
    """Whether the figures go to whoever asks."""
    token = parts.settings.metrics_token
    if token is not None:
        shown = request.headers.get("authorization", "")
        return secrets.compare_digest(shown.encode(), f"Bearer {token.get_secret_value()}".encode())
    if any(name in request.headers for name in _PASSED_ON) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
