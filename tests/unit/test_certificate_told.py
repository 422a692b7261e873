"""Who starts the console is told whose certificate it shows."""

from __future__ import annotations

from pathlib import Path

from core.settings import ConsoleSettings
from runtime.welcome import certificate_words


def test_a_certificate_that_was_made_here_and_a_given_one_are_told_apart() -> None:
    given = ConsoleSettings(
        certificate=Path("/etc/city/console.pem"), certificate_key=Path("/etc/city/k.pem")
    )

    assert "この機械で作ったもの" in certificate_words(ConsoleSettings())
    assert "/etc/city/console.pem" in certificate_words(given)
    assert "この機械で作ったもの" not in certificate_words(given)
