"""``tsuwaroku backup``: a backup of everything but the keys, told in Japanese.

The keys stay behind on purpose: a backup that brings its own keys is no safer than the machine it came from.
"""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from typer import echo

from core.errors import DomainError
from core.logs import get_log
from core.settings import Settings
from runtime.database_dump import DatabaseDump
from runtime.installation import Installation
from runtime.journal_archive import journal_out
from runtime.plain_files import files_in, read_whole, write_anew
from runtime.postgres_programs import PostgresPrograms
from runtime.spool_archive import HeldSpool
from runtime.wiring import Parts, backup_place, worker_parts
from storage.access_heads import HeadNotOurs, opened
from storage.backup.hindrance import BackupPlaceFull
from storage.backup.making import BackupMade, MakeBackup
from storage.backup.place import HEADS, BackupPlace
from storage.backup.reading import newest_recipient
from storage.backup.sealed_file import new_secret, number_of, on_paper, public_of
from storage.database import Database
from storage.signed_note import note_key

PUBLIC_HALF = "backup.public"
"""In the folder of keys. It seals and opens nothing."""

log = get_log()


class NoBackupKey(DomainError):
    """写しの鍵がまだありません。はじめに ./tsuwaroku backup-key で作り、示された文字を紙に控えてください。"""

    code = "no-backup-key"


class BackupKeyThere(DomainError):
    """写しの鍵は、もうあります。新しくするときは --new を付けてください（前の写しには前の鍵が要ります）。"""

    code = "backup-key-there"


class BackupInsideHome(DomainError):
    """データのフォルダーの中には写しを作れません。別のディスクか、別の機械のフォルダーを指定してください。"""

    code = "backup-inside-home"


def make_backup_key(settings: Settings, *, anew: bool) -> None:
    """Make a backup key, keep its public half, and show the secret one once.

    Raises:
        BackupKeyThere
    """
    installation = Installation(settings)
    file = installation.home.keys / PUBLIC_HALF
    if file.exists() and not anew:
        raise BackupKeyThere
    secret = new_secret()
    write_anew(file, public_of(secret).hex().encode() + b"\n")
    installation.hand_over_keys()
    echo("写しを開く鍵です。今、紙に控えてください。この機械には残らず、もう一度見ることはできません:")
    echo("")
    echo(f"    {on_paper(secret)}")
    echo("")
    echo(f"鍵の番号: {number_of(public_of(secret))}（紙に控え、写しのたびに示される番号と比べてください）")
    echo(
        "この鍵がないと、これから作る写しはだれにも開けません。写しとも、この機械とも別の所に置いてください。"
    )


def make_backup(settings: Settings, *, to: str, quick: bool, keep_days: int | None, as_json: bool) -> bool:
    """Make a backup, tell what was made, and say whether nothing was lacking.

    Args:
        settings: of this machine
        to: folder, ``file:///…`` or ``s3://…``
        quick: do not read again what was copied earlier
        keep_days: take away backups that are older
        as_json: for programs

    Raises:
        NoBackupKey, BackupInsideHome, BackupPlaceFull, DumpFailed, DatabaseAway, ObjectStoreFailed: none was
            made, and every earlier one is as it was
    """
    installation = Installation(settings)
    recipient = _recipient(installation)
    url = place_of(to, installation.home.path)
    parts = worker_parts(installation)
    owner = Database(installation.dsn("owner"), connections=2)
    with closing(owner), closing(parts.database):
        place = backup_place(url)
        before = place.look().sets
        former = newest_recipient(place, note_key(parts.keys).public_key())
        if not as_json:
            echo(
                "データベース、録音、取り込み前の録音、通話の出来事を写しています。通話と録音は止まりません。"
            )
        spool = HeldSpool(spool_of(installation))
        try:
            with BackupPlaceFull.told(before):
                made = _making(parts, owner, place, recipient, spool).run(
                    read_all=not quick, keep_days=keep_days
                )
        finally:
            spool.let_go()
        send_heads(installation.home.heads, place, parts.head_key.public_key())
    is_other = former not in {None, recipient}
    _tell(made, spool.unreadable, number_of(recipient), is_other=is_other, as_json=as_json)
    return not (made.lacking or spool.unreadable or is_other)


