"""``tsuwaroku restore``: an empty home becomes what a backup holds, less what was destroyed since.

In this order: keys that were kept apart, the database in one transaction, heads compared before anything new
is written, what was destroyed since is destroyed again before its sound could come back, the sound, journals,
and at the end everything is opened and compared. Each step may run again.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer import echo

from core.errors import DomainError
from core.ids import RecordingId, recording_id_of
from core.settings import Settings
from runtime.audit_report import heads_url
from runtime.backup import place_of, programs_of, spool_of
from runtime.database_dump import DatabaseDump
from runtime.installation import Installation
from runtime.journal_archive import journal_back
from runtime.key_ceremony import report_lines as key_lines
from runtime.restored_home import HomeHasData, RestoredHome
from runtime.spool_archive import spool_back
from runtime.vault_report import report_lines
from runtime.wiring import Parts, backup_place, destructions_kept_at, keys_of, worker_parts
from storage.access_heads import HeadNotOurs, compare_with_heads
from storage.access_heads import opened as opened_head
from storage.access_log import Sealer
from storage.backup.copies import copy_back
from storage.backup.place import HEADS
from storage.backup.reading import KeptBackup, find_backup
from storage.backup.restoring import destroy_again, due_at_once, end_sessions, knows_schema
from storage.backup.sealed_file import from_paper
from storage.chain_proof import ChainFault
from storage.database import Database
from storage.destruction_list import Destroyed
from storage.key_check import KeyCheck
from storage.migrate import migrate
from storage.signed_note import note_key


class BackupOfNewerProgram(DomainError):
    """写しは、このプログラムより新しい版で作られています。新しい版のプログラムで戻してください。"""

    code = "backup-of-newer-program"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    agreeing: int
    lost_until: int
    faults: tuple[ChainFault, ...]


def restore_backup(  # noqa: PLR0913  what people say at the command line
    settings: Settings, *, source: str, name: str, heads: str, secret: str, keys: Path | None
) -> bool:
    """Restore a backup into the empty home of these settings, and say whether nothing is wrong with it.

    Args:
        settings: of this machine; its home must be empty
        source: where backups lie
        name: of one of them; empty for the one that was begun here, or the newest
        heads: where signed heads and lists of destructions were kept; empty: where this machine sends them
        secret: what opens the backup, as on paper
        keys: folder with the keys that were kept apart; None where they are there already

    Raises:
        HomeHasData, KeysNotGiven, BackupKeyUnusable, NoBackupThere, BackupAltered, NoteNotOurs,
        BackupOfNewerProgram: nothing was restored
        LoadFailed, ObjectStoreFailed, DatabaseAway: run it again, it goes on where it was
    """
    installation = Installation(settings)
    home, place = RestoredHome(installation), backup_place(place_of(source, installation.home.path))
    opening = from_paper(secret)
    wanted = name or home.begun or next(reversed(place.look().sets), "")
    home.require_empty(wanted)
    copied = home.take_keys(keys)
    try:
        signer = note_key(keys_of(installation)).public_key()
        backup = find_backup(place, wanted, opening, signer)
        destroyed = _destroyed(installation, backup, heads)
    except DomainError:
        for file in copied:
            file.unlink()
        raise
    if not knows_schema(backup.manifest.schema):
        raise BackupOfNewerProgram
    echo(f"写し {backup.name} を戻します。")
    with home.making(backup.name), _database(installation):
        return _Restore(installation, home, backup, destroyed, heads).run()


class _Restore:
    def __init__(
        self,
        installation: Installation,
        home: RestoredHome,
        backup: KeptBackup,
        destroyed: Sequence[Destroyed],
        heads: str,
    ) -> None:
        self._installation = installation
        self._home = home
        self._backup = backup
        self._destroyed = destroyed
        self._heads = heads

    def run(self) -> bool:
        dump = DatabaseDump(self._installation.dsn("owner"), programs_of(self._installation))
        if dump.is_empty():
            echo("1/4 データベースを戻しています。")
            dump.load(self._backup.part("database"))
        elif not self._home.was_cut_short:
            raise HomeHasData
        migrate(self._installation.dsn("owner"))
        parts = worker_parts(self._installation)
        owner = Database(self._installation.dsn("owner"), connections=1)
        with closing(parts.database), closing(owner):
            end_sessions(owner)
            self._put_heads_back(parts)
            compared = self._compare(parts)
            echo("2/4 写しのあとで廃棄されたものを、もう一度廃棄しています。")
            again = destroy_again(
                parts.database, parts.vault, self._destroyed,
                backup_at=self._backup.manifest.at, now=parts.clock.now(),
            )  # fmt: skip
            gone = {one.recording for one in self._destroyed} - again.kept
            echo("3/4 録音と、通話の出来事を戻しています。")
            needed = [one for one in self._backup.objects() if one.recording not in gone]
            objects = copy_back(needed, self._backup.place, parts.objects, lambda n: echo(f"    {n:,} 個"))
            journals = journal_back(self._backup.part("journal"), self._installation.home.journal)
            waiting = self._recordings_back(gone)
            self._home.hand_over()
            echo("4/4 すべてを開いて照合しています。")
            Sealer(parts.database, parts.clock).run_once()
            vault, keys = parts.verifier.verify(), KeyCheck(parts.database, parts.keys).look()
            due = due_at_once(parts.database, parts.clock.now())
        for line in (*report_lines(vault), *key_lines(keys)):
            echo(line)
        echo(
            f"録音の実物 {objects.new + objects.there:,} 個、"
            f"取り込み前の録音のファイル {waiting:,} 個、通話の出来事のファイル {journals:,} 個を戻しました。"
        )
        echo(f"写しのあとで廃棄された録音 {again.count:,} 件を、戻さずに廃棄しました。")
        self._tell(compared, due)
        for one in again.refused:
            echo(f"誤り: 廃棄の一覧にありますが、廃棄停止などのため廃棄できません（録音 {one}）")
        for one in again.early:
            echo(
                "誤り: 廃棄の一覧にありますが、保存期間が残っているため、廃棄せずに戻しました。"
                f"だれかが一覧を作ったおそれがあります（録音 {one}）"
            )
        for one in objects.lacking:
            echo(f"誤り: 写しに実物がないか、変わっています（録音 {one.recording}）")
        return vault.is_sound and not (again.kept or objects.lacking or compared.faults or keys.findings)

    def _recordings_back(self, gone: AbstractSet[RecordingId]) -> int:
        """Recordings that no vault had yet: the worker captures them after the start."""
        if not self._backup.has("spool"):
            return 0
        folder, blocks = self._home.spool, self._backup.part("spool")
        users = self._installation.users
        count = spool_back(blocks, folder, users.pbx, lambda call: recording_id_of(call) in gone)
        if count and spool_of(self._installation) is None:
            echo(
                f"注意: 電話交換機は別の機械です。{folder} の録音を、交換機の録音フォルダーに移してください。"
            )
        return count

    def _put_heads_back(self, parts: Parts) -> None:
        """Heads that this machine kept itself; those of after the backup stay in the backup's place."""
        here, place = self._installation.home.heads, self._backup.place
        for name in place.look().heads:
            target, data = here / name, place.note(HEADS + name)
            try:
                if opened_head(data, parts.head_key.public_key()).seq > self._backup.manifest.chained:
                    continue
            except HeadNotOurs:
                pass  # it is put back and told of
            if not target.exists() and target.resolve().is_relative_to(here.resolve()):
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                target.write_bytes(data)

    def _compare(self, parts: Parts) -> _Compared:
        place = parts.heads(heads_url(self._heads))
        agreeing, faults = compare_with_heads(
            parts.database, place, parts.head_key.public_key(), parts.settings.instance, parts.clock.now()
        )
        beyond = [one.seq or 0 for one in faults if one.code == "end-cut-off"]
        return _Compared(
            agreeing=agreeing, lost_until=max(beyond, default=0),
            faults=tuple(one for one in faults if one.code != "end-cut-off"),
        )  # fmt: skip

    def _tell(self, compared: _Compared, due: int) -> None:
        chained = self._backup.manifest.chained
        echo(f"外の控えと合うアクセス記録の署名 {compared.agreeing:,} 件")
        for one in compared.faults:
            echo(f"誤り: アクセス記録が控えと合いません（{one.code} {one.seq or ''}）")
        if compared.lost_until:
            echo(
                f"注意: 写しのあとのアクセス記録（{chained + 1:,} 件目から {compared.lost_until:,} 件目まで）"
                "は失われました。控えの置き場所を新しくし、前の控えは残してください。"
            )
        if due:
            echo(
                f"注意: 保存期間の過ぎた録音が {due:,} 件あります。起動すると数分で廃棄されます。写しのあとで"
                "付けた印や廃棄停止は戻っていません。残すべきものがないか、起動の前に確かめてください。"
            )
        echo(
            "利用者、パスワード、プログラムの鍵は、写しのときのものです。写しのあとで止めたものは、起動の前後に"
            "もう一度止めてください（account disable、画面の「プログラムの鍵」）。"
        )
        echo(
            "市の設定ファイル、交換機と画面の証明書は、写しに入っていません（作り直されるか、別に戻します）。"
        )


@contextmanager
def _database(installation: Installation) -> Generator[None]:
    """Run our own database for as long as this takes; one of the city's runs already."""
    cluster = installation.cluster
    if cluster is None:
        yield
        return
    cluster.prepare()
    cluster.start()
    try:
        yield
    finally:
        cluster.stop()


def _destroyed(installation: Installation, backup: KeptBackup, heads: str) -> list[Destroyed]:
    """Join what the backup's place knows with what was told away from the machine until it was lost."""
    found = backup.destroyed(note_key(keys_of(installation)).public_key())
    elsewhere = heads_url(heads) or installation.settings.audit.heads_url
    if elsewhere is not None:
        found += destructions_kept_at(elsewhere, installation)
    return list({one.recording: one for one in sorted(found, key=lambda one: one.at)}.values())
