"""The certificate of a destruction (廃棄の証明): what, when, by which rule, which hashes, approved by whom.

Written once when nothing is left, and append-only: the row outlives everything it speaks of. It names nobody
of the call. Whoever holds an old copy can compare it with the hashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from core.ids import AccountId, RecordingId
from storage.approvals import COUNTS
from storage.recordings import objects_of

_CERTIFIED = text("SELECT 1 FROM destructions WHERE recording_id = :recording")
_DROP_OBJECTS = text("DELETE FROM sealed_objects WHERE recording_id = :recording")
_CERTIFY = text(
    """
    INSERT INTO destructions (recording_id, at, rule, by, evidence)
    VALUES (:recording, :at, :rule, :by, :evidence)
    ON CONFLICT (recording_id) DO NOTHING
    """
).bindparams(bindparam("evidence", type_=JSONB))
_WHAT = text("""
    SELECT class AS kind, department, started_at, sealed_at, destroy_after, destroyed_at, samples_sha256,
           samples::float8 / sample_rate AS seconds
      FROM recordings WHERE id = :recording
""")
_APPROVERS = text(
    "SELECT a.by, a.at FROM destruction_approvals a JOIN recordings r ON r.id = a.recording_id"  # noqa: S608  ours
    f" WHERE r.id = :recording AND {COUNTS} ORDER BY a.at"
)
_NEWEST = text("""
    SELECT d.recording_id, d.at, d.rule, a.display_name, d.evidence
      FROM destructions d LEFT JOIN accounts a ON a.id = d.by
     WHERE d.at < coalesce(CAST(:before AS timestamptz), 'infinity')
     ORDER BY d.at DESC, d.recording_id LIMIT :limit
""")
_ONE = text("""
    SELECT d.recording_id, d.at, d.rule, a.display_name, d.evidence
      FROM destructions d LEFT JOIN accounts a ON a.id = d.by WHERE d.recording_id = :recording
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is left of a recording. ``by``: the person who ordered it; None: its period was over."""

    recording: RecordingId
    at: datetime
    rule: str
    by: str | None
    evidence: Mapping[str, Any]
    """``objects`` (kind, bytes, both SHA-256); since 0028 class, times, the sound's SHA-256, approvals."""


def is_certified(connection: Connection, recording: RecordingId) -> bool:
    """Say whether a destruction was finished and its certificate written."""
    return connection.execute(_CERTIFIED, {"recording": recording}).one_or_none() is not None


def certify(
    connection: Connection, recording: RecordingId, at: datetime, rule: str, by: AccountId | None
) -> None:
    """Drop the rows of the removed objects and write the certificate that says what they were."""
    what = connection.execute(_WHAT, {"recording": recording}).one()
    approvals = connection.execute(_APPROVERS, {"recording": recording})
    evidence = {
        "class": what.kind,
        "department": what.department,
        "started_at": what.started_at.isoformat(),
        "seconds": round(what.seconds, 3),
        "sealed_at": what.sealed_at.isoformat(),
        "destroy_after": what.destroy_after.isoformat(),
        "key_destroyed_at": what.destroyed_at.isoformat(),
        "samples_sha256": bytes(what.samples_sha256).hex(),
        "approved_by": [{"account": str(one.by), "at": one.at.isoformat()} for one in approvals],
        "objects": [
            {
                "kind": item.kind, "key": item.key, "bytes": item.sealed_bytes,
                "plain_sha256": item.plain_sha256.hex(), "sealed_sha256": item.sealed_sha256.hex(),
            }
            for item in objects_of(connection, recording).values()
        ],
    }  # fmt: skip
    values = {"recording": recording, "at": at, "rule": rule, "by": by, "evidence": evidence}
    connection.execute(_CERTIFY, values)
    connection.execute(_DROP_OBJECTS, {"recording": recording})


def newest_certificates(
    connection: Connection, limit: int, before: datetime | None = None
) -> list[Certificate]:
    """Return the newest certificates, as far as the connection's rights go; ``before`` turns the page."""
    return [_certificate(row) for row in connection.execute(_NEWEST, {"limit": limit, "before": before})]


def certificate_of(connection: Connection, recording: UUID) -> Certificate | None:
    """Return one certificate; None if there is none, or it may not be seen."""
    row = connection.execute(_ONE, {"recording": recording}).one_or_none()
    return None if row is None else _certificate(row)


def _certificate(row: Any) -> Certificate:  # noqa: ANN401  a row of either statement
    return Certificate(
        recording=RecordingId(row.recording_id), at=row.at, rule=row.rule, by=row.display_name,
        evidence=row.evidence,
    )  # fmt: skip
