"""Whoever types a command reads Japanese when something cannot be done."""

from __future__ import annotations

from core.errors import DomainError
from runtime.error_words import in_words
from runtime.practice.running import PracticeFailed
from storage.keys import KeysMissing


class NeverHeardOf(DomainError):
    """Something for those who read the program."""

    code = "never-heard-of"


def test_an_error_speaks_japanese_whatever_its_own_words_are() -> None:
    assert (
        in_words(KeysMissing())
        == "保管庫の鍵がないため、起動できません。別に保管した鍵の写しを戻してください。"
    )
    assert in_words(PracticeFailed()) == PracticeFailed.__doc__
    assert in_words(DomainError("telephony が起動しませんでした。")) == "telephony が起動しませんでした。"
    assert in_words(NeverHeardOf()).startswith("予期しないことが起きました（never-heard-of）")
