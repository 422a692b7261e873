"""What the project says of its speed can be measured again by whoever doubts it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

pytestmark = pytest.mark.real


def test_a_rotation_of_keys_is_measured_with_every_kind_of_key() -> None:
    # In a process of its own: a token's library belongs to whoever loads it first.
    command = [sys.executable, "-m", "bench", "keys", "--json", "--keys", "20"]
    told = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True)
    figures = json.loads(told.stdout.splitlines()[-1])

    assert figures["rotate_file_s"] > 0
    assert figures.get("rotate_pkcs11_s", 1) > 0
