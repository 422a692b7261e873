"""The whole access log as the auditor reads it: who knocked on what, when, for what, and what the answer was.

No number and no word of any call stands here; what was knocked on is named by the id that the log holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import AccountId

PAGE = 100
ACTS = {
    "listen": "録音を聞く",
    "clip": "録音の一部を聞く",
    "read": "文字起こしを読む",
    "search": "言葉で探す",
    "quote": "引用する",
    "take-out": "元のファイルを取り出す",
    "case": "事案を開く",
    "paper": "事案の文書を取り出す",
    "process": "録音を読み込む",
    "claim": "自分の担当にする",
    "live-listen": "通話中に聞く（モニター）",
    "live-whisper": "通話中に職員へ話す",
    "live-barge": "通話に加わる",
    "live-take-over": "通話を引き取る",
    "live-text": "速報の文字起こしを見る",
    "facts": "請求のもとで通話を探す",
    "accept": "請求に当たる録音とする",
    "urgent": "緊急閲覧を始める",
    "around-marks": "印の前後を聞く・読む",
    "restrict": "閲覧制限をかける",
    "lift": "閲覧制限を解く",
}
REASONS = {
    "own-call": "自分が担当した通話",
    "own-practice": "自分の練習の通話",
    "own-department": "自分の部署の通話",
    "own-departments": "自分の部署の通話",
    "accepted": "請求に当たる録音",
    "under-request": "対応中の請求",
    "no-request": "対応中の請求がない",
    "nobody-signed-in": "誰も席に着いていなかった通話",
    "not-claimable": "担当にできない通話",
    "urgent-opening": "緊急閲覧",
    "around-marks": "記録を書く通話",
    "case-seen": "見る権利のある事案",
    "own-work": "このシステムの処理",
    "not-visible": "見る権限がない",
    "not-your-role": "役割が違う",
    "no-role": "役割が違う",
    "closed-for-use": "未告知のため利用停止中",
    "purpose-not-allowed": "目的が通話に合わない",
    "destroyed": "廃棄済み",
}
NOT_CHOSEN = {
    "supervision": "応援と管理",
    "notes": "通話中のメモの作成",
    "own-call": "自分の通話の応対",
    "live-text": "通話中の支援",
    "claim": "担当の申し出",
    "facts": "請求に当たる通話を探す",
    "urgent": "緊急閲覧",
    "restriction": "閲覧制限",
    "casework": "事案の記録と判断",
    "transcription": "文字起こしの作成",
    "derivation": "再生用の写しと波形の作成",
    "voice-measures": "声の大きさなどの測定",
    "release": "交付用のファイルの作成",
    "verification": "保管の照合",
}
"""What stands where nobody chooses a purpose (``core/profile/rules_purposes.py``)."""
KINDS = {"transcription": "文字起こし", "derivation": "再生の準備", "verification": "照合"}
"""The programs of ours that knock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One knock."""

    id: UUID
    at: datetime
    who: str
    login: str | None
    act: str
    purpose: str
    case: str | None
    request: str | None
    """Number of the request under which."""
    granted: bool
    reason: str
    recording: UUID | None
    call: str | None
    incident: str | None
    """The case that was opened, by its id."""
    practice: bool
    """What was knocked on is of a practice call, as the knock itself says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogChoice:
    """Which lines are wanted: of a person, until a moment, the refused ones alone."""

    who: AccountId | None = None
    until: datetime | None = None
    refused: bool = False


def log_lines(connection: Connection, choice: LogChoice) -> tuple[list[LogLine], datetime | None]:
    """Return a page of the log, newest first, as far as this person may see it, and where the next begins."""
    found = connection.execute(
        _LINES,
        {"who": choice.who, "until": choice.until, "refused": choice.refused, "limit": PAGE + 1},
    ).all()
    lines = [
        LogLine(
            id=row.id, at=row.at,
            who=row.display_name or KINDS.get(row.actor_kind, "このシステム"), login=row.login,
            act=ACTS.get(row.act, "開く"), purpose=row.purpose, case=row.case_number,
            request=row.number, granted=row.granted,
            reason=REASONS.get(row.reason, ""), recording=row.recording_id, call=row.call_id,
            incident=row.incident,
            practice=row.practice,
        )
        for row in found[:PAGE]
    ]  # fmt: skip
    return lines, found[PAGE].at if len(found) > PAGE else None


def people_in_log(connection: Connection) -> list[tuple[AccountId, str]]:
    """Return who stands in the log, by name."""
    return [(AccountId(row.id), row.display_name) for row in connection.execute(_PEOPLE)]


_LINES = text("""
    SELECT k.id, k.at, k.actor_kind, k.act, k.purpose, k.case_number, k.granted, k.reason, k.recording_id,
           k.call_id, k.detail -> 'practice' IS NOT NULL AS practice, a.display_name, a.login, q.number,
           k.detail ->> 'incident' AS incident
      FROM access_knocks k
      LEFT JOIN accounts a ON a.id = k.actor
      LEFT JOIN record_requests q ON q.id = k.request_id
     WHERE (CAST(:who AS uuid) IS NULL OR k.actor = CAST(:who AS uuid))
       AND (CAST(:until AS timestamptz) IS NULL OR k.at <= CAST(:until AS timestamptz))
       AND (NOT :refused OR NOT k.granted)
     ORDER BY k.at DESC, k.id LIMIT :limit
""")
_PEOPLE = text("""
    SELECT a.id, a.display_name FROM accounts a
     WHERE EXISTS (SELECT 1 FROM access_knocks k WHERE k.actor = a.id) ORDER BY a.display_name, a.login
""")
