"""A clerk who types the start command twice must not cost a citizen the call.

Before there were claims the second supervisor killed the first one's telephony, and its end killed Asterisk.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.claims import AlreadyRunning, Claims
from tests.fixtures_city import city_folder

SUPERVISOR = """
import pathlib, subprocess, sys
from runtime.claims import Claims
Claims(pathlib.Path(sys.argv[1])).take(["asterisk"])
child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
child.wait()
"""
PROGRAM = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    with city_folder() as made:
        yield made


def test_a_second_start_in_the_same_folder_says_so_and_touches_nothing(folder: Path) -> None:
    home = folder / "home"
    Claims(home).take(["asterisk"])
    before = sorted(home.rglob("*"))

    second = subprocess.run(
        [PROGRAM / "tsuwaroku", "serve"],
        env={**os.environ, "TSUWAROKU_HOME": str(home)}, cwd=PROGRAM,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert second.returncode == 1
    assert "もう動いています" in second.stderr
    assert [path for path in sorted(home.rglob("*")) if not path.name.endswith(".claim")] == []
    assert [path.name for path in before] == [".asterisk.claim"]


def test_parts_of_one_home_may_be_looked_after_by_two_supervisors(tmp_path: Path) -> None:
    Claims(tmp_path).take(["telephony", "api"])

    Claims(tmp_path).take(["worker", "speech"])

    with pytest.raises(AlreadyRunning):
        Claims(tmp_path).take(["api", "ears"])
    Claims(tmp_path).take(["ears"])  # what was refused kept nothing


def test_a_killed_supervisor_leaves_no_claim_even_while_its_children_live(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [
            sys.executable,
            "-c",
            SUPERVISOR,
            str(tmp_path),
        ],
        cwd=PROGRAM,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    with pytest.raises(AlreadyRunning):
        Claims(tmp_path).take(["asterisk"])

    supervisor.kill()
    supervisor.wait()

    try:
        Claims(tmp_path).take(["asterisk"])
    finally:
        os.kill(child, 9)
        supervisor.stdout.close()
