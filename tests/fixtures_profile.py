"""A copy of the sample profile that a test may spoil, with its sounds beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.profile.faults import Fault
from core.profile.report import check_profile

PROFILES = Path(__file__).parents[1] / "profiles"


class ProfileFile:
    """The sample profile in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sakura.yaml"
        shutil.copy(PROFILES / "sakura.yaml", self.path)
        shutil.copytree(PROFILES / "sounds", folder / "sounds")

    @property
    def text(self) -> str:
        """What stands in the file."""
        return self.path.read_text(encoding="utf-8")

    def write(self, old: str, new: str) -> None:
        """Write ``new`` where ``old`` stands for the first time."""
        assert old in self.text
        self.path.write_text(self.text.replace(old, new, 1), encoding="utf-8")

    def faults_after(self, old: str, new: str) -> list[Fault]:
        """Write ``new`` where ``old`` stood and return what the check says."""
        self.write(old, new)
        return check_profile(self.path)

    def fault_after(self, old: str, new: str) -> Fault:
        """Like ``faults_after`` where exactly one fault is expected."""
        faults = self.faults_after(old, new)
        assert len(faults) == 1, faults
        return faults[0]

    def line_of(self, words: str) -> int:
        """Return the number of the first line with these words."""
        return next(number for number, line in enumerate(self.text.splitlines(), 1) if words in line)


@pytest.fixture
def sakura(tmp_path: Path) -> ProfileFile:
    return ProfileFile(tmp_path)
