"""The machine is gone. What the hall kept apart brings everything back, and nothing that it had destroyed."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.clock import SystemClock
from runtime import backup
from runtime.journal_archive import journal_out
from storage.access_rules import RecordingDestroyed
from storage.backup.sealed_file import new_secret, public_of
from storage.database import Database
from storage.destruction_list import Destroyed, note_of
from storage.signed_note import NoteNotOurs, note_key
from tests.fixtures_vault import MASTER
from tests.fixtures_vault_backup import JOURNAL, SAID, Hall, NewMachine

pytestmark = pytest.mark.real

OVER = datetime(2020, 1, 1, tzinfo=UTC)


def test_everything_comes_back_from_what_was_kept_apart(backed_up: Hall, new_machine: NewMachine) -> None:
    one, other = backed_up.vault.sealed(), backed_up.vault.sealed()
    backed_up.listen(one)
    backed_up.write(
        "INSERT INTO alarms (at, code, recording_id, detail) VALUES (now(), 'recording-silent', :one, '{}')",
        one=one,
    )

    told = backed_up.back_up()
    assert (told["objects"], told["new_objects"], told["lacking"]) == (4, 4, [])
    shutil.rmtree(backed_up.vault.folder)

    assert new_machine.restore(backed_up), new_machine.said
    assert [new_machine.heard(recording) for recording in (one, other)] == [MASTER, MASTER]
    assert new_machine.rows("SELECT recording_id FROM alarms") == [(one,)]
    assert (new_machine.home / "journal" / "1-abc" / "1.jsonl").read_bytes() == JOURNAL
    assert "すべて正しい状態です。" in new_machine.said
    assert "外の控えと合うアクセス記録の署名 1 件" in new_machine.said
    assert not (new_machine.home / "restoring.json").exists()


def test_whoever_finds_a_backup_finds_no_key_no_word_and_no_voice(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    recording = backed_up.vault.sealed()
    backed_up.write(
        "INSERT INTO alarms (at, code, recording_id, detail) VALUES (now(), :said, :one, '{}')",
        said=SAID, one=recording,
    )  # fmt: skip
    backed_up.back_up()

    found = b"".join(file.read_bytes() for file in backed_up.backups.rglob("*") if file.is_file())
    keys = [file.read_text().strip() for file in (backed_up.folder / "keys").glob("*.key")]
    assert len(keys) == 3
    for key in keys:
        assert key.encode() not in found
        assert base64.b64decode(key) not in found
    assert SAID.encode() not in found
    assert MASTER[1000:1032] not in found
    assert JOURNAL not in found
    assert new_machine.restore(backed_up), new_machine.said
    assert new_machine.rows("SELECT code FROM alarms") == [(SAID,)], "it was in there all the same"


@pytest.mark.parametrize("known_by", ["a later backup", "the lists that were sent away"])
def test_what_was_destroyed_after_the_backup_does_not_come_back(
    backed_up: Hall, new_machine: NewMachine, known_by: str
) -> None:
    kept, gone = backed_up.vault.sealed(), backed_up.vault.sealed(destroy_after=OVER)
    before = str(backed_up.back_up()["backup"])
    later = known_by == "a later backup"
    backed_up.destroy(gone, tell=not later)
    if later:
        assert backed_up.back_up()["taken_out"] == 2, "its objects leave the backups too"

    assert new_machine.restore(backed_up, name=before), new_machine.said
    assert "写しのあとで廃棄された録音 1 件を、戻さずに廃棄しました。" in new_machine.said
    assert new_machine.heard(kept) == MASTER
    with pytest.raises(RecordingDestroyed):
        new_machine.heard(gone)
    assert new_machine.rows("SELECT recording_id FROM recording_keys") == [(kept,)]
    assert new_machine.rows("SELECT recording_id, rule FROM destructions") == [(gone, "flagged-period-over")]
    assert len([file for file in (new_machine.home / "vault").rglob("*") if file.is_file()]) == 2


def test_a_hold_that_was_lifted_after_the_backup_brings_nothing_back(
    backed_up: Hall, new_machine: NewMachine, owner_database: Database
) -> None:
    gone, held = (backed_up.vault.sealed(destroy_after=OVER) for _ in range(2))
    with owner_database.begin() as connection:
        connection.exec_driver_sql("""
            INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)
            VALUES (gen_random_uuid(), 'sato', 'sato', '-', '{supervisor}', '{}', now())
        """)
        for one, until in ((gone, "5 minutes"), (held, None)):
            connection.exec_driver_sql(
                "INSERT INTO recording_holds (id, recording_id, reason, placed_by, placed_at, until)"
                " SELECT gen_random_uuid(), %s, 'a claim', id, now() - interval '1 day',"
                " now() + %s::interval FROM accounts",
                (one, until),
            )
    backed_up.back_up()
    with owner_database.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE recording_holds SET lifted_at = until WHERE recording_id = %s", (gone,)
        )
    backed_up.vault.clock.go_on(SystemClock().now() - backed_up.vault.clock.now() + timedelta(minutes=10))
    backed_up.destroy(gone)

    assert new_machine.restore(backed_up), new_machine.said
    assert new_machine.rows("SELECT recording_id FROM recording_keys") == [(held,)]
    assert new_machine.rows("SELECT recording_id FROM recording_holds WHERE lifted_at IS NULL") == [(held,)]


def test_a_signed_list_of_what_nobody_destroyed_takes_nothing_away_and_is_told(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    """Whoever has the keys of a machine can sign one, and have everything destroyed by the restore."""
    wanted = backed_up.vault.sealed(destroy_after=SystemClock().now() + timedelta(days=90))
    backed_up.back_up()
    forged = Destroyed(
        recording=wanted, at=SystemClock().now() + timedelta(days=9999), rule="unflagged-period-over", by=None
    )
    (backed_up.elsewhere / "destroyed").mkdir(parents=True)
    note = note_of([forged], note_key(backed_up.vault.keys))
    (backed_up.elsewhere / "destroyed" / "forged.json").write_bytes(note)

    assert not new_machine.restore(backed_up)
    assert new_machine.heard(wanted) == MASTER
    assert f"だれかが一覧を作ったおそれがあります（録音 {wanted}）" in new_machine.said


def test_a_backup_sealed_to_another_key_than_the_one_before_is_told(backed_up: Hall) -> None:
    """Who puts a key of their own in the place of the city's can ask for a ransom months later."""
    first = backed_up.back_up()
    assert (backed_up.back_up()["key"], first["other_key"]) == (first["key"], False)

    public = backed_up.folder / "keys" / backup.PUBLIC_HALF
    public.write_text(public_of(new_secret()).hex(), encoding="ascii")
    told = backed_up.back_up()
    assert told["key"] != first["key"]
    assert told["other_key"]


