"""A pass to a bundle's files fits one bundle, one session, and a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from api.viewing_pass import LASTS, passes, viewing_pass

KEY, SESSION, BUNDLE = b"k" * 32, b"s" * 32, UUID(int=7)
NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
GIVEN = viewing_pass(KEY, SESSION, BUNDLE, NOON)


def test_it_fits_until_it_is_over() -> None:
    assert passes(GIVEN, KEY, SESSION, BUNDLE, NOON)
    assert passes(GIVEN, KEY, SESSION, BUNDLE, NOON + LASTS - timedelta(seconds=1))
    assert not passes(GIVEN, KEY, SESSION, BUNDLE, NOON + LASTS)


def test_it_fits_no_other_bundle_session_or_key() -> None:
    assert not passes(GIVEN, KEY, SESSION, uuid4(), NOON)
    assert not passes(GIVEN, KEY, b"t" * 32, BUNDLE, NOON)
    assert not passes(GIVEN, b"l" * 32, SESSION, BUNDLE, NOON)


@pytest.mark.parametrize(
    "wrong", ["", "-", "1", "x-y", "١٢-a", "9" * 30 + "-a", "1-あ", GIVEN + "0", "-1-" + GIVEN]
)
def test_what_is_no_pass_is_refused(wrong: str) -> None:
    assert not passes(wrong, KEY, SESSION, BUNDLE, NOON)


def test_a_longer_time_needs_another_mark() -> None:
    until, _, mark = GIVEN.partition("-")

    assert not passes(f"{int(until) + 60}-{mark}", KEY, SESSION, BUNDLE, NOON)
