"""A telephone left off the hook for hours costs the worker no more memory than a short call."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.real

MEGABYTES_MORE = 64


def captured(*arguments: str) -> dict[str, Any]:
    """Capture made-up calls in a process of its own, as the measurement does."""
    command = [sys.executable, "-m", "bench", "capture", "--json", *arguments]
    told = subprocess.run(command, cwd=Path(__file__).parents[2], check=True, stdout=subprocess.PIPE)
    return json.loads(told.stdout)


def test_an_hour_passes_through_capture_and_ten_minutes_through_the_copies_without_filling_the_memory() -> (
    None
):
    figures = captured("--minutes", "10,60", "--copies-up-to", "10")

    assert figures["seconds_sealed_60_minutes"] == 3600
    assert figures["findings_60_minutes"] == []
    assert figures["master_mb_60_minutes"] > 30, "there was something to hold"
    assert figures["capture_growth_mb_60_minutes"] < MEGABYTES_MORE
    assert figures["listening_mb_10_minutes"] > 1
    assert figures["copies_growth_mb_10_minutes"] < MEGABYTES_MORE
