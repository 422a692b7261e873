"""The OpenAPI document of ``/api/v1``: drawn from the routes themselves, with the errors as we answer them.

``python -m tools.openapi`` writes it to docs/openapi.json; a test holds the two together.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.doors import door_of
from api.keyed_doors import Keyed
from api.routes import (
    api_alerts,
    api_calls,
    api_case_content,
    api_imports,
    api_incident_steps,
    api_incidents,
    api_papers,
    api_quotes,
    api_reports,
    api_signals,
    api_statement_words,
    api_visits,
    programs,
)

ROUTERS: tuple[APIRouter, ...] = (
    programs.router,
    api_calls.router,
    api_signals.router,
    api_incidents.router,
    api_incident_steps.router,
    api_case_content.router,
    api_statement_words.router,
    api_papers.router,
    api_alerts.router,
    api_quotes.router,
    api_imports.router,
    api_visits.router,
    api_reports.router,
)
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
}
_REFUSALS = {
    "400": "the request cannot be understood",
    "401": "no key that is valid",
    "403": "the key or its person may not do this",
    "404": "there is no such thing, or none that the person may see",
    "409": "somebody wrote first, or the press stands for something else",
    "413": "too large",
    "415": "no form",
    "422": "understood, and not possible: why, in Japanese",
    "503": "not just now; try again",
}
_DESCRIPTION = (
    "For programs of the city hall. Bodies are forms (application/x-www-form-urlencoded), answers are JSON, "
    "refusals are problems (RFC 9457) with Japanese words. `press` is a UUID of the program's own making, in "
    "every POST: sent again, it counts once. docs/http-api.md says the rest."
)


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document."""
    routes = [one for router in ROUTERS for one in router.routes]
    document = get_openapi(
        title="Tsuwaroku 通話録",
        version="1",
        description=_DESCRIPTION,
        routes=routes,
        openapi_version="3.1.0",
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"key": []}]
    for route in routes:
        for method in getattr(route, "methods", ()):
            _tell(cast("dict[str, Any]", document["paths"][cast("APIRoute", route).path]), method, route)
    return document


def _tell(path: dict[str, Any], method: str, route: object) -> None:
    operation: dict[str, Any] = path[method.lower()]
    responses: dict[str, Any] = operation["responses"]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, why in _REFUSALS.items():
        if method != "GET" or status not in {"409", "413", "415"}:
            responses[status] = {"description": why, "content": problem}
    operation["parameters"] = [
        one for one in operation.get("parameters", []) if one["in"] != "header"
    ]  # the key is said by `security`
    door = door_of(method, cast("APIRoute", route).path)
    if isinstance(door, Keyed):
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{door.reaches.value}`."
