"""What can go wrong while a backup is made or restored: nothing is half done, and people are told."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import DomainError
from runtime import restore
from runtime.backup import (
    BackupInsideHome,
    BackupKeyThere,
    NoBackupKey,
    make_backup,
    make_backup_key,
    programs_of,
)
from runtime.database_dump import DatabaseDump, DumpFailed, LoadFailed
from runtime.installation import Installation
from runtime.restored_home import HomeHasData, KeysNotGiven
from runtime.start import HalfRestored, bring_up
from storage.backup.hindrance import BackupPlaceFull
from storage.backup.reading import BackupAltered, NoBackupThere
from storage.backup.sealed_file import BackupKeyUnusable, new_secret, on_paper
from storage.key_files import keys_from_files
from storage.signed_note import NoteNotOurs
from tests.fixtures_vault import MASTER
from tests.fixtures_vault_backup import Hall, NewMachine

pytestmark = pytest.mark.real

KILLED_HALF_WAY = """
import os, signal, sys
from runtime.backup import make_backup
from runtime.environment import read_settings
from storage.backup.making import MakeBackup

MakeBackup._tell_destructions = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
make_backup(read_settings(), to=sys.argv[1], quick=False, keep_days=None, as_json=True)
"""


def test_a_database_that_cannot_be_written_out_or_read_in_is_said_so(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    programs = programs_of(Installation(backed_up.settings))
    with pytest.raises(DumpFailed):
        list(DatabaseDump(Installation(backed_up.settings).dsn("owner"), programs).write("of no moment"))

    into = DatabaseDump(new_machine.dsns.owner, programs)
    with pytest.raises(LoadFailed):
        into.load([b"PGDMP", b"nonsense"])
    assert into.is_empty()


def test_an_object_that_the_vault_lost_is_told_and_the_rest_is_saved(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    whole, torn = backed_up.vault.sealed(), backed_up.vault.sealed()
    with backed_up.vault.worker_database.begin() as connection:
        key = connection.exec_driver_sql(
            "SELECT object_key FROM sealed_objects WHERE recording_id = %s AND kind = 'master'", (torn,)
        ).scalar_one()
    (backed_up.vault.folder / key).unlink()

    assert backed_up.back_up()["lacking"] == [str(torn)]
    assert not new_machine.restore(backed_up)
    assert f"誤り: 写しに実物がないか、変わっています（録音 {torn}）" in new_machine.said
    assert new_machine.heard(whole) == MASTER


def test_a_backup_that_is_killed_leaves_the_one_before_whole(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    recording = backed_up.vault.sealed()
    first = backed_up.back_up()["backup"]

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_HALF_WAY, str(backed_up.backups)],
        env=backed_up.environment(),
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(list((backed_up.backups / "sets").iterdir())) == 2

    assert new_machine.restore(backed_up), new_machine.said
    assert f"写し {first} を戻します。" in new_machine.said
    assert new_machine.heard(recording) == MASTER


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small tmpfs takes root")
def test_a_full_disk_leaves_the_backup_before_whole_and_says_so(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    recording = backed_up.vault.sealed()
    backed_up.backups.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", backed_up.backups], check=True)
    try:
        first = backed_up.back_up()["backup"]
        for _ in range(3):
            backed_up.vault.sealed()
        with pytest.raises(BackupPlaceFull, match=f"前の写しは無事です（いちばん新しいものは {first}）"):
            backed_up.back_up()

        assert new_machine.restore(backed_up), new_machine.said
        assert f"写し {first} を戻します。" in new_machine.said
        assert new_machine.heard(recording) == MASTER
    finally:
        subprocess.run(["umount", "-l", backed_up.backups], check=True)


def test_a_restore_that_was_cut_short_goes_on_and_nothing_starts_before(
    backed_up: Hall, new_machine: NewMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = backed_up.vault.sealed()
    backed_up.back_up()

    def no_room(_blocks: object, _folder: Path) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(restore, "journal_back", no_room)
        with pytest.raises(OSError, match="full"):
            new_machine.restore(backed_up)
    with pytest.raises(HalfRestored):
        bring_up(new_machine.settings, practice=False)

    assert new_machine.restore(backed_up), new_machine.said
    assert new_machine.heard(recording) == MASTER


def test_nothing_is_restored_over_data_with_other_keys_or_from_what_was_changed(
    backed_up: Hall, new_machine: NewMachine, tmp_path: Path
) -> None:
    backed_up.vault.sealed()
    name = str(backed_up.back_up()["backup"])

    def refused(because: type[DomainError], **how: object) -> None:
        with pytest.raises(because):
            new_machine.restore(backed_up, **how)  # type: ignore[arg-type]
        assert new_machine.rows("SELECT to_regclass('recordings')") == [(None,)]

    refused(BackupKeyUnusable, paper=on_paper(new_secret()))
    refused(BackupKeyUnusable, paper=backed_up.paper[:-1] + ("A" if backed_up.paper[-1] != "A" else "B"))
    keys_from_files(tmp_path / "others", create=True)
    refused(NoteNotOurs, keys=tmp_path / "others")
    (tmp_path / "none").mkdir()
    refused(KeysNotGiven, keys=tmp_path / "none")
    refused(NoBackupThere, name="20200101T000000Z-000000")
    dump = backed_up.backups / "sets" / name / "database"
    before = dump.read_bytes()
    dump.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    refused(BackupAltered)
    dump.write_bytes(before)

    assert new_machine.restore(backed_up), new_machine.said
    with pytest.raises(HomeHasData):
        new_machine.restore(backed_up)


def test_who_has_no_key_or_no_other_disk_is_told_so(
    backed_up: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BackupKeyThere):
        make_backup_key(backed_up.settings, anew=False)
    with pytest.raises(BackupInsideHome):
        make_backup(
            backed_up.settings, to=str(backed_up.folder / "copy"), quick=False, keep_days=None, as_json=False
        )
    (backed_up.folder / "keys" / "backup.public").unlink()
    with pytest.raises(NoBackupKey):
        make_backup(backed_up.settings, to=str(backed_up.backups), quick=False, keep_days=None, as_json=False)
