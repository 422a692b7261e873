"""Bundles as rows, and where their files lie: asked for under a person's rights, made by the worker."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.actors import Actor
from core.errors import NotFound
from core.ids import AccountId, RecordingId, RequestId
from storage.presses import write_once

GOING_ON = frozenset({"asked", "making", "looking"})
HEARING = "hearing"

_ASK = text("""
    INSERT INTO bundles (id, request_id, versions, asked_by, asked_at)
    VALUES (:id, :request, CAST(:versions AS jsonb), :by, :at) ON CONFLICT (id) DO NOTHING
""")
_SAME = text("SELECT 1 FROM bundles WHERE id = :id AND request_id = :request AND asked_by = :by")
_COLUMNS = """
    SELECT b.id, b.request_id, b.versions, b.asked_by, b.asked_at, b.state, b.done, b.steps, b.fault,
           b.findings, b.object_key, b.size_bytes, b.sha256, b.manifest, b.password_sealed, b.made_at,
           b.heard, n.display_name AS not_heard_by
      FROM bundles b LEFT JOIN accounts n ON n.id = b.not_heard_by
"""
_ONE = text(_COLUMNS + " WHERE b.id = :id")
_OF = text(_COLUMNS + " WHERE b.request_id = :request ORDER BY b.asked_at DESC")
_FAR = text("UPDATE bundles SET state = :state, done = :done, steps = :steps WHERE id = :id")
_ENDED = text("""
    UPDATE bundles SET state = :state, fault = :fault, findings = CAST(:findings AS jsonb), object_key = NULL
     WHERE id = :id
""")
_HEARD_SO_FAR = text("UPDATE bundles SET done = :done, steps = :steps WHERE id = :id AND state = 'hearing'")
_HEARD = text("UPDATE bundles SET state = 'ready', heard = :heard WHERE id = :id AND state = 'hearing'")
_NOT_WAITED = text("""
    UPDATE bundles SET state = 'ready', heard = false, not_heard_by = :by WHERE id = :id AND state = 'hearing'
""")
_MADE = text("""
    UPDATE bundles SET state = 'hearing', done = 0, steps = 0, fault = NULL, findings = NULL,
           object_key = :key, size_bytes = :size, sha256 = :sha256, manifest = :manifest,
           password_sealed = :password, made_at = :at
     WHERE id = :id
