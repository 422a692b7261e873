"""The leases of calls lie in memory where that can be, and all processes of a machine find the same place."""

from __future__ import annotations

import fcntl
import getpass
from pathlib import Path

import pytest

from core.ids import CallId
from runtime import lease_place
from runtime.lease_place import clear_place, find_place, place_in_memory
from telephony.leading.lease import CallLeases
from telephony.leading.process_life import ProcessLife

CALL = CallId("city-1.0")
USER = getpass.getuser()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    place = tmp_path / "memory"
    place.mkdir()
    return place


def test_two_processes_of_one_machine_agree_who_leads_a_call(run: Path, memory: Path) -> None:
    place_in_memory(run, USER, places=[memory])
    one, two = CallLeases(find_place(run), "one"), CallLeases(find_place(run), "two")

    assert one.begin(CALL)
    assert not two.begin(CALL)
    two.close()
    (folder,) = memory.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in folder.iterdir()] == [f"{CALL}.lease"]


def test_a_supervisor_that_starts_again_finds_the_leases_of_calls_that_go_on(run: Path, memory: Path) -> None:
    place_in_memory(run, USER, places=[memory])
    CallLeases(find_place(run), "one").begin(CALL)
    before = (run / "leases").readlink()

    clear_place(run)
    place_in_memory(run, USER, places=[memory])

    assert (run / "leases").readlink() == before
    assert set(CallLeases(find_place(run), "two").all()) == {CALL}


def test_leases_on_the_disk_are_not_left_behind_while_somebody_lives_by_them(run: Path, memory: Path) -> None:
    (run / "leases").mkdir()
    with (run / "leases" / "app-1.life").open("w") as life:
        fcntl.flock(life, fcntl.LOCK_EX)
        place_in_memory(run, USER, places=[memory])
        assert not (run / "leases").is_symlink()

    place_in_memory(run, USER, places=[memory])
    assert (run / "leases").is_symlink()


def test_leases_on_the_disk_of_calls_that_go_on_stay_there(run: Path, memory: Path) -> None:
    CallLeases(run / "leases", "one").begin(CALL)

    place_in_memory(run, USER, places=[memory])

    assert not (run / "leases").is_symlink()
    assert set(CallLeases(find_place(run), "two").all()) == {CALL}


def test_what_was_left_when_the_machine_started_anew_is_replaced(
    run: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_in_memory(run, USER, places=[memory])
    (gone,) = memory.iterdir()
    gone.rmdir()
    before = tmp_boot(run, monkeypatch, "11112222")

    assert find_place(run).is_dir()
    assert not find_place(run).is_symlink()
    place_in_memory(run, USER, places=[memory])
    assert (run / "leases").readlink() != before


def tmp_boot(run: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> Path:
    """Let the machine have started anew since the link was made."""
    boot = run / "boot"
    boot.write_text(name)
    before = (run / "leases").readlink()
    monkeypatch.setattr(lease_place, "_BOOT", boot)
    return before


def test_a_process_that_cannot_see_the_others_leads_no_calls_by_itself(run: Path, memory: Path) -> None:
    place_in_memory(run, USER, places=[memory])
    (folder,) = memory.iterdir()
    folder.rmdir()  # as from another container, whose memory is its own

    leases = CallLeases(find_place(run), "one")

    assert (run / "leases").is_symlink()
    assert leases.all() == {}
    life = ProcessLife(find_place(run), "one")
    life.begin()
    assert not life.shown


def test_somebody_elses_folder_is_never_trusted(run: Path, memory: Path) -> None:
    (memory / "open").mkdir(mode=0o777)
    (memory / "open").chmod(0o777)
    (run / "leases").symlink_to(memory / "open")

    place_in_memory(run, USER, places=[memory])

    assert (run / "leases").readlink() != memory / "open"


def test_where_there_is_no_memory_or_no_user_of_our_own_the_disk_serves(run: Path, memory: Path) -> None:
    place_in_memory(run, USER, places=[])
    place_in_memory(run, None, places=[memory])

    assert not (run / "leases").is_symlink()
    assert CallLeases(find_place(run), "one").begin(CALL)
    assert list(memory.iterdir()) == []


def test_nothing_is_left_in_memory_when_the_service_stops(run: Path, memory: Path) -> None:
    place_in_memory(run, USER, places=[memory])
    one = CallLeases(find_place(run), "one")
    one.begin(CALL)
    one.finish(CALL)

    clear_place(run)

    assert list(memory.iterdir()) == []
    assert not (run / "leases").exists()
