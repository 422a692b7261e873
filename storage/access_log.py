"""Every knock at the vault is written down, opened or not, and chained within a second.

A knock is a row, committed in a transaction of its own before the answer is given: no rollback of anything
else can erase it. One sealer (advisory lock) links the rows into a chain of SHA-256 hashes afterwards, so
that business never queues behind the chain. Bodies hold ids, codes, counts and, where somebody typed one, a
case number in a form of the city's that can hold no person's number (core/profile): nothing personal would
ever have to be taken out of the chain again. All of a knock is chained.

A chain shows what was altered, removed or reordered inside it (chain_proof.py). That its end was cut off
together with the knocks, or that all of it was made anew, shows only against heads that were kept elsewhere
(access_heads.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from core.actors import Actor
from core.clock import Clock
from core.ids import AccountId, CallId, DepartmentId, RecordingId, RequestId
from storage.database import Database

ActorKind = Literal["person", "transcription", "derivation", "verification"]
Act = Literal[
    "listen", "clip", "read", "search", "process", "claim",
    "live-listen", "live-whisper", "live-barge", "live-take-over", "live-text", "facts", "accept",
    "quote", "urgent", "around-marks", "restrict", "lift", "take-out", "case", "paper",
]  # fmt: skip

FIRST = bytes(32)
_BATCH = 5000
_LATE = timedelta(minutes=10)  # how far behind the newest chained knock another may still arrive
_SWEEP_EVERY = timedelta(hours=1)  # and how often everything is looked through for what came later still

KNOCK_COLUMNS = (
    "k.id, k.at, k.actor, k.actor_kind, k.act, k.recording_id,"
    " k.purpose, k.granted, k.reason, k.until, k.detail, k.call_id, k.request_id,"
    " k.case_number, k.departments, k.search_id, k.recordings, k.session_hash"
)
_WRITE = text(
    """
    INSERT INTO access_knocks
           (id, at, actor, actor_kind, act, recording_id, purpose, granted, reason, until, detail, call_id,
            session_hash, request_id, case_number, departments, search_id, recordings)
    VALUES (:id, :at, :actor, :actor_kind, :act, :recording_id, :purpose, :granted, :reason, :until, :detail,
            :call_id, :session, :request, :case, CAST(:departments AS text[]), :search,
            CAST(:recordings AS uuid[]))
    """
).bindparams(bindparam("detail", type_=JSONB))
_BE_THE_ONLY_SEALER = text("SELECT pg_try_advisory_xact_lock(hashtext('tsuwaroku.access-chain'))")
_HEAD = text("SELECT seq, hash, body FROM access_chain ORDER BY seq DESC LIMIT 1")
_UNSEALED = text(
    f"""
    SELECT {KNOCK_COLUMNS} FROM access_knocks k
     WHERE k.at >= :since AND NOT EXISTS (SELECT 1 FROM access_chain c WHERE c.knock_id = k.id)
     ORDER BY k.at, k.id LIMIT :batch
    """  # noqa: S608  a constant
)
_LINK = text(
    "INSERT INTO access_chain (seq, knock_id, body, previous, hash)"
    " VALUES (:seq, :knock, :body, :previous, :hash)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """Somebody wanted something of the vault. ``reason`` is a code; ``detail`` holds counts and ids only."""

    at: datetime
    actor: AccountId | None
    actor_kind: ActorKind
    act: Act
    recording: RecordingId | None
    purpose: str
    granted: bool
    reason: str
    until: datetime | None = None
    detail: Mapping[str, int | str] = field(default_factory=dict[str, int | str])
    call: CallId | None = None
    """A call that goes on, which has no recording yet."""
    request: RequestId | None = None
    """The request under which a records officer knocks; its number stands elsewhere."""
    case: str | None = None
    """Case number (件番号) under which, in a form of the city's; it names nobody."""
    departments: tuple[DepartmentId, ...] = ()
    """Whose records were searched; of a recording or a call the database itself names its department."""
    search: UUID | None = None
    """The search that it belongs to."""
    recordings: tuple[RecordingId, ...] = ()
    """Of a search: whose words were shown."""
    id: UUID = field(default_factory=uuid4)


