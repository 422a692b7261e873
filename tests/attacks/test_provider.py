"""Ways to come in as somebody else through the city's provider. Each works with its one guard away.

Against a stand-in (tests/fakes/provider.py), not a certified provider.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from json import dumps
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from api.provider import Asked, Provider, ProviderRefused
from api.routes.provider import AWAY_COOKIE
from api.sessions import COOKIE
from tests.fakes.provider import StandIn
from tests.fixtures_provider import browser_of, leave

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),  # of the stand-in
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


def code_and_state(back: str) -> tuple[str, str]:
    asked = parse_qs(urlsplit(back).query)
    return asked["code"][0], asked["state"][0]


def proves(finish: Callable[[], object]) -> bool:
    try:
        finish()
    except ProviderRefused:
        return False
    return True


@pytest.mark.parametrize("guarded", [False, True])
def test_a_code_that_leaked_is_brought_without_its_verifier(
    app_with_provider: FastAPI, stand_in: StandIn, guarded: bool
) -> None:
    provider: Provider = app_with_provider.state.provider
    asked, address = provider.begin()
    code, state = code_and_state(stand_in.visit(address, "sato-42"))
    stand_in.proves = guarded
    thief = replace(asked, verifier="x" * 64)

    assert proves(lambda: provider.finish(thief, code=code, state=state)) is not guarded


class AsksNoNonce(Provider):
    """Takes a token that was made for another sign-in."""

    def _proven(self, token: str, keys: KeySet, nonce: str) -> Any:  # noqa: ANN401
        return super()._proven(token, keys, "")


@pytest.mark.parametrize("guarded", [False, True])
def test_somebody_else_s_code_is_put_into_a_sign_in_of_one_s_own(
    app_with_provider: FastAPI, stand_in: StandIn, guarded: bool
) -> None:
    stand_in.proves = False  # a provider that knows no PKCE: then the nonce alone stands there
    if not guarded:
        parts = app_with_provider.state.parts
        app_with_provider.state.provider = AsksNoNonce(parts.provider, parts.clock)
    victim, thief = browser_of(app_with_provider), browser_of(app_with_provider)
    stolen, _ = code_and_state(stand_in.visit(leave(victim), "kanri-7"))
    _, own_state = code_and_state(stand_in.visit(leave(thief), "sato-42"))

    thief.get(f"/sign-in/provider/back?code={stolen}&state={own_state}", follow_redirects=False)

    assert (COOKIE in thief.cookies) is not guarded


@pytest.mark.parametrize("guarded", [False, True])
def test_a_link_signs_a_person_in_as_whoever_made_it(
    app_with_provider: FastAPI, stand_in: StandIn, guarded: bool
) -> None:
    thief, victim = browser_of(app_with_provider), browser_of(app_with_provider)
    link = stand_in.visit(leave(thief), "sato-42")
    if not guarded:  # nothing binds a sign-in to the browser that began it
        victim.cookies.set(AWAY_COOKIE, thief.cookies[AWAY_COOKIE])

    victim.get(link, follow_redirects=False)

    assert (COOKIE in victim.cookies) is not guarded


@pytest.mark.parametrize("guarded", [False, True])
def test_a_stranger_has_us_flood_the_provider(
    app_with_provider: FastAPI, stand_in: StandIn, guarded: bool
) -> None:
    stranger, provider = browser_of(app_with_provider), app_with_provider.state.provider

    for _ in range(20):
        leave(stranger)
        if not guarded:
            provider._known = None

    assert (len(stand_in.asked) == 1) is guarded


def test_the_way_back_is_open_once(app_with_provider: FastAPI, stand_in: StandIn) -> None:
    browser = browser_of(app_with_provider)
    back = stand_in.visit(leave(browser), "sato-42")
    cookie = browser.cookies[AWAY_COOKIE]
    assert browser.get(back, follow_redirects=False).status_code == 303

    again = browser_of(app_with_provider)
    again.cookies.set(AWAY_COOKIE, cookie)

    assert again.get(back, follow_redirects=False).status_code == 401


@pytest.mark.parametrize(
    ("spoilt", "taken"),
    [
        ({}, True),
        ({"iss": "https://evil.example"}, False),
        ({"aud": "another-program"}, False),
        ({"aud": ["tsuwaroku", "another-program"], "azp": "another-program"}, False),
        ({"exp": int(time()) - 3600}, False),
        ({"iat": int(time()) + 3600}, False),
        ({"nonce": "another"}, False),
        ({"nonce": None}, False),
        ({"sub": None}, False),
    ],
)
def test_a_token_proves_somebody_only_when_everything_in_it_fits(
    app_with_provider: FastAPI, stand_in: StandIn, spoilt: dict[str, object], taken: bool
) -> None:
    key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    claims = _claims(stand_in) | spoilt
    token = jwt.encode(
        {"alg": "RS256", "kid": "one"}, {name: one for name, one in claims.items() if one is not None}, key
    )

    assert _is_taken(app_with_provider, token, KeySet([key])) is taken


@pytest.mark.parametrize("kind", ["unsigned", "another-key", "public-key-as-secret"])
def test_a_token_that_the_provider_did_not_sign_proves_nobody(
    app_with_provider: FastAPI, stand_in: StandIn, kind: str
) -> None:
    key, other = (RSAKey.generate_key(2048, parameters={"kid": "one"}) for _ in range(2))
    header = {"alg": "none"} if kind == "unsigned" else {"alg": "RS256", "kid": "one"}
    token = (
        ".".join(
            urlsafe_b64encode(dumps(part).encode()).rstrip(b"=").decode()
            for part in ({"alg": "HS256"} if kind == "public-key-as-secret" else header, _claims(stand_in))
        )
        + "."
        if kind != "another-key"
        else jwt.encode(header, _claims(stand_in), other)
    )

    assert not _is_taken(app_with_provider, token, KeySet([key]))


def _claims(stand_in: StandIn) -> dict[str, object]:
    now = int(time())
    return {
        "iss": stand_in.issuer, "aud": "tsuwaroku", "sub": "sato-42", "nonce": "n",
        "iat": now, "exp": now + 300,
    }  # fmt: skip


def _is_taken(app: FastAPI, token: str, keys: KeySet) -> bool:
    provider: Provider = app.state.provider
    answers: dict[str, object] = {"id_token": token}

    class Told(Provider):
        def _fetched(self, client: Any, address: str) -> Any:  # noqa: ANN401
            return keys.as_dict() if "jwks" in address else super()._fetched(client, address)

    told = Told(provider._settings, provider._clock)
    asked = Asked(state="s", nonce="n", verifier="v")
    with pytest.MonkeyPatch.context() as patch:
        from api import provider as room

        patch.setattr(room.OAuth2Client, "fetch_token", lambda *_, **__: answers)
        return proves(lambda: told.finish(asked, code="c", state="s"))
