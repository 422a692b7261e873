"""A vault that cannot be written loses nothing: the recordings wait in Asterisk until there is room again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.vault import ObjectStoreFailed
from tests.fakes.whole_sound import both_sides, sha256_of_samples
from tests.fixtures_capture import CALLER, HALL, BackRoom

pytestmark = [
    pytest.mark.real,
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small tmpfs takes root"),
]


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def refused(back_room: BackRoom, call: str, objects: Path) -> bool:
    """Say whether the vault refused; nothing may have changed then."""
    with pytest.raises(ObjectStoreFailed):
        back_room.capture(vault=back_room.vault(objects))(call)
    return len(back_room.folder.files) == 2 and not any(file.is_file() for file in objects.rglob("*"))


def test_a_full_vault_keeps_the_call_waiting_and_takes_it_when_there_is_room(
    back_room: BackRoom, tmp_path: Path
) -> None:
    call = back_room.call()
    with small_disk(tmp_path / "small", "size=64k") as disk:
        assert refused(back_room, call, disk)
        assert refused(back_room, call, disk)
        assert back_room.recording(call) is None
        assert back_room.row(call).notice == "pending"
        assert back_room.alarms() == {"vault-cannot-write"}

        subprocess.run(["mount", "-o", "remount,size=10m", disk], check=True)
        back_room.capture(vault=back_room.vault(disk))(call)

        assert back_room.recording(call).samples_sha256 == sha256_of_samples(both_sides(CALLER, HALL))
        assert back_room.folder.files == {}


def test_a_read_only_vault_keeps_the_call_waiting_too(back_room: BackRoom, tmp_path: Path) -> None:
    call = back_room.call()
    with small_disk(tmp_path / "shut", "size=10m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert refused(back_room, call, disk)
        assert back_room.alarms() == {"vault-cannot-write"}

        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        back_room.capture(vault=back_room.vault(disk))(call)

        assert back_room.recording(call).usable
        assert back_room.folder.files == {}


def test_one_alarm_speaks_for_all_calls_that_wait(back_room: BackRoom, tmp_path: Path) -> None:
    calls = [back_room.call() for _ in range(3)]
    with small_disk(tmp_path / "small", "size=64k") as disk:
        for call in calls:
            with pytest.raises(ObjectStoreFailed):
                back_room.capture(vault=back_room.vault(disk))(call)

    assert back_room.alarms() == {"vault-cannot-write"}
    assert [back_room.alarms(call) for call in calls] == [set(), set(), set()]