""")
_RECORDINGS = text("""
    SELECT r.id, r.started_at, r.samples, r.sample_rate, r.tracks, coalesce(c.line, '') AS line,
           coalesce(c.arrived_at, r.started_at) AS arrived_at, c.connected_at
      FROM recordings r LEFT JOIN calls c ON c.id = r.subject
     WHERE r.id = ANY (:recordings) ORDER BY coalesce(c.arrived_at, r.started_at), r.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBundle:
    """What is kept of a bundle that may leave."""

    object_key: str
    size: int
    sha256: bytes
    manifest: str
    password: bytes
    """Sealed with the numbers' key."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRow:
    """A bundle as it stands."""

    id: UUID
    request: RequestId
    versions: Mapping[RecordingId, int]
    asked_by: AccountId
    asked_at: datetime
    state: str
    done: int
    steps: int
    fault: str | None
    findings: Sequence[Mapping[str, str]]
    made: KeptBundle | None
    """The finished file; None until there is one."""
    heard: bool | None = None
    """Whether a recogniser has heard it once more; None: not yet, or nobody knows of an old one."""
    not_heard_by: str | None = None
    """Who decided not to wait for that."""

    @property
    def kept(self) -> KeptBundle | None:
        """What may leave; None until it may."""
        return self.made if self.state == "ready" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsOfRecording:
    """What a bundle tells of a recording beside its sound."""

    id: RecordingId
    started_at: datetime
    samples: int
    room: bool
    line: str
    arrived_at: datetime
    connected_at: datetime | None


def ask_for_bundle(  # noqa: PLR0913, PLR0917  who asks for what of which request, and when
    connection: Connection,
    actor: Actor,
    bundle: UUID,
    request: RequestId,
    versions: Mapping[RecordingId, int],
    at: datetime,
) -> bool:
    """Ask for a bundle of these versions; returns whether it is a new wish.

    Raises:
        PressUsed: something else has this id
    """
    row = {
        "id": bundle, "request": request, "by": actor.account, "at": at,
        "versions": json.dumps({str(key): number for key, number in versions.items()}),
    }  # fmt: skip
    return write_once(connection, _ASK, _SAME, row)


def bundle_of(connection: Connection, bundle: UUID) -> BundleRow:
    """Return a bundle.

    Raises:
        NotFound: there is none, or none that may be seen
    """
    row = connection.execute(_ONE, {"id": bundle}).one_or_none()
    if row is None:
        raise NotFound
    return _bundle(row)


def bundles_of(connection: Connection, request: RequestId) -> list[BundleRow]:
    """Return the bundles of a request, the latest first."""
    return [_bundle(row) for row in connection.execute(_OF, {"request": request})]


def goes_on(connection: Connection, bundle: UUID) -> bool:
    """Say whether a bundle is asked for and not finished: what a killed worker left is among them."""
    row = connection.execute(_ONE, {"id": bundle}).one_or_none()
    return row is not None and row.state in GOING_ON


def note_progress(connection: Connection, bundle: UUID, state: str, done: int, steps: int) -> None:
    """Write down how far a bundle is."""
    connection.execute(_FAR, {"id": bundle, "state": state, "done": done, "steps": max(done, steps)})


def end_bundle(
    connection: Connection, bundle: UUID, state: str, fault: str, findings: Iterable[Mapping[str, str]] = ()
) -> None:
    """Write down that a bundle does not leave, and why."""
    row = {"id": bundle, "state": state, "fault": fault, "findings": json.dumps(list(findings))}
    connection.execute(_ENDED, row)


def note_heard_so_far(connection: Connection, bundle: UUID, done: int, steps: int) -> bool:
    """Write down how much of a bundle was heard once more; returns whether anybody still waits for that."""
    row = {"id": bundle, "done": done, "steps": max(done, steps)}
    return connection.execute(_HEARD_SO_FAR, row).rowcount > 0


def end_hearing(connection: Connection, bundle: UUID, *, heard: bool) -> None:
    """Let a bundle leave: a recogniser has heard it and found nothing, or there is none."""
    connection.execute(_HEARD, {"id": bundle, "heard": heard})


def not_waited(connection: Connection, actor: Actor, bundle: UUID) -> None:
    """Let a bundle leave unheard: a person decided so.

    Raises:
        NotFound: it does not wait for that (any more)
    """
    if connection.execute(_NOT_WAITED, {"id": bundle, "by": actor.account}).rowcount == 0:
        raise NotFound


def finish_bundle(connection: Connection, bundle: UUID, made: KeptBundle) -> None:
    """Write down where a finished bundle lies; it waits to be heard once more."""
    row = {
        "id": bundle, "key": made.object_key, "size": made.size, "sha256": made.sha256,
        "manifest": made.manifest, "password": made.password, "at": made.at,
    }  # fmt: skip
    connection.execute(_MADE, row)


def recordings_for_bundle(
    connection: Connection, recordings: Iterable[RecordingId]
) -> list[FactsOfRecording]:
    """Return what a bundle tells of recordings, the earliest call first."""
    return [
        FactsOfRecording(
            id=RecordingId(row.id), started_at=row.started_at, samples=row.samples, room=row.tracks == "room",
            line=row.line, arrived_at=row.arrived_at, connected_at=row.connected_at,
        )
        for row in connection.execute(_RECORDINGS, {"recordings": list(recordings)})
    ]  # fmt: skip


def _bundle(row: Row[Any]) -> BundleRow:
    return BundleRow(
        id=row.id, request=RequestId(row.request_id),
        versions={RecordingId(UUID(key)): int(number) for key, number in row.versions.items()},
        asked_by=AccountId(row.asked_by), asked_at=row.asked_at, state=row.state, done=row.done,
        steps=row.steps, fault=row.fault, findings=row.findings or [],
        heard=row.heard, not_heard_by=row.not_heard_by,
        made=None if row.object_key is None else KeptBundle(
            object_key=row.object_key, size=row.size_bytes, sha256=bytes(row.sha256), manifest=row.manifest,
            password=bytes(row.password_sealed), at=row.made_at,
        ),
    )  # fmt: skip
