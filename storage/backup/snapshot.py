"""One moment of the database: what a backup of that moment must hold besides the database itself."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from core.errors import DomainError
from core.ids import RecordingId
from storage.database import Database

# Idle while another program dumps under it, for as long as that takes.
_ONE_MOMENT = (
    text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"),
    text("SET LOCAL idle_in_transaction_session_timeout = 0"),
    text("SET LOCAL statement_timeout = 0"),
)
_EXPORT = text("SELECT pg_export_snapshot()")
_OBJECTS = text("""
    SELECT o.recording_id, o.object_key, o.sealed_bytes, o.sealed_sha256
      FROM sealed_objects o JOIN recordings r ON r.id = o.recording_id
     WHERE r.destroyed_at IS NULL ORDER BY o.object_key
""")
_HEAD = text("SELECT seq, hash FROM access_chain ORDER BY seq DESC LIMIT 1")
_SCHEMA = text("SELECT version_num FROM alembic_version")
_STILL_NEEDED = text("SELECT 1 FROM recordings WHERE id = :recording AND destroyed_at IS NULL")


class ListBroken(DomainError):
    """写しの中の一覧を読めません。別の回の写しを --set で選んでください。"""

    code = "backup-list-broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededObject:
    """One sealed object as the database knows it. ``size`` in bytes."""

    recording: RecordingId
    key: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was true at one moment. ``id`` lets another program look at the same moment."""

    id: str
    schema: str
    objects: tuple[NeededObject, ...]
    chained: int
    head: bytes


@contextmanager
def snapshot_of(database: Database) -> Generator[Snapshot]:
    """Hold one moment still until the block ends; calls go on writing beside it.

    Args:
        database: of the role that owns the tables, whom no row is hidden from

    Raises:
        DatabaseAway
    """
    with database.begin() as connection:
        for statement in _ONE_MOMENT:
            connection.execute(statement)
        head = connection.execute(_HEAD).one_or_none()
        yield Snapshot(
            id=connection.execute(_EXPORT).scalar_one(),
            schema=connection.execute(_SCHEMA).scalar_one(),
            objects=tuple(
                NeededObject(recording=RecordingId(row[0]), key=row[1], size=row[2], sha256=bytes(row[3]))
                for row in connection.execute(_OBJECTS)
            ),
            chained=0 if head is None else int(head[0]),
            head=b"" if head is None else bytes(head[1]),
        )


def is_still_needed(database: Database, recording: RecordingId) -> bool:
    """Say whether a recording was not destroyed meanwhile.

    Raises:
        DatabaseAway
    """
    with database.begin() as connection:
        return connection.execute(_STILL_NEEDED, {"recording": recording}).one_or_none() is not None


def written(objects: Iterable[NeededObject]) -> Iterator[bytes]:
    """Write a list of objects, one JSON array a line."""
    for one in objects:
        line = [str(one.recording), one.key, one.size, one.sha256.hex()]
        yield json.dumps(line, separators=(",", ":")).encode() + b"\n"


def read(data: bytes) -> tuple[NeededObject, ...]:
    """Read a list that ``written`` wrote.

    Raises:
        ListBroken
    """
    try:
        return tuple(
            NeededObject(
                recording=RecordingId(UUID(line[0])), key=str(line[1]), size=int(line[2]),
                sha256=bytes.fromhex(line[3]),
            )
            for line in map(json.loads, data.splitlines())
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        raise ListBroken from None
