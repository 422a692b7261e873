"""What was destroyed is told away from this machine, so that no restored backup brings it back.

Signed notes, written once, beside the heads of the access log: ids of recordings, when, under which rule, by
whom, and the fingerprint of the certificate, so that it stands as it was (certificate_proof.py). A backup
restored from before is made to follow them. Sending again what was sent is no fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, text

from core.ids import AccountId, RecordingId
from storage.objects import ObjectStore
from storage.sender import Sender
from storage.signed_note import NoteNotOurs, opened, signed

WHAT = "tsuwaroku destructions v1"
FOLDER = "destroyed/"

_OVERLAP = timedelta(hours=1)  # so late may a transaction commit that looked at the clock before
_AT_ONCE = 20_000
_LONGEST_NOTE = 16 * 1024 * 1024  # bytes
FINGERPRINT = "sha256(convert_to(d.evidence::text, 'UTF8'))"
"""SHA-256 of what a certificate ``d`` says, as the database writes it."""

# Without a certificate yet: its key is gone, its objects could not be removed. It must not come back either.
_SINCE = text(f"""
    SELECT d.recording_id AS recording, d.at, d.rule, d.by, {FINGERPRINT} AS evidence
      FROM destructions d WHERE d.at >= :since
    UNION ALL
    SELECT r.id, r.destroyed_at, 'destruction-unfinished', NULL::uuid, NULL::bytea FROM recordings r
     WHERE r.destroyed_at >= :since
       AND NOT EXISTS (SELECT 1 FROM destructions d WHERE d.recording_id = r.id)
     ORDER BY 2, 1 LIMIT :at_once
""")  # noqa: S608  a constant


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """One recording that is gone for good."""

    recording: RecordingId
    at: datetime
    rule: str
    by: AccountId | None
    evidence: bytes | None = None
    """Fingerprint of its certificate; None: there was none yet, or the list is of an earlier program."""


def destroyed_since(
    connection: Connection, since: datetime, at_once: int | None = None
) -> Sequence[Destroyed]:
    """Return what was destroyed at or after a moment, the oldest first."""
    rows = connection.execute(_SINCE, {"since": since, "at_once": at_once})
    return [
        Destroyed(
            recording=RecordingId(row.recording), at=row.at, rule=row.rule,
            by=None if row.by is None else AccountId(row.by),
            evidence=None if row.evidence is None else bytes(row.evidence),
        )
        for row in rows
    ]  # fmt: skip


def note_of(destroyed: Iterable[Destroyed], key: Ed25519PrivateKey) -> bytes:
    """Write a list and its signature as bytes."""
    lines = [
        [
            str(one.recording),
            one.at.astimezone(UTC).isoformat(),
            one.rule,
            one.by and str(one.by),
            one.evidence and one.evidence.hex(),
        ]
        for one in destroyed
    ]
    return signed(WHAT, {"destroyed": lines}, key)


def read_note(data: bytes, key: Ed25519PublicKey) -> Iterator[Destroyed]:
    """Read a list.

    Raises:
        NoteNotOurs
    """
    body: dict[str, Any] = opened(WHAT, data, key)
    try:
        for recording, at, rule, by, *more in body["destroyed"]:
            yield Destroyed(
                recording=RecordingId(UUID(recording)), at=datetime.fromisoformat(at), rule=str(rule),
                by=None if by is None else AccountId(UUID(by)),
                evidence=bytes.fromhex(more[0]) if more and more[0] else None,
            )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoteNotOurs from None


def kept_in(place: ObjectStore, key: Ed25519PublicKey) -> list[Destroyed]:
    """Read every list that lies in a place.

    Raises:
        NoteNotOurs: one of them was changed, and its words name it; better nothing is restored than what was
            destroyed
        ObjectStoreFailed
    """
    found: list[Destroyed] = []
    for one in list(place.list(FOLDER.rstrip("/"))):
        size = min(one.size, _LONGEST_NOTE)
        try:
            found += read_note(place.get_range(one.key, 0, size) if size else b"", key)
        except NoteNotOurs:
            # In a place where nothing can be deleted, people copy the others elsewhere and name that.
            raise NoteNotOurs(
                f"廃棄の一覧 {one.key} の署名が、この市の鍵のものではありません。鍵の写しが違うか、"
                "だれかが一覧を変えたか、置いています。"
            ) from None
    return found


class DestructionKeeper:
    """Sends lists away. Run it every minute, in one process of ours."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._since: datetime | None = None
        self._told: dict[tuple[RecordingId, str], datetime] = {}

    def run_once(self) -> int:
        """Send what was destroyed since the last time; say how many that were.

        After a start of this process everything of the last thirty days is sent once more: the database may
        have been restored, and whoever reads the lists takes each recording once.

        Raises:
            DatabaseAway
        """
        since = self._since or self._sender.clock.now() - timedelta(days=30)
        with self._sender.database.begin() as connection:
            found = destroyed_since(connection, since, _AT_ONCE)
        new = [one for one in found if (one.recording, one.rule) not in self._told]
        if new and not self._send(new):
            return 0
        self._told.update({(one.recording, one.rule): one.at for one in new})
        if len(found) < _AT_ONCE:
            self._since = self._sender.clock.now() - _OVERLAP
            self._told = {which: at for which, at in self._told.items() if at >= self._since}
        elif found:
            self._since = found[-1].at
        return len(new)

    def _send(self, new: Sequence[Destroyed]) -> bool:
        at = self._sender.clock.now().astimezone(UTC)
        name = f"{FOLDER}{at:%Y/%m/%d}/{at:%H%M%S}-{self._sender.instance}-{new[0].recording}.json"
        note = note_of(new, self._sender.key)
        return self._sender.send_note(name, note, code="destructions-not-sent", count=len(new))
