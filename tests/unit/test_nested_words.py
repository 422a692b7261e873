"""Words of others that nest without end are refused in our own words, and stop nothing."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api import provider as room
from api.provider import Provider, ProviderAway
from core.settings import ProviderSettings
from storage.signed_note import NoteNotOurs, opened
from tests.fakes.clock import FakeClock

NESTED = b"[" * 200_000


def test_a_note_that_nests_without_end_is_not_ours() -> None:
    with pytest.raises(NoteNotOurs):
        opened("tsuwaroku backup v1", NESTED, Ed25519PrivateKey.generate().public_key())


def test_a_provider_whose_words_nest_without_end_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: object, **__: object) -> Any:  # noqa: ANN401  the library's
        return httpx2.Response(200, content=NESTED, request=httpx2.Request("GET", "https://idp.example"))

    monkeypatch.setattr(room.OAuth2Client, "request", answer)
    settings = ProviderSettings(
        issuer="https://idp.example", client_id="tsuwaroku", address="https://testserver"
    )

    with pytest.raises(ProviderAway):
        Provider(settings, FakeClock()).begin()
