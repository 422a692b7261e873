"""A stand-in for a city's sign-in provider: oidc-provider-mock over real HTTP, PKCE checked in front of it.

It is no certified provider. The mock itself takes a code without its verifier, so the check of RFC 7636 §4.6
stands here; ``proves`` false leaves it out, as a provider that knows no PKCE.
"""

from __future__ import annotations

import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from wsgiref.util import setup_testing_defaults

import httpx2
from authlib.deprecate import AuthlibDeprecationWarning
from werkzeug.serving import make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # of what it is made of
    from oidc_provider_mock import User, app

PEOPLE = {
    "sato-42": {"name": "佐藤 花子", "groups": ["kokuho-uketsuke"]},
    "kanri-7": {"name": "管理 太郎", "groups": ["kokuho-kanri", "somu"]},
    "yoso-1": {"name": "よその人", "groups": ["somu"]},
}


@dataclass(slots=True)
class StandIn:
    """A provider that runs."""

    issuer: str = ""
    proves: bool = True
    people: dict[str, User] = field(default_factory=dict[str, User])
    asked: list[str] = field(default_factory=list[str])
    challenges: dict[str, str] = field(default_factory=dict[str, str])

    def visit(self, address: str, subject: str) -> str:
        """Sign a person in there, as their browser would; returns the address they are sent back to."""
        answer = httpx2.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text[:300]
        return answer.headers["location"]

    def remembering(self, asked: dict[str, list[str]], start: Callable[..., Any]) -> Callable[..., Any]:
        """Remember with which challenge the code was asked that this answer gives out."""

        def answer(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            for code in parse_qs(urlsplit(dict(headers).get("Location", "")).query).get("code", ()):
                self.challenges[code] = asked["code_challenge"][0]
            return start(status, headers, *rest)

        return answer

    def is_proven(self, form: dict[str, str]) -> bool:
        """Whether the verifier belongs to the challenge that the code was asked with."""
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        return not self.proves or self.challenges.get(form.get("code", "")) == challenge


def _in_front(inner: Callable[..., Iterable[bytes]], stand_in: StandIn) -> Callable[..., Iterable[bytes]]:
    def check(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        setup_testing_defaults(environ)
        stand_in.asked.append(environ["PATH_INFO"])
        if (environ["PATH_INFO"], environ["REQUEST_METHOD"]) == ("/oauth2/authorize", "POST"):
            start = stand_in.remembering(parse_qs(environ["QUERY_STRING"]), start)
        if environ["PATH_INFO"] == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = BytesIO(body)
            if not stand_in.is_proven(dict(parse_qsl(body.decode()))):
                start("400 Bad Request", [("content-type", "application/json")])
                return [b'{"error": "invalid_grant"}']
        return inner(environ, start)

    return check


@contextmanager
def provider_that_runs() -> Iterator[StandIn]:
    """Run a stand-in on a free port of this machine."""
    people = {subject: User(sub=subject, claims=dict(claims)) for subject, claims in PEOPLE.items()}
    stand_in = StandIn(people=people)
    inner = app(user_claims=list(people.values()), require_nonce=True)
    server = make_server("localhost", 0, _in_front(inner.wsgi_app, stand_in), threaded=True)
    stand_in.issuer = f"http://localhost:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="provider")
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
