"""What is done once before the first caller may call."""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator

import pytest

from runtime.readiness import stand_ready


@pytest.fixture(autouse=True)
def interpreter_as_before() -> Generator[None]:
    """Leave the interpreter to the other tests as it was."""
    turn = sys.getswitchinterval()
    yield
    gc.unfreeze()
    sys.setswitchinterval(turn)


def test_no_call_waits_until_everything_that_stays_was_looked_through() -> None:
    stand_ready()

    # What is frozen is passed over by every collection that comes.
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_no_call_waits_long_for_a_thread_that_computes() -> None:
    stand_ready()

    assert sys.getswitchinterval() <= 0.001
