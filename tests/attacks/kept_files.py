"""Backups that somebody else touched, and archives whose files want out of their folder.

What a restore reads comes from outside; of a recorder's file tests/api/test_import_faults.py speaks, and of
what words can do to a PDF that we make tests/unit/test_report_pdf.py.
"""

from __future__ import annotations

import io
import json
import tarfile
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from runtime import journal_archive
from runtime.journal_archive import journal_back
from storage.backup import reading, restoring
from storage.backup.manifest import Manifest, SealedPart, read_manifest, write_manifest
from storage.backup.place import SETS, BackupPlace, manifest_key, set_name
from storage.backup.reading import BackupAltered, find_backup
from storage.backup.sealed_file import SealedFile, new_secret, public_of
from storage.destruction_list import Destroyed
from storage.objects import ObjectStore
from storage.passing import Passing
from storage.signed_note import NoteNotOurs
from tests.attacks.attack import Attack
from tests.attacks.switches import nods, patched, without

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures_attacked_hall import AttackedHall

TRUE, FALSE = b"what happened", b"what did not!"
SECRET, OURS, THIEFS = new_secret(), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


def comes_out(hall: AttackedHall, name: str) -> bool:
    folder = hall.folder / uuid4().hex
    (folder / "journal").mkdir(parents=True)
    archive, evil = io.BytesIO(), b"{}\n"
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(name.format(folder=folder))
        entry.size = len(evil)
        tar.addfile(entry, io.BytesIO(evil))
    journal_back([archive.getvalue()], folder / "journal")
    return _outside(folder).exists()


def _outside(folder: Path) -> Path:
    return folder / "outside.jsonl"


def sealed(part: str, plain: bytes) -> tuple[bytes, SealedPart]:
    inside, outside = Passing(), Passing()
    data = b"".join(
        outside.through(SealedFile(public_of(SECRET), part).blocks(inside.through(iter([plain]))))
    )
    return data, SealedPart(size=outside.size, sha256=outside.sha256, plain_sha256=inside.sha256)


def restored(hall: AttackedHall, *, signed_by: Ed25519PrivateKey, false_part: str = "") -> bytes:
    """What comes out of a backup: signed by somebody, one part perhaps sealed by somebody else."""
    now = hall.office.parts.clock.now()
    place, name = BackupPlace(ObjectStore.at("memory:///")), set_name(now, "abcdef")
    parts: dict[str, SealedPart] = {}
    for part in ("database", "objects", "journal"):
        data, parts[part] = sealed(part, TRUE)
        if part == false_part:
            data, _ = sealed(part, FALSE)  # whoever has the public half can seal
        place.put(f"{SETS}{name}/{part}", [data])
    manifest = Manifest(
        at=now, instance="city", schema="0001", recipient=public_of(SECRET), chained=0, head=b"", objects=0,
        bytes=0, lacking=0, parts=parts,
    )  # fmt: skip
    place.put(manifest_key(name), [write_manifest(manifest, signed_by)])
    try:
        found = find_backup(place, "", SECRET, OURS.public_key())
    except (BackupAltered, NoteNotOurs):
        return b""
    return b"".join(found.part("journal"))


def older_one_is_restored(hall: AttackedHall) -> bool:
    """Lay an older backup, whole and signed by the city, where the newest one would lie."""
    made = hall.office.parts.clock.now()
    place, old = ObjectStore.at("memory:///"), set_name(made - timedelta(days=60), "abcdef")
    data, part = sealed("objects", TRUE)
    manifest = Manifest(
        at=made - timedelta(days=60), instance="city", schema="0001", recipient=public_of(SECRET), chained=0,
        head=b"", objects=0, bytes=0, lacking=0, parts={"objects": part},
    )  # fmt: skip
    for name in (old, set_name(made, "ffffff")):
        place.put(f"{SETS}{name}/objects", [data])
        place.put(manifest_key(name), [write_manifest(manifest, OURS)])
    try:
        return find_backup(BackupPlace(place), "", SECRET, OURS.public_key()).name != old
    except BackupAltered:
        return False


def everything_is_destroyed(hall: AttackedHall, *, held: bool = False) -> bool:
    """Sign a list that says that a recording was destroyed, and restore: whoever has the keys can."""
    _, recording = hall.recorded()
    now = hall.office.parts.clock.now()
    if held:
        hall.owned("UPDATE recordings SET destroy_after = :at WHERE id = :id", id=recording, at=now)
        hall.wrote(
            "recording_holds", recording_id=recording, reason="審査請求", placed_by=hall.accounts["kanri"],
            placed_at=now - timedelta(days=3),
        )  # fmt: skip
    told = Destroyed(recording=recording, at=now, rule="unflagged-period-over", by=None)
    restoring.destroy_again(
        hall.office.worker, hall.office.worker_vault, [told], backup_at=now - timedelta(days=1), now=now
    )
    gone = hall.owned("SELECT destroyed_at IS NOT NULL FROM recordings WHERE id = :id", id=recording)
    return bool(gone[0][0])


def by_whomever(data: bytes, key: Ed25519PublicKey) -> Manifest:
    del key
    return read_manifest(data, Ed25519PublicKey.from_public_bytes(bytes.fromhex(json.loads(data)["key"])))


ANY_ENTRY = patched(journal_archive, "is_a_journal", nods)
ATTACKS = (
    Attack(
        name="a file in an archive that climbs out of its folder", guard=ANY_ENTRY,
        told="restore.passed-over:no-journal", attempt=lambda hall: comes_out(hall, "../outside.jsonl"),
    ),
    Attack(
        name="a file in an archive that names a place of its own", guard=ANY_ENTRY,
        told="restore.passed-over:no-journal", attempt=lambda hall: comes_out(hall, "{folder}/outside.jsonl"),
    ),
    Attack(
        name="a part of a backup that was sealed by somebody else", told="backup.refused:backup-altered",
        guard=patched(reading, "is_unchanged", nods),
        attempt=lambda hall: restored(hall, signed_by=OURS, false_part="journal") == FALSE,
    ),
    Attack(
        name="a backup that another city's key signed", told="backup.refused:note-not-ours",
        guard=patched(reading, "read_manifest", by_whomever),
        attempt=lambda hall: restored(hall, signed_by=THIEFS) == TRUE,
    ),
    Attack(
        name="an older backup in the newest one's place", told="backup.refused:backup-altered",
        guard=patched(reading, "bears_its_name", nods), attempt=older_one_is_restored,
    ),
    Attack(
        name="a signed list that tells of destructions nobody made", told="restore.not-destroyed:period-runs",
        guard=patched(restoring, "was_over", nods), attempt=everything_is_destroyed,
    ),
    Attack(
        name="a signed list that tells of the destruction of what is held",
        told="restore.not-destroyed:recording-on-hold",
        guard=without(restoring, "_END_HOLDS", "AND (until <= :at OR :lifted_after_backup)"),
        attempt=lambda hall: everything_is_destroyed(hall, held=True),
    ),
)  # fmt: skip