class AccessLog:
    """Writes knocks. Give it the database of the role that knocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, knock: Knock, actor: Actor | None = None) -> None:
        """Write a knock down in a transaction of its own; when this returns it is on record.

        Args:
            knock: what was wanted and what the answer will be
            actor: the person who knocks; none for a process of ours

        Raises:
            DatabaseAway: it could not be written, so nothing may be opened
        """
        with self._database.begin(actor) as connection:
            connection.execute(
                _WRITE,
                {
                    "id": knock.id, "at": knock.at, "actor": knock.actor, "actor_kind": knock.actor_kind,
                    "act": knock.act, "recording_id": knock.recording, "purpose": knock.purpose,
                    "granted": knock.granted, "reason": knock.reason, "until": knock.until,
                    "detail": dict(knock.detail), "call_id": knock.call, "request": knock.request,
                    "case": knock.case, "departments": list(knock.departments) or None,
                    "search": knock.search, "recordings": list(knock.recordings) or None,
                    # A grant ends with its session; of other knocks it is nobody's business.
                    "session": actor.session if actor is not None and knock.until is not None else None,
                },
            )  # fmt: skip


class Sealer:
    """Chains knocks. Any number may run; one works at a time. Call ``run_once`` every half second."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._swept_at: datetime | None = None

    def run_once(self) -> int:
        """Chain what was written since the last time, oldest first.

        Returns:
            number of knocks chained; 0 also if another sealer is at work
        """
        now = self._clock.now()
        sweep = self._swept_at is None or now - self._swept_at > _SWEEP_EVERY
        with self._database.begin() as connection:
            if not connection.execute(_BE_THE_ONLY_SEALER).scalar_one():
                return 0
            head = connection.execute(_HEAD).mappings().one_or_none()
            since = datetime.min.replace(tzinfo=UTC)
            if head is not None and not sweep:
                # A knock that claims a day to come holds up none of those that follow it.
                since = min(datetime.fromisoformat(json.loads(head["body"])["at"]), now) - _LATE
            rows = connection.execute(_UNSEALED, {"since": since, "batch": _BATCH}).mappings().all()
            links = _links(head["seq"] if head else 0, head["hash"] if head else FIRST, rows)
            if links:
                connection.execute(_LINK, links)
        if sweep and len(rows) < _BATCH:
            self._swept_at = now
        return len(links)


def canonical(row: RowMapping, *, with_session: bool = True) -> bytes:
    """Return the one way to write a knock as bytes: JSON, keys sorted, no spaces, times in UTC.

    Args:
        row: `KNOCK_COLUMNS`
        with_session: False for a knock that was chained before its session was part of it
    """
    body: dict[str, Any] = {
        "id": str(row["id"]), "at": _moment(row["at"]), "actor": _name(row["actor"]),
        "actor_kind": row["actor_kind"], "act": row["act"], "recording": _name(row["recording_id"]),
        "purpose": row["purpose"], "granted": row["granted"], "reason": row["reason"],
        "until": None if row["until"] is None else _moment(row["until"]), "detail": row["detail"],
    }  # fmt: skip
    if row["call_id"] is not None:  # only then: knocks that were chained before it existed stay as they are
        body["call"] = row["call_id"]
    if row["request_id"] is not None:
        body["request"] = str(row["request_id"])
    if row["case_number"] is not None:
        body["case"] = row["case_number"]
    if row["departments"] is not None:
        body["departments"] = row["departments"]
    if row["search_id"] is not None:
        body["search"] = str(row["search_id"])
    if row["recordings"] is not None:
        body["recordings"] = [str(one) for one in row["recordings"]]
    if with_session:  # also where there is none: a session given to a knock afterwards shows
        body["session"] = None if row["session_hash"] is None else bytes(row["session_hash"]).hex()
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _links(seq: int, previous: bytes, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = []
    for row in rows:
        body = canonical(row)
        seq, before = seq + 1, previous
        previous = hashlib.sha256(before + body).digest()
        links.append({"seq": seq, "knock": row["id"], "body": body, "previous": before, "hash": previous})
    return links


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _name(of: UUID | None) -> str | None:
    return None if of is None else str(of)
