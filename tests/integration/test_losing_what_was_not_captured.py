"""The machine is gone while recordings still lay with Asterisk: they come back, nothing destroyed does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ids import CallId, RecordingId, recording_id_of
from runtime import backup
from runtime.backup import make_backup
from runtime.journal_archive import journal_out
from runtime.restored_home import HomeHasData
from tests.fixtures_vault import MASTER
from tests.fixtures_vault_backup import Hall, NewMachine

pytestmark = pytest.mark.real

CALL, OTHER = CallId("city-1763600000.7"), CallId("city-1763600000.8")
SOUND = b"what somebody says in clear" * 1000


def recorded(hall: Hall, call: CallId) -> list[Path]:
    """Have Asterisk record a call."""
    spool = hall.folder / "asterisk" / "spool" / "recording"
    spool.mkdir(parents=True, exist_ok=True)
    tracks = [spool / f"kokuho_{call}_{side}.wav" for side in "rt"]
    for track in tracks:
        track.write_bytes(track.name.encode() + SOUND)
    return tracks


def captured(hall: Hall, call: CallId, tracks: list[Path]) -> RecordingId:
    """Seal a call's recording, and only then delete it with Asterisk."""
    recording = hall.vault.sealed(id=recording_id_of(call), subject=call)
    for track in tracks:
        track.unlink()
    return recording


def spool_of(machine: NewMachine) -> dict[str, bytes]:
    folder = machine.home / "asterisk" / "spool" / "recording"
    return {file.name: file.read_bytes() for file in folder.glob("*")}


def test_a_call_that_ended_during_the_backup_is_not_lost(
    backed_up: Hall, new_machine: NewMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, running = recorded(backed_up, CALL), recorded(backed_up, OTHER)
    sealed = backed_up.vault.sealed()

    def captured_meanwhile(folder: Path) -> Iterator[bytes]:
        captured(backed_up, CALL, before)  # the moment of the database is over, and knows nothing of it
        yield from journal_out(folder)

    monkeypatch.setattr(backup, "journal_out", captured_meanwhile)
    backed_up.back_up()

    assert new_machine.restore(backed_up), new_machine.said
    assert spool_of(new_machine) == {file.name: file.name.encode() + SOUND for file in (*before, *running)}
    assert "取り込み前の録音のファイル 4 個" in new_machine.said
    assert new_machine.heard(sealed) == MASTER


def test_what_was_captured_and_destroyed_after_the_backup_does_not_come_back(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    kept, gone = recorded(backed_up, CALL), recorded(backed_up, OTHER)
    name = str(backed_up.back_up()["backup"])
    backed_up.destroy(captured(backed_up, OTHER, gone))

    assert new_machine.restore(backed_up, name=name), new_machine.said
    assert set(spool_of(new_machine)) == {file.name for file in kept}


def test_whoever_finds_a_backup_hears_nothing_of_what_was_in_clear(backed_up: Hall) -> None:
    recorded(backed_up, CALL)
    backed_up.back_up()

    found = b"".join(file.read_bytes() for file in backed_up.backups.rglob("*") if file.is_file())
    assert SOUND[:27] not in found
    assert CALL.encode() not in found


def test_a_recording_that_cannot_be_read_is_told_and_the_rest_is_saved(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    odd, whole = recorded(backed_up, CALL)
    odd.unlink()
    odd.symlink_to(backed_up.folder / "keys" / "numbers.key")

    well = make_backup(
        backed_up.settings, to=str(backed_up.backups), quick=False, keep_days=None, as_json=False
    )
    assert not well
    told = backed_up.capsys.readouterr().out
    assert "誤り: 取り込み前の録音のうち 1 個が読めず、写しに入っていません。" in told
    assert new_machine.restore(backed_up), new_machine.said
    assert set(spool_of(new_machine)) == {whole.name}


def test_a_backup_is_not_restored_where_recordings_wait(backed_up: Hall, new_machine: NewMachine) -> None:
    backed_up.vault.sealed()
    backed_up.back_up()
    waiting = new_machine.home / "asterisk" / "spool" / "recording" / f"kokuho_{CALL}_r.wav"
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(SOUND)

    with pytest.raises(HomeHasData):
        new_machine.restore(backed_up)
    assert waiting.read_bytes() == SOUND
