"""Tokens that a city's sign-in provider did not make, and addresses that it should not send us to.

The only addresses that come from outside at all are those in what the provider says of itself: no form of the
console takes one, and those of Asterisk, PostgreSQL and the bucket stand in the machine's own settings.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jwt import JWTClaimsRegistry
from pydantic import SecretStr

from api import provider as room
from api.provider import Asked, Provider, ProviderAway, ProviderRefused
from core.settings import ProviderSettings
from tests.attacks.attack import Attack, Guard
from tests.attacks.switches import nods, patched

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

ISSUER = "https://idp.example"
REFUSED, AWAY = "provider.refused", "provider.away"
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
ASKED = Asked(state="s", nonce="n", verifier="v")


class Told(Provider):
    """A provider whose own words are given instead of fetched."""

    said: dict[str, Any]

    def _fetched(self, client: Any, address: str) -> Any:  # noqa: ANN401  the library's
        if address.endswith("openid-configuration"):
            return self.said
        return KeySet([KEY]).as_dict() if address.startswith(ISSUER) else super()._fetched(client, address)


def told(hall: AttackedHall, **said: str) -> Told:
    settings = ProviderSettings(
        issuer=ISSUER, client_id="tsuwaroku", client_secret=SecretStr("hush"), address="https://testserver"
    )
    provider = Told(settings, hall.office.parts.clock)
    provider.said = {
        "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/auth", "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/jwks",
    } | said  # fmt: skip
    return provider


def claims(**spoilt: object) -> dict[str, object]:
    now = int(time())
    usual: dict[str, object] = {
        "iss": ISSUER, "aud": "tsuwaroku", "sub": "kanri-7", "nonce": "n", "iat": now, "exp": now + 300
    }  # fmt: skip
    return {name: one for name, one in (usual | spoilt).items() if one is not None}


def unsigned() -> str:
    parts = (dumped({"alg": "none"}), dumped(claims()))
    return ".".join(parts) + "."


def dumped(part: object) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def proves(hall: AttackedHall, token: str, state: str = "s") -> bool:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.OAuth2Client, "fetch_token", lambda *_, **__: {"id_token": token})
        try:
            told(hall).finish(ASKED, code="c", state=state)
        except (ProviderRefused, ProviderAway):
            return False
        return True


def spoilt(**claim: object) -> Callable[[AttackedHall], bool]:
    header = {"alg": "RS256", "kid": "one"}
    return lambda hall: proves(hall, jwt.encode(header, claims(**claim), KEY))


@dataclass(slots=True)
class Inner:
    """A server of the inner network, which answers everybody who gets as far."""

    port: int = 0
    asked: list[str] = field(default_factory=list[str])


@contextmanager
def inner_server() -> Generator[Inner]:
    inner = Inner()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Lead from the provider to the inner network."""
            if "well-known" in self.path:
                self.send_response(302)
                self.send_header("location", f"http://127.0.0.1:{inner.port}/latest/meta-data")
            else:
                inner.asked.append(self.path)
                self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815  http.server's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    inner.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="inner")
    thread.start()
    try:
        yield inner
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


def secret_goes(hall: AttackedHall, endpoint: str) -> bool:
    """Whether we speak with the inner network because the provider's own words name it."""
    with inner_server() as inner:
        provider = told(hall, **{endpoint: f"http://127.0.0.1:{inner.port}/{endpoint}"})
        with pytest.MonkeyPatch.context() as patch:
            if endpoint != "token_endpoint":
                patch.setattr(room.OAuth2Client, "fetch_token", lambda *_, **__: {"id_token": "x"})
            with pytest.raises((ProviderAway, ProviderRefused)):
                provider.finish(ASKED, code="c", state="s")
        return bool(inner.asked)


def is_led_inside(hall: AttackedHall) -> bool:
    with inner_server() as inner:
        settings = ProviderSettings(
            issuer=f"http://localhost:{inner.port}", client_id="tsuwaroku", address="https://testserver"
        )
        with pytest.raises(ProviderAway):
            Provider(settings, hall.office.parts.clock).begin()
        return bool(inner.asked)


@contextmanager
def follows(_hall: AttackedHall) -> Generator[None]:
    real = room.OAuth2Client
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "OAuth2Client", lambda **options: real(**options | {"follow_redirects": True}))
        yield


FOR_WHOM = patched(CodeIDToken, "validate_azp", nods)
FIT = patched(Provider, "_is_fit", nods)
ANY_STATE = SimpleNamespace(compare_digest=nods, token_urlsafe=secrets.token_urlsafe)
ATTACKS = (
    Attack(
        name="a token of another provider", guard=patched(JWTClaimsRegistry, "validate_iss", nods),
        told=REFUSED, attempt=spoilt(iss="https://evil.example"),
    ),
    Attack(
        name="a token that was made for another program", told=REFUSED, behind=(FOR_WHOM,),
        guard=patched(JWTClaimsRegistry, "validate_aud", nods), attempt=spoilt(aud="another-program"),
    ),
    Attack(
        name="a token that another program was given for us", told=REFUSED,
        guard=FOR_WHOM,
        attempt=spoilt(aud=["tsuwaroku", "another"], azp="another"),
    ),
    Attack(
        name="a token of last week", guard=patched(JWTClaimsRegistry, "validate_exp", nods), told=REFUSED,
        attempt=spoilt(exp=int(time()) - 7 * 86400),
    ),
    Attack(
        name="a token of another sign-in", guard=patched(CodeIDToken, "validate_nonce", nods), told=REFUSED,
        attempt=spoilt(nonce="another"),
    ),
    Attack(
        name="a token that nobody signed", guard=patched(room, "_ALGORITHMS", ["none"]), told=REFUSED,
        attempt=lambda hall: proves(hall, unsigned()),
    ),
    Attack(
        name="an answer to a sign-in that was not asked for", guard=patched(room, "secrets", ANY_STATE),
        told="provider.refused:state",
        attempt=lambda hall: proves(hall, jwt.encode({"alg": "RS256", "kid": "one"}, claims(), KEY), "other"),
    ),
    Attack(
        name="our secret sent into the inner network", guard=FIT, told=AWAY,
        attempt=lambda hall: secret_goes(hall, "token_endpoint"),
    ),
    Attack(
        name="keys fetched from the inner network", guard=FIT, told=AWAY,
        attempt=lambda hall: secret_goes(hall, "jwks_uri"),
    ),
    Attack(
        name="a redirect into the inner network", told=AWAY, attempt=is_led_inside,
        guard=Guard(name="api.provider: follow_redirects", away=follows),
    ),
)  # fmt: skip
