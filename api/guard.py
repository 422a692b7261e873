"""Stands before every route: small forms of our own origin only, strict headers, no leaking faults.

The policy allows nothing but our own files: no inline script or style, no frame, no other host.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import answer
from core.logs import get_log

log = get_log()
LARGEST_FORM = 96 * 1024
"""Bytes of a form. The longest has two fields of 4,000 characters; a form writes a kanji in nine bytes."""

LARGEST_FRAME = 64 * 1024
"""Bytes of a form around a file."""

LARGEST_STATEMENT = 512 * 1024
"""Bytes of the form of a case's statement: of what somebody wrote for an hour nothing is refused."""

_STATEMENT_PLACE = re.compile(r"/incidents/[0-9a-fA-F-]{36}/statement")
_FILE_PLACE = re.compile(r"/imports/[0-9a-fA-F-]{36}/file")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
_FORM_WITH_FILE = "multipart/form-data"
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # Not no-referrer: browsers would then send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}


def own_origin(headers: Headers) -> str:
    """Return the origin of our own pages, as a browser says it. The console speaks HTTPS only."""
    return f"https://{headers.get('host', '')}"


class Guard:
    """ASGI middleware around the whole console."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it at once."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cross-origin-opener-policy", "same-origin")
                headers.setdefault("cache-control", "private, no-store")
            await send(message)

        request = Request(scope, receive)
        refused = _refusal(request)
        if refused is not None:
            await answer(request, *refused)(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:  # noqa: BLE001  the last fence: beyond it the fault's own words would be logged
            log.error("console.failed", error=type(error).__name__)  # noqa: TRY400  a trace quotes what it met
            if not started:
                await answer(request, "unexpected", 500)(scope, receive, send_guarded)


def is_foreign_form(headers: Headers) -> bool:
    """Whether another site's page sends this form."""
    origin = headers.get("origin")
    if origin is not None and origin != own_origin(headers):
        return True
    return headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


def is_taken_by_another_site(headers: Headers) -> bool:
    """Whether another site's page takes something of ours into itself: a frame, a sound, a script.

    A link that leads here is none: people come from the city's portal, and back from its sign-in provider.
    """
    if headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}:
        return False
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) != ("navigate", "document")


def is_too_large(headers: Headers, largest: int = LARGEST_FORM) -> bool:
    """Whether more would come than any form of ours has, or nothing says how much."""
    # Browsers always say it. Beside a transfer coding it would be a length that does not count.
    length = "" if "transfer-encoding" in headers else headers.get("content-length", "")
    return not (length.isascii() and length.isdigit()) or float(length) > largest


def is_no_form(headers: Headers, kind: str = _FORM) -> bool:
    """Whether it is anything else than a plain form: another site's script may send no other kind unasked."""
    return headers.get("content-type", "").split(";")[0].strip().lower() != kind


def _refusal(request: Request) -> tuple[str, int] | None:
    headers = request.headers
    if request.method in _SAFE:
        return ("other-origin", 403) if is_taken_by_another_site(headers) else None
    if is_foreign_form(headers):
        return "other-origin", 403
    if _FILE_PLACE.fullmatch(request.url.path) and not is_no_form(headers, _FORM_WITH_FILE):
        return _refusal_of_file(request)
    statement = _STATEMENT_PLACE.fullmatch(request.url.path) is not None
    if is_too_large(headers, LARGEST_STATEMENT if statement else LARGEST_FORM):
        return "too-large", 413
    if is_no_form(headers):
        return "wrong-content-type", 415
    return None


def _refusal_of_file(request: Request) -> tuple[str, int] | None:
    """The one form that brings a file: as large as the city takes them."""
    largest: int = request.app.state.parts.profile.imports.largest
    return ("file-too-large", 413) if is_too_large(request.headers, largest + LARGEST_FRAME) else None
