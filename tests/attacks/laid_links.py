"""Links and lines that somebody lays where root or another part of ours will come by: to read, empty or own.

Whoever broke into the console's process can write the folders of keys, journals and heads; whoever reaches
the disk of the backups can write there.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime import backup, lease_place, pbx_secrets, plain_files, postgres_passwords
from runtime.journal_archive import journal_out
from runtime.lease_place import clear_place
from runtime.pbx_secrets import PbxSecrets, SecretUnusable
from runtime.plain_files import hand_over, own_folder
from runtime.postgres_passwords import PasswordUnusable, PostgresPasswords
from storage.backup.place import BackupPlace
from storage.objects import ObjectStore, ObjectStoreFailed
from tests.attacks.attack import Attack
from tests.attacks.switches import nods, patched, shakes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures_attacked_hall import AttackedHall

EVIL = "x'; ALTER ROLE tsuwaroku_app SUPERUSER; --"
SECRET = b"root:$y$not-for-you"


def laid(hall: AttackedHall, *way: str) -> tuple[Path, Path]:
    """Return a folder of ours in which a link lies at the end of a way, and the file it leads to."""
    folder = hall.folder / uuid4().hex
    shadow, link = folder / "etc" / "shadow", folder.joinpath("ours", *way)
    link.parent.mkdir(parents=True)
    shadow.parent.mkdir()
    shadow.write_bytes(SECRET)
    shadow.chmod(0o640)
    os.utime(shadow, (1, 1))
    link.symlink_to(shadow if "." in way[-1] else shadow.parent)
    return folder / "ours", shadow


def is_given_away(hall: AttackedHall) -> bool:
    keys, shadow = laid(hall, "vault-2.key")
    hand_over(keys, None)
    return shadow.stat().st_mode & 0o777 == 0o600  # as root it would have another owner too


def leaves_with_the_journal(hall: AttackedHall) -> bool:
    journal, _ = laid(hall, "1-abc", "1.jsonl")
    return SECRET in b"".join(journal_out(journal))


def leaves_with_the_heads(hall: AttackedHall) -> bool:
    heads, _ = laid(hall, "2026", "head.json")
    place = ObjectStore.at("memory:///")
    backup.send_heads(heads, BackupPlace(place), Ed25519PrivateKey.generate().public_key())
    return any(SECRET in place.get_range(one.key, 0, one.size) for one in place.list())


def is_emptied_as_an_old_backup(hall: AttackedHall) -> bool:
    where, shadow = laid(hall, "sets", "20250101T000000Z-abcdef")
    place = BackupPlace(ObjectStore.at(where.as_uri()))
    for name in place.look().unfinished:
        place.remove_set(name)
    return not shadow.exists()


def is_swept_as_unfinished(hall: AttackedHall) -> bool:
    where, shadow = laid(hall, "unfinished")
    with suppress(ObjectStoreFailed):
        ObjectStore.at(where.as_uri()).put("2026/11/a", [b"sealed"])
    return not shadow.exists()


def is_removed_as_an_object(hall: AttackedHall) -> bool:
    where, _ = laid(hall, "2026")
    with suppress(ObjectStoreFailed):
        ObjectStore.at(where.as_uri()).delete("2026/shadow")
    return not (where.parent / "etc" / "shadow").exists()


def is_taken_away_at_the_end(hall: AttackedHall) -> bool:
    """The link to the leases in memory, which the supervisor takes away when it stops."""
    run, shadow = laid(hall, "leases")
    shadow.parent.chmod(0o755)
    clear_place(run)
    return not shadow.exists()


def becomes_the_database_s(hall: AttackedHall) -> bool:
    """A link of another user where root gives a folder to one of our servers."""
    home, shadow = laid(hall, "socket")
    link = home / "socket"
    if os.geteuid() == 0:
        os.chown(link, 65534, 65534, follow_symlinks=False)
    with pytest.MonkeyPatch.context() as patch:
        if os.geteuid() != 0:
            patch.setattr(os, "geteuid", lambda: 0)  # so that it is somebody else's link
        own_folder(link, 0o711)
    return shadow.parent.stat().st_mode & 0o777 == 0o711


def commands_the_superuser(hall: AttackedHall) -> bool:
    """A statement in the file of a password, which becomes part of one that the superuser says."""
    keys = hall.folder / uuid4().hex
    passwords = PostgresPasswords(keys)
    passwords.make()
    (keys / "postgres-app.password").write_text(EVIL, encoding="ascii")
    try:
        return passwords.of("app") == EVIL
    except PasswordUnusable:
        return False


def configures_asterisk(hall: AttackedHall) -> bool:
    """Lines in the file of a password, which becomes part of Asterisk's configuration."""
    keys = hall.folder / uuid4().hex
    keys.mkdir()
    (keys / "ami.password").write_text("x\n[thief]\nsecret=x\nwrite=all", encoding="ascii")
    try:
        return "[thief]" in PbxSecrets(keys=keys).ami_password()
    except SecretUnusable:
        return False


NO_LINKS = patched(plain_files, "READING", plain_files.READING & ~os.O_NOFOLLOW)
OF_OBJECTS = patched(ObjectStore, "_is_linked", shakes)
PASSED_OVER = "file.passed-over:not-opened"
ATTACKS = (
    Attack(
        name="a link among the keys, for root to give away what it leads to", guard=NO_LINKS,
        told=PASSED_OVER, attempt=is_given_away,
    ),
    Attack(
        name="a link among the journals, for a backup to take what it leads to", guard=NO_LINKS,
        told=PASSED_OVER, attempt=leaves_with_the_journal,
    ),
    Attack(
        name="a link among the heads, to leave with a backup in clear", told=PASSED_OVER, guard=NO_LINKS,
        behind=(patched(backup, "opened", shakes),), attempt=leaves_with_the_heads,
    ),
    Attack(
        name="a link as an old backup, for its folder to be emptied", guard=OF_OBJECTS,
        told="objects.links-passed-over", attempt=is_emptied_as_an_old_backup,
    ),
    Attack(
        name="a link as the place of unfinished uploads, to have it swept", guard=OF_OBJECTS,
        told="object.link-refused", attempt=is_swept_as_unfinished,
    ),
    Attack(
        name="a link among the objects, to have removed what it leads to", guard=OF_OBJECTS,
        told="object.link-refused", attempt=is_removed_as_an_object,
    ),
    Attack(
        name="a link as the leases in memory, to have removed what it leads to", told="lease.place_not_ours",
        guard=patched(lease_place, "_is_ours", nods), attempt=is_taken_away_at_the_end,
    ),
    Attack(
        name="a link where a server gets its folder, to get another one", told="folder.link-removed",
        guard=patched(plain_files, "_is_foreign_link", shakes), attempt=becomes_the_database_s,
    ),
    Attack(
        name="a statement as the database's password", told="password.unusable",
        guard=patched(postgres_passwords, "_OURS", re.compile(".*")), attempt=commands_the_superuser,
    ),
    Attack(
        name="lines of configuration as Asterisk's password", told="password.unusable",
        guard=patched(pbx_secrets, "_ONE_WORD", re.compile(".*", re.DOTALL)), attempt=configures_asterisk,
    ),
)  # fmt: skip
