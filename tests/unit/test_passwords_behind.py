"""Password checks step back; where the service was started further back still, they work all the same."""

from __future__ import annotations

import os

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from api.passwords import Passwords


def test_a_service_that_may_not_come_forward_still_checks_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(which: int, who: int, priority: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refused)
    passwords = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))

    assert passwords.matches("sakura", passwords.hash("sakura"))
    assert not passwords.matches("ume", passwords.hash("sakura"))


def test_a_password_lies_as_argon2id_at_the_cost_that_was_chosen() -> None:
    """64 MiB, three rounds (RFC 9106, second recommended option)."""
    assert Passwords().hash("sakura").startswith("$argon2id$v=19$m=65536,t=3,")
