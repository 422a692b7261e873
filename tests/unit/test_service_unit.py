"""The unit of systemd takes away what nobody needs, and nothing that would cost a call."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sandboxed import CAPABILITIES, service_of

PROGRAM = Path(__file__).resolve().parents[2]
UNIT = PROGRAM / "deploy/tsuwaroku.service"
MOST_EXPOSED = 3.1
"""What `systemd-analyze security` of systemd 252 says; lower is less exposed."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as installed, with the program where it is here."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace("/srv/tsuwaroku", str(PROGRAM)))
    return copy


def analyzed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed here")
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_finds_no_fault_in_the_unit(unit: Path) -> None:
    verified = analyzed("verify", unit)

    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_a_misspelt_line_of_the_unit_would_be_found(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystm=strict"))

    assert "ProtectSystm" in analyzed("verify", unit).stderr


def test_the_unit_exposes_no_more_than_it_did(unit: Path) -> None:
    told = analyzed("security", "--offline=yes", "--no-pager", unit).stdout
    found = re.search(r"Overall exposure level for \S+ (\d+\.\d+)", told)

    assert found is not None, told
    assert float(found[1]) <= MOST_EXPOSED


def test_the_unit_ends_no_call_that_goes_on() -> None:
    service = service_of(UNIT)

    assert service["KillMode"] == "process", "Asterisk with its calls outlives a supervisor that was killed"
    assert service["OOMPolicy"] == "continue", "a recogniser that dies takes nobody with it"
    assert service["Restart"] == "always"
    assert "RestrictRealtime" not in service, "telephony runs in real time"
    assert service["LimitCORE"] == "0", "no keys in a core dump"


def test_what_root_keeps_is_known_one_by_one() -> None:
    assert set(service_of(UNIT)["CapabilityBoundingSet"].split()) == set(CAPABILITIES)
