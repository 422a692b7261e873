"""Waiting for something that must happen, with a limit: never a sleep and a hope."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_LOOK_SECONDS = 0.02

Found = TypeVar("Found")


def wait_until(
    happened: Callable[[], Found | None], seconds: float = 30.0, what: str = "what had to happen"
) -> Found:
    """Wait until something is there or true, and return it."""
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end, f"within {seconds:.0f} s there was not: {what}"
        time.sleep(_LOOK_SECONDS)
    return found
