"""A citizen in talk, for each test."""

from __future__ import annotations

import pytest

from tests.fixtures_telephony import (
    Hall,
)
from tests.talk_passed_on import Talk


@pytest.fixture
def talking(hall: Hall) -> Talk:
    return Talk(hall)