def test_a_list_that_somebody_shortened_stops_the_restore(backed_up: Hall, new_machine: NewMachine) -> None:
    gone = backed_up.vault.sealed(destroy_after=OVER)
    backed_up.back_up()
    backed_up.destroy(gone)
    (sent,) = (backed_up.elsewhere / "destroyed").rglob("*.json")
    sent.write_bytes(note_of([], Ed25519PrivateKey.generate()))

    with pytest.raises(NoteNotOurs):
        new_machine.restore(backed_up)
    assert new_machine.rows("SELECT to_regclass('recordings')") == [(None,)]


def test_only_what_is_new_is_copied_and_a_copy_that_went_bad_is_made_anew(backed_up: Hall) -> None:
    backed_up.vault.sealed()
    backed_up.back_up()
    backed_up.vault.sealed()
    second = backed_up.back_up()
    assert (second["objects"], second["new_objects"]) == (4, 2)

    spoilt = next(file for file in sorted((backed_up.backups / "objects").rglob("*")) if file.is_file())
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"?")
    assert backed_up.back_up(quick=True)["new_objects"] == 0, "who asks for haste looks at sizes alone"
    assert backed_up.back_up()["new_objects"] == 1


def test_a_recording_destroyed_while_the_backup_is_made_is_no_fault(
    backed_up: Hall, new_machine: NewMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = backed_up.vault.sealed(), backed_up.vault.sealed(destroy_after=OVER)

    def destroyed_meanwhile(folder: Path) -> Iterator[bytes]:
        backed_up.destroy(
            gone, tell=False
        )  # the moment of the database is over, its objects are not copied yet
        yield from journal_out(folder)

    monkeypatch.setattr(backup, "journal_out", destroyed_meanwhile)
    assert backed_up.back_up()["lacking"] == []

    assert new_machine.restore(backed_up), new_machine.said
    assert new_machine.heard(kept) == MASTER
    assert new_machine.rows("SELECT recording_id FROM recording_keys") == [(kept,)]


def test_a_log_that_was_made_anew_before_the_backup_is_seen_when_it_is_restored(
    backed_up: Hall, new_machine: NewMachine, owner_database: Database
) -> None:
    one = backed_up.vault.sealed()
    backed_up.listen(one)
    with owner_database.begin() as connection:
        for table in ("access_knocks", "access_chain"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  one of two words
    backed_up.listen(one)
    backed_up.back_up()

    assert not new_machine.restore(backed_up)
    assert "誤り: アクセス記録が控えと合いません（chain-rewritten 1）" in new_machine.said


def test_what_was_logged_after_the_backup_is_told_to_be_lost(
    backed_up: Hall, new_machine: NewMachine
) -> None:
    one = backed_up.vault.sealed()
    backed_up.listen(one)
    backed_up.back_up()
    backed_up.listen(one)
    backed_up.listen(one)

    assert new_machine.restore(backed_up), "heads of later days are no fault of the backup"
    assert "写しのあとのアクセス記録（2 件目から 3 件目まで）は失われました。" in new_machine.said


def test_old_backups_go_when_people_say_so(backed_up: Hall) -> None:
    backed_up.vault.sealed()
    first = str(backed_up.back_up()["backup"])
    sets = backed_up.backups / "sets"
    (sets / first).rename(sets / ("20260101" + first[8:]))

    assert backed_up.back_up(keep_days=14)["removed_backups"] == 1
    assert len([one for one in sets.iterdir() if any(one.iterdir())]) == 1
