"""Reads what is compared for 録れていない電話: Asterisk's records, our calls, the vault, the spool."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, text

from core.ids import CallId, DepartmentId, LineId, RecordingId, recording_id_of
from core.profile.model import CityProfile
from telephony.unrecorded.unrecorded import Found, KeptRecording, KnownCall, NotedCall, SpoolCall

_TRACK = re.compile(r"(?P<line>[a-z0-9][a-z0-9-]*)_(?P<call>(?:[a-z0-9-]+-)?(?P<epoch>\d{9,11})\.\d+)_[rt]")
_NOTED = text("""
    SELECT call_id, line, department, practice, part_of, begun_at, ended_at, answered
      FROM asterisk_call_records WHERE begun_at >= :since AND begun_at < :until
""")
_CALLS = text("""
    SELECT c.id, c.line, c.department, c.practice, c.arrived_at, c.answered_at, c.ended_at, c.interrupted,
           c.connected_at IS NOT NULL AS connected, coalesce(c.outcome, 'unknown') AS outcome,
           c.no_sound IS NOT NULL AS sound_not_kept, c.notice = 'missing' AS notice_missing,
           coalesce((SELECT sum(extract(epoch FROM least(coalesce(s.ended_at, c.ended_at), c.ended_at)
                                        - least(s.began_at, c.ended_at)))
                       FROM call_stretches s WHERE s.call_id = c.id AND s.kind = 'not-recorded'), 0)
           AS not_recorded
      FROM calls c WHERE c.arrived_at >= :since AND c.arrived_at < :until AND c.ended_at IS NOT NULL
""")
_RECORDINGS = text("""
    SELECT r.id, r.subject, r.department, r.practice, r.started_at, r.samples, r.sample_rate, r.findings,
           greatest(r.sealed_at, c.flagged_at, c.opened_for_use_at) AS words_due_from,
           r.destroyed_at, r.usable AND r.class <> 'buffer' AS transcript_wanted,
           EXISTS (SELECT 1 FROM transcript_revisions t WHERE t.recording_id = r.id) AS transcribed
      FROM recordings r LEFT JOIN calls c ON c.id = r.subject
     WHERE r.subject = ANY (:calls)
        OR (r.started_at >= :since AND r.started_at < :until AND r.tracks = 'call')
""")
_DESTROYED = text("SELECT recording_id FROM destructions WHERE recording_id = ANY (:recordings)")
_THERE = text("SELECT id FROM calls WHERE id = ANY (:calls)")


class SpoolNames(Protocol):
    """Asterisk's recordings: telephony.asterisk.stored_recordings.StoredRecordings."""

    def list(self) -> Sequence[str]:
        """Name every file. Raises AriAway."""
        ...

    def live_channels(self) -> Sequence[str]:
        """Name every channel that is up. Raises AriAway."""
        ...

    def server_name(self) -> str:
        """Say which Asterisk this is: the name in its calls' ids. Raises AriAway."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolSeen:
    """What one Asterisk said: its name, its files, then its live channels."""

    server: str
    files: Sequence[str]
    live: Sequence[str]


def read_found(
    connection: Connection,
    profile: CityProfile,
    since: datetime,
    until: datetime,
    spool: SpoolSeen | None,
) -> Found:
    """Read everything of the calls that came in from ``since`` on and before ``until``.

    Args:
        connection: the worker role's
        profile: whose lines the spool's files name
        since: first moment of the period
        until: first moment after it
        spool: what our Asterisk said; None if it could not be asked
    """
    period = {"since": since, "until": until}
    noted = [_noted(row) for row in connection.execute(_NOTED, period)]
    rows = connection.execute(_CALLS, period).all()
    ids = [row.id for row in rows]
    recordings = [_kept(row) for row in connection.execute(_RECORDINGS, {**period, "calls": ids})]
    lying = None if spool is None else spool_calls(spool.files, profile, since, until)
    named = {one.call for one in noted} | {one.part_of for one in noted}
    named |= {one.subject for one in recordings} | {one.call for one in lying or ()}
    there = connection.execute(_THERE, {"calls": sorted(named - set(ids))}).scalars()
    gone = _destroyed(connection, sorted({*ids, *named}))
    return Found(
        noted=noted,
        calls=[_known(row, destroyed=row.id in gone) for row in rows],
        recordings=recordings,
        spool=lying,
        live=frozenset(map(CallId, spool.live)) if spool is not None else frozenset(),
        server=spool.server if spool is not None else None,
        other_calls=frozenset(map(CallId, there)) | gone,
    )


def spool_calls(
    names: Iterable[str], profile: CityProfile, since: datetime, until: datetime
) -> list[SpoolCall]:
    """Put the tracks in Asterisk's folder together by call; what is not named as ours is another watch's."""
    found: dict[CallId, SpoolCall] = {}
    for name in names:
        fits = _TRACK.fullmatch(name)
        if fits is None:
            continue
        begun_at, line = datetime.fromtimestamp(int(fits["epoch"]), UTC), profile.line(LineId(fits["line"]))
        if since <= begun_at < until:
            found[CallId(fits["call"])] = SpoolCall(
                call=CallId(fits["call"]),
                line=LineId(fits["line"]),
                department=line.department if line is not None else None,
                practice=line.practice if line is not None else False,
                begun_at=begun_at,
            )
    return list(found.values())


def _destroyed(connection: Connection, calls: Sequence[str]) -> set[CallId]:
    """Name the calls whose recording was destroyed by a rule: the certificate outlives every row."""
    names = {recording_id_of(CallId(call)): CallId(call) for call in calls}
    found = connection.execute(_DESTROYED, {"recordings": list(names)}).scalars()
    return {names[RecordingId(one)] for one in found}


def _noted(row: Row[Any]) -> NotedCall:
    return NotedCall(
        call=CallId(row.call_id),
        line=LineId(row.line),
        department=DepartmentId(row.department) if row.department else None,
        practice=row.practice,
        part_of=CallId(row.part_of),
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        answered=row.answered,
    )


def _known(row: Row[Any], *, destroyed: bool) -> KnownCall:
    return KnownCall(
        call=CallId(row.id),
        line=LineId(row.line),
        department=DepartmentId(row.department),
        practice=row.practice,
        arrived_at=row.arrived_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        talked=row.connected or row.outcome in {"talked", "unknown"},
        interrupted=row.interrupted,
        sound_not_kept=row.sound_not_kept or destroyed,
        not_recorded_seconds=float(row.not_recorded),
        # Who left before an operator was there was told nothing because he left; see capture.
        notice_missing=row.notice_missing and row.connected,
    )


def _kept(row: Row[Any]) -> KeptRecording:
    return KeptRecording(
        recording=RecordingId(row.id),
        subject=CallId(row.subject),
        department=DepartmentId(row.department),
        practice=row.practice,
        started_at=row.started_at,
        seconds=row.samples / row.sample_rate,
        findings=frozenset(row.findings),
        words_due_from=row.words_due_from,
        destroyed=row.destroyed_at is not None,
        transcript_wanted=row.transcript_wanted,
        transcribed=row.transcribed,
    )
