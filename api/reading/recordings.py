"""A recording as its page shows it: what is there, who has it open, who opened it before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.actors import Purpose
from core.ids import AccountId, CallId, GrantId, RecordingId

REASONS = {
    "own-call": "自分が担当した通話",
    "own-practice": "自分の練習の通話",
    "own-department": "自分の部署の通話",
    "not-visible": "権限がありません",
    "closed-for-use": "未告知のため利用停止中",
    "purpose-not-allowed": "目的が通話に合いません",
    "destroyed": "廃棄済み",
    "urgent-opening": "緊急閲覧",
    "around-marks": "記録作成のため",
}
ACTS = {
    "listen": "聞いた",
    "clip": "一部を聞いた",
    "read": "読んだ",
    "search": "検索で言葉を見た",
    "quote": "引用した",
    "take-out": "元のファイルを取り出した",
    "process": "文字起こしや再生の準備をした",
    "claim": "自分の担当にした",
    "around-marks": "印の前後を聞いた・読んだ",
}
ASKED = "文字起こしを頼んだ"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSeen:
    """What the page needs to know of one recording."""

    id: RecordingId
    started_at: datetime
    seconds: float
    samples_sha256: str
    sealed_at: datetime
    destroy_after: datetime
    listening: bool
    """Whether the copy for listening and its waveform are there."""
    room: bool
    """Of a recorder in a room: one track, and nobody is told from another."""

    def seconds_to(self, moment: datetime | None) -> float | None:
        """Place a moment in the recording, in seconds; None stays None."""
        return None if moment is None else (moment - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGrant:
    """A grant of this person that still runs."""

    id: GrantId
    purpose: Purpose
    until: datetime
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A line of the access history: a knock, or the clips that somebody played on one day for one purpose."""

    at: datetime
    """Of the last of them."""
    name: str
    act: str
    purpose: str
    case: str | None
    granted: bool
    reason: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment that somebody marked, in seconds from the first sample; may lie outside the recording."""

    seconds: float
    name: str | None


def recording_seen(connection: Connection, recording: RecordingId) -> RecordingSeen | None:
    """Return a recording, or None when this person may not see it."""
    row = connection.execute(_RECORDING, {"recording": recording}).one_or_none()
    if row is None:
        return None
    return RecordingSeen(
        id=RecordingId(row.id),
        started_at=row.started_at,
        seconds=row.samples / row.sample_rate,
        samples_sha256=bytes(row.samples_sha256).hex(),
        sealed_at=row.sealed_at,
        destroy_after=row.destroy_after,
        listening=row.listening,
        room=row.tracks == "room",
    )


def open_grant(  # noqa: PLR0913  whose grant, of what, from when, where
    connection: Connection,
    account: AccountId,
    recording: RecordingId,
    *,
    since: datetime,
    now: datetime,
    session: bytes | None = None,
) -> OpenGrant | None:
    """Return the last grant of this person for this recording that still runs and was given since a moment.

    A grant belongs to one sitting: whoever signs in anew says anew for what. With ``session`` only one that
    was given in that very session is found; no other can be played there.
    """
    row = connection.execute(
        _GRANT, {"account": account, "recording": recording, "since": since, "now": now, "session": session}
    ).one_or_none()
    if row is None:
        return None
    return OpenGrant(
        id=GrantId(row.id), purpose=Purpose(row.purpose, row.case_number), until=row.until, given_at=row.at
    )


def history(connection: Connection, recording: RecordingId) -> list[Knock]:
    """Return who opened this recording, newest first, 100 lines at most: only what this person may see of it.

    Whoever checks a transcript plays hundreds of clips; they do not push aside who else was there.
    """
    return [
        Knock(
            at=row.at,
            name=row.display_name or "このシステム",
            act=ASKED if row.act == "process" and row.display_name else ACTS.get(row.act, "開いた"),
            purpose=row.purpose,
            case=row.case_number,
            granted=row.granted,
            reason=REASONS.get(row.reason, "" if row.granted else "開けませんでした"),
            times=row.times,
        )
        for row in connection.execute(_HISTORY, {"recording": recording})
    ]


def marks_of(connection: Connection, call: CallId, started_at: datetime) -> list[Mark]:
    """Return the marks of a call as places in its recording."""
    return [
        Mark(seconds=(row.at - started_at).total_seconds(), name=row.display_name)
        for row in connection.execute(_MARKS, {"call": call})
    ]


def waiting_for_transcript(connection: Connection, after: datetime, before: datetime) -> int:
    """Count the recordings of a period that have no transcript yet, as far as this person may see them."""
    return connection.execute(_WAITING, {"after": after, "before": before}).scalar_one()


_WAITING = text("""
    SELECT count(*) FROM recordings r
     WHERE r.started_at >= :after AND r.started_at < :before AND r.usable AND r.destroyed_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM transcript_revisions t WHERE t.recording_id = r.id)
""")
_RECORDING = text("""
    SELECT r.id, r.started_at, r.samples, r.sample_rate, r.samples_sha256, r.sealed_at, r.destroy_after,
           r.tracks,
           (SELECT count(*) FROM sealed_objects o
             WHERE o.recording_id = r.id AND o.kind IN ('listening', 'peaks')) = 2 AS listening
      FROM recordings r WHERE r.id = :recording
""")
_GRANT = text("""
    SELECT id, at, purpose, case_number, until FROM access_knocks
     WHERE actor = :account AND recording_id = :recording AND act = 'listen' AND granted AND until > :now
       AND at >= :since AND (CAST(:session AS bytea) IS NULL OR session_hash = CAST(:session AS bytea))
     ORDER BY at DESC LIMIT 1
""")
_HISTORY = text("""
    SELECT max(k.at) AS at, k.act, k.purpose, k.case_number, k.granted, k.reason, a.display_name,
           count(*) AS times
      FROM access_knocks k LEFT JOIN accounts a ON a.id = k.actor
     WHERE k.recording_id = :recording OR k.recordings @> ARRAY[CAST(:recording AS uuid)]
     GROUP BY k.actor, a.display_name, k.act, k.purpose, k.case_number, k.granted, k.reason,
              CASE WHEN k.act = 'clip' THEN CAST(k.at AT TIME ZONE 'Asia/Tokyo' AS date) END,
              CASE WHEN k.act <> 'clip' THEN k.id END
     ORDER BY max(k.at) DESC LIMIT 100
""")
_MARKS = text("""
    SELECT m.at, a.display_name FROM call_marks m LEFT JOIN accounts a ON a.id = m.by
     WHERE m.call_id = :call ORDER BY m.at LIMIT 500
""")
