"""Reads one backup: the signed manifest first, then nothing that it does not vouch for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.errors import DomainError
from core.logs import get_log
from storage.backup.manifest import Manifest, SealedPart, read_manifest
from storage.backup.place import DESTROYED, SETS, BackupPlace, manifest_key, moment_of
from storage.backup.sealed_file import BackupKeyUnusable, opened, public_of
from storage.backup.snapshot import NeededObject, read
from storage.destruction_list import Destroyed, read_note
from storage.objects import ObjectMissing
from storage.signed_note import NoteNotOurs

log = get_log()


class NoBackupThere(DomainError):
    """そこに、終わりまでできた写しがありません。場所と --set の名前を確かめてください。"""

    code = "no-backup-there"


class BackupAltered(DomainError):
    """この回の写しは、作ったときから変わっています。何も戻していません。--set で別の回を選んでください。"""

    code = "backup-altered"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBackup:
    """One whole backup that was proven to be the city's. Make it with ``find_backup``."""

    place: BackupPlace
    name: str
    manifest: Manifest
    secret: bytes

    def part(self, name: str) -> Iterator[bytes]:
        """Yield what a part holds; it was compared with the manifest before.

        Raises:
            SealBroken, ObjectStoreFailed
        """
        key = f"{SETS}{self.name}/{name}"
        return opened(self.secret, name, self.place.reading(key), self.manifest.parts[name].size)

    def has(self, name: str) -> bool:
        """Say whether a part is there: a backup of an earlier program has fewer."""
        return name in self.manifest.parts

    def objects(self) -> tuple[NeededObject, ...]:
        """Return what the database of this backup names.

        Raises:
            SealBroken, ListBroken, ObjectStoreFailed
        """
        return read(b"".join(self.part("objects")))

    def destroyed(self, key: Ed25519PublicKey) -> list[Destroyed]:
        """Return what every backup in this place knows to be destroyed.

        Raises:
            NoteNotOurs: one of the lists was changed
            ObjectStoreFailed
        """
        found: list[Destroyed] = []
        for name in self.place.look().destroyed:
            found += read_note(self.place.note(DESTROYED + name), key)
        return found


def is_unchanged(place: BackupPlace, key: str, told: SealedPart) -> bool:
    """Whether a sealed file is the one that the manifest speaks of: anybody could seal another one.

    Raises:
        ObjectMissing, ObjectStoreFailed
    """
    return place.size(key) == told.size and place.sha256(key) == told.sha256


def bears_its_name(name: str, manifest: Manifest) -> bool:
    """Whether a set lies under its own moment: an older one could be laid in the newest one's place."""
    return moment_of(name) == manifest.at.replace(microsecond=0)


def newest_recipient(place: BackupPlace, key: Ed25519PublicKey) -> bytes | None:
    """Return whom the newest whole backup was sealed to; None where there is none of ours.

    Raises:
        ObjectStoreFailed
    """
    try:
        return read_manifest(place.note(manifest_key(place.look().sets[-1])), key).recipient
    except (IndexError, NoteNotOurs, ObjectMissing):
        return None


def find_backup(place: BackupPlace, name: str, secret: bytes, key: Ed25519PublicKey) -> KeptBackup:
    """Find a backup, prove that it is the city's and unchanged, and that the secret opens it.

    Args:
        place: where backups lie
        name: of a set; empty for the newest whole one
        secret: secret half of the backup key
        key: that signed the manifest

    Raises:
        NoBackupThere, BackupAltered, BackupKeyUnusable, NoteNotOurs, ObjectStoreFailed
    """
    sets = place.look().sets
    chosen = name or (sets[-1] if sets else "")
    if chosen not in sets:
        raise NoBackupThere
    try:
        manifest = read_manifest(place.note(manifest_key(chosen)), key)
    except NoteNotOurs as error:
        log.warning("backup.refused", code=error.code, kind="manifest")
        raise
    if not bears_its_name(chosen, manifest):
        log.warning("backup.refused", code=BackupAltered.code, kind="name")
        raise BackupAltered
    if manifest.recipient != public_of(secret):
        raise BackupKeyUnusable
    for part, told in manifest.parts.items():
        if not is_unchanged(place, f"{SETS}{chosen}/{part}", told):
            log.warning("backup.refused", code=BackupAltered.code, kind=part)
            raise BackupAltered
    return KeptBackup(place=place, name=chosen, manifest=manifest, secret=secret)
