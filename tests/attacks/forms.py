"""Every form of the console, as its own table of routes declares it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi.routing import APIRoute

NOT_TRIED = {"/sign-in", "/sign-out", "/sign-in/code", "/sign-in/set-up", "/account/sign-out-everywhere"}
"""They exchange the session itself; tests/api/sign_in and tests/api/second_factor try them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as its route declares it."""

    path: str
    fields: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The names in its address."""
        return re.findall(r"{(\w+)", self.path)

    def address(self, values: dict[str, str]) -> str:
        """Its address with these values, as a browser would send them."""
        return re.sub(r"{(\w+)[^}]*}", lambda found: quote(values[found[1]], safe=""), self.path)


def forms_of(app: Any) -> Iterator[Form]:  # noqa: ANN401  what the test client calls an application
    """Every form in the table of routes."""
    for included in app.routes:
        for route in getattr(getattr(included, "original_router", None), "routes", [included]):
            if (
                isinstance(route, APIRoute)
                and "POST" in (route.methods or ())
                and route.path not in NOT_TRIED
            ):
                yield Form(path=route.path, fields=tuple(dict.fromkeys(_fields(route.dependant))))


def _fields(dependant: Any) -> Iterator[str]:  # noqa: ANN401  FastAPI's own
    yield from (one.alias for one in (*dependant.body_params, *dependant.query_params) if one.alias != "csrf")
    for below in dependant.dependencies:
        yield from _fields(below)