def spool_of(installation: Installation) -> Path | None:
    """Return where our own Asterisk records; None: another's recordings stay on its own machine."""
    if installation.settings.asterisk.ari_url is not None:
        return None
    return installation.home.asterisk / "spool" / "recording"


def programs_of(installation: Installation) -> PostgresPrograms:
    """Return PostgreSQL's programs, also where the server is somebody else's."""
    return PostgresPrograms(installation.home.postgres, installation.users.database or "unused")


def place_of(given: str, home: Path) -> str:
    """Return the URL of a place for backups.

    Raises:
        BackupInsideHome: it would be lost together with what it is to save
    """
    if "://" in given and not given.startswith("file://"):
        return given
    folder = Path(given.removeprefix("file://")).absolute()
    if folder.resolve().is_relative_to(home.resolve()):
        raise BackupInsideHome
    return folder.as_uri()


def _recipient(installation: Installation) -> bytes:
    try:
        return bytes.fromhex((installation.home.keys / PUBLIC_HALF).read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        raise NoBackupKey from None


def _making(
    parts: Parts, owner: Database, place: BackupPlace, recipient: bytes, spool: HeldSpool
) -> MakeBackup:
    installation = parts.installation
    return MakeBackup(
        database=owner,
        source=parts.objects,
        place=place,
        recipient=recipient,
        key=note_key(parts.keys),
        clock=parts.clock,
        instance=parts.settings.instance,
        dump=DatabaseDump(installation.dsn("owner"), programs_of(installation)).write,
        journal=partial(journal_out, installation.home.journal),
        spool=spool,
    )


def send_heads(folder: Path, place: BackupPlace, key: Ed25519PublicKey) -> None:
    """Where heads of the access log stay on this machine, a backup is the only way they leave it.

    Nothing else leaves it with them: they are the one part of a backup that is not sealed.
    """
    there = place.look().heads
    for file, found in files_in(folder):
        if file.suffix != ".json" or str(file) in there:
            continue
        head = read_whole(found)
        try:
            opened(head, key)
        except HeadNotOurs as error:
            log.warning("backup.passed-over", code=error.code)
            continue
        place.put(f"{HEADS}{file}", [head])


def _tell(made: BackupMade, unreadable: int, key: str, *, is_other: bool, as_json: bool) -> None:
    objects = made.objects
    if as_json:
        told = {
            "backup": made.name, "at": made.at.isoformat(), "database_bytes": made.database_bytes,
            "objects": objects.new + objects.there, "new_objects": objects.new, "object_bytes": objects.bytes,
            "lacking": [str(one.recording) for one in made.lacking], "taken_out": made.taken_out,
            "removed_backups": made.removed_sets, "unreadable": unreadable,
            "key": key, "other_key": is_other,
        }  # fmt: skip
        echo(json.dumps(told, ensure_ascii=False))
        return
    echo(f"写し {made.name} ができました。読み戻して照合しました。")
    echo(f"データベース {made.database_bytes:,} バイト（封緘後）")
    echo(
        f"録音の実物 {objects.new + objects.there:,} 個（新しく {objects.new:,} 個）、"
        f"{objects.bytes:,} バイト"
    )
    if made.taken_out:
        echo(f"廃棄された録音の実物を、写しからも {made.taken_out:,} 個消しました。")
    if made.removed_sets:
        echo(
            f"古い写しを {made.removed_sets} 回分消しました（録音の実物は、残る写しのために置いてあります）。"
        )
    for one in made.lacking:
        echo(f"誤り: 保管庫に実物がないか、封緘したときから変わっています（録音 {one.recording}）")
    if unreadable:
        echo(f"誤り: 取り込み前の録音のうち {unreadable:,} 個が読めず、写しに入っていません。")
    echo(f"写しを開く鍵の番号: {key}")
    if is_other:
        echo(
            "誤り: 前の写しとは別の鍵で封じました。backup-key --new を実行した覚えがなければ、だれかが鍵を"
            "置き換えています。前の写しを残し、すぐにシステム管理の責任者に知らせてください。"
        )
    echo("鍵は写していません。鍵の写しと、写しを開く鍵は、別の所に保管してください。")
