"""A dead telephony process is known by the lock that it no longer holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.journal.journal import CallJournal
from telephony.journal.living_processes import process_lives

APP = "tsuwaroku-city-0123456789ab"


def test_a_process_lives_as_long_as_it_holds_its_journal(tmp_path: Path) -> None:
    assert not process_lives(tmp_path, APP)
    journal = CallJournal(tmp_path, APP)
    journal.open()
    assert process_lives(tmp_path, APP)
    journal.close()

    assert not process_lives(tmp_path, APP)


@pytest.mark.parametrize("name", ["", "..", "../other", "a/b", "x" * 200, "名前"])
def test_a_name_that_is_none_of_ours_names_no_process(tmp_path: Path, name: str) -> None:
    assert not process_lives(tmp_path, name)
