"""The city's own sign-in provider (OpenID Connect): the only file that speaks with it.

Code flow with PKCE (RFC 7636), state and nonce; the ID token's signature, issuer, audience, times and nonce
are proven before anything in it is believed. A provider that is away or busy costs nobody the console: local
accounts go on, and at most a few people wait for it at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from core.clock import Clock
from core.errors import DomainError
from core.logs import get_log
from core.settings import ProviderSettings

log = get_log()
BACK = "/sign-in/provider/back"
"""Where the provider sends people back to; the city registers it there."""
_ALGORITHMS = ["RS256", "PS256", "ES256"]  # never none, never a shared secret
_PATIENCE_SECONDS = 5.0
_AT_ONCE = 4
_WAITING = 8
_KNOWN = timedelta(minutes=10)
_LEEWAY_SECONDS = 60
_LONGEST = 200


class ProviderAway(DomainError):
    """The sign-in provider cannot be reached just now. Local accounts sign in with their password."""

    code = "provider-away"
    http_status = 503


class ProviderRefused(DomainError):
    """What came back from the sign-in provider proves nobody."""

    code = "provider-refused"
    http_status = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a sign-in is asked with: it must come back, or be known, where it is answered."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the provider proved. ``subject`` is its own name for the person, never given to another."""

    issuer: str
    subject: str
    name: str
    groups: frozenset[str]


class Provider:
    """Sends people to the provider and takes them back. ``back`` is the console's full address for that."""

    def __init__(self, settings: ProviderSettings, clock: Clock) -> None:
        self._settings = settings
        self._issuer = settings.issuer or ""
        self._back = (settings.address or "").rstrip("/") + BACK
        self._clock = clock
        self._seats = BoundedSemaphore(_AT_ONCE)
        self._queue = BoundedSemaphore(_AT_ONCE + _WAITING)
        # What it says of itself, for a while: a stranger who presses the button asks the provider nothing.
        self._known: tuple[datetime, dict[str, str]] | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self._settings.name

    def begin(self) -> tuple[Asked, str]:
        """Return what to remember, and the provider's address to go to.

        Raises:
            ProviderAway
        """
        asked = Asked(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
        )
        with self._speaking() as client:
            places = self._places(client)
            address, _ = client.create_authorization_url(
                places["authorization_endpoint"],
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
            )
        return asked, address

    def finish(self, asked: Asked, *, code: str, state: str) -> Identity:
        """Return whom the provider proved.

        Raises:
            ProviderAway
            ProviderRefused: another state, a code that it does not take, or a token that proves nobody
        """
        if not secrets.compare_digest(asked.state.encode(), state.encode()):
            log.warning("provider.refused", reason="state")
            raise ProviderRefused
        with self._speaking() as client:
            places = self._places(client)
            token: dict[str, Any] = client.fetch_token(
                places["token_endpoint"],
                code=code,
                code_verifier=asked.verifier,
                grant_type="authorization_code",
            )
            keys = KeySet.import_key_set(
                KeySetSerialization(keys=self._fetched(client, places["jwks_uri"])["keys"])
            )
            return self._proven(str(token.get("id_token", "")), keys, asked.nonce)

    def _proven(self, token: str, keys: KeySet, nonce: str) -> Identity:
        read = jwt.decode(token, keys, algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._settings.client_id or ""},
            },
            params={"nonce": nonce, "client_id": self._settings.client_id},
        )
        claims.validate(now=int(self._clock.now().timestamp()), leeway=_LEEWAY_SECONDS)
        groups: object = read.claims.get(self._settings.groups_claim)
        name = read.claims.get("name") or read.claims.get("preferred_username") or ""
        return Identity(
            issuer=self._issuer,
            subject=str(read.claims["sub"]),
            name="".join(filter(str.isprintable, str(name)))[:_LONGEST].strip(),
            groups=frozenset(str(one) for one in groups) if isinstance(groups, list) else frozenset(),
        )

    @contextmanager
    def _speaking(self) -> Generator[OAuth2Client]:
        # Whoever waits here holds a thread that others need: few may.
        if not self._queue.acquire(blocking=False):
            raise ProviderAway
        try:
            if not self._seats.acquire(timeout=_PATIENCE_SECONDS):
                raise ProviderAway
            try:
                with self._translated() as client:
                    yield client
            finally:
                self._seats.release()
        finally:
            self._queue.release()

    @contextmanager
    def _translated(self) -> Generator[OAuth2Client]:
        secret = self._settings.client_secret
        try:
            library: Any = OAuth2Client(  # untyped: a client of httpx2
                client_id=self._settings.client_id,
                client_secret=secret.get_secret_value() if secret else None,
                scope="openid profile",
                redirect_uri=self._back,
                code_challenge_method="S256",
                timeout=_PATIENCE_SECONDS,
                follow_redirects=False,
            )
            with library as client:
                yield client
        except (AuthlibBaseError, JoseError) as error:
            log.warning("provider.refused", error=type(error).__name__)
            raise ProviderRefused from None
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, RecursionError) as error:
            log.warning("provider.away", error=type(error).__name__)
            raise ProviderAway from None

    def _places(self, client: OAuth2Client) -> dict[str, str]:
        if self._known and self._clock.now() - self._known[0] < _KNOWN:
            return self._known[1]
        found = self._fetched(client, self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found["issuer"] != self._issuer:
            raise ValueError("the provider says that it is another one")
        places = {one: str(found[one]) for one in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        if not all(self._is_fit(place) for place in places.values()):
            raise ValueError("the provider wants to speak in clear words")
        self._known = (self._clock.now(), places)
        return places

    def _fetched(self, client: OAuth2Client, address: str) -> dict[str, Any]:
        # Without a token of anybody: these are public.
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise ValueError("not what a provider says")  # noqa: TRY004  its bytes, not our types
        return found

    def _is_fit(self, place: str) -> bool:
        """Whether secrets may go there: encrypted, or the same machine where the issuer itself is."""
        there, issuer = urlsplit(place), urlsplit(self._issuer)
        own = issuer.hostname in {"localhost", "127.0.0.1"} and there.hostname == issuer.hostname
        return there.scheme == "https" or own
