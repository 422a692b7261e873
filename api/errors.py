"""Turns errors into what a person or a program can read: a Japanese page, or JSON of one shape.

JSON: ``{"error": {"code": …, "title": …, "advice": …}}``; to programs (``/api/v1``) a problem
(RFC 9457). An error never says whether a hidden thing exists.
Every refusal is logged: which, and at which kind of address, never the address itself.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from api.error_texts import error_text
from api.rendering import Pages
from core.errors import DomainError
from core.logs import get_log

log = get_log()
_HTTP_CODES = {404: "not-found", 405: "wrong-method", 413: "too-large"}


class NotSignedIn(DomainError):
    """Nobody is signed in, or the session is over."""

    code = "not-signed-in"
    http_status = 401


class NoToken(DomainError):
    """The request shows no token that is valid."""

    code = "no-token"
    http_status = 401


class NotYourRole(DomainError):
    """This page belongs to another role. Nothing of any call was asked for."""

    code = "not-your-role"
    http_status = 403


class FormExpired(DomainError):
    """The form does not carry this session's token."""

    code = "form-expired"
    http_status = 403


class WrongInput(DomainError):
    """Something in the form or the address cannot be understood."""

    code = "wrong-input"
    http_status = 400


def tell_refusal(connection: HTTPConnection, code: str, status: int) -> None:
    """Log that somebody was refused: a code, and the kind of address as its route declares it."""
    route = connection.scope.get("route")
    log.warning("console.refused", code=code, status=status, path_kind=getattr(route, "path", ""))


def answer(request: Request, code: str, status: int) -> Response:
    """Return the answer for an error: a page where a page was asked for, else JSON. It is logged."""
    tell_refusal(request, code, status)
    words = error_text(code)
    if request.url.path.startswith("/api/v1/"):
        problem = {
            "type": f"urn:tsuwaroku:problem:{code}", "title": words.title, "status": status,
            "detail": words.advice, "code": code,
        }  # fmt: skip
        return JSONResponse(problem, status_code=status, media_type="application/problem+json")
    if "text/html" not in request.headers.get("accept", ""):
        body = {"error": {"code": code, "title": words.title, "advice": words.advice}}
        return JSONResponse(body, status_code=status)
    pages: Pages = request.app.state.pages
    return pages.bare("error.html", status=status, title=words.title, advice=words.advice, code=code)


def answer_errors(app: FastAPI) -> None:
    """Have every error that a person can meet answered in one of the two shapes."""

    def domain(request: Request, error: Exception) -> Response:
        found = error if isinstance(error, DomainError) else DomainError()
        page_wanted = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if isinstance(found, NotSignedIn) and page_wanted and "hx-request" not in request.headers:
            tell_refusal(request, found.code, found.http_status)
            return RedirectResponse(f"/sign-in?next={quote(request.url.path, safe='/')}", status_code=303)
        return answer(request, found.code, found.http_status)

    def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return answer(request, _HTTP_CODES.get(status, "unexpected"), status)

    def validation(request: Request, error: Exception) -> Response:
        places = (
            [one["loc"][0] for one in error.errors()] if isinstance(error, RequestValidationError) else []
        )
        # An address that cannot be one of ours is answered like one that does not exist.
        if "path" in places:
            return answer(request, "not-found", 404)
        return answer(request, "wrong-input", 400)

    app.add_exception_handler(DomainError, domain)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)
