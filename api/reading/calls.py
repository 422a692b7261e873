"""Calls as people see them: facts for the department, the number only for those who may.

Row-level security decides which calls and recordings come out at all; nothing here widens that, and calls
that are nothing to this person are dropped here once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from api.wording import CALLER_CLASSES, PRACTICE_CALLER, number_as_dialled
from core.actors import Actor, Role
from core.errors import DomainError, NotFound
from core.ids import AccountId, CallId, DepartmentId, RecordingId
from storage.caller_numbers import CallerNumbers

PAGE = 50
JUST_ENDED = timedelta(minutes=30)
ENDED_AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """One call, as one person may see it."""

    id: CallId
    line: str
    department: DepartmentId
    agency: str
    practice: bool
    caller: str
    """The number as dialled for those who may see it, else the class in words."""
    phase: str
    served_by: str
    notice: str
    notice_correlation: float | None
    notice_at_ms: int | None
    arrived_at: datetime
    connected_at: datetime | None
    ended_at: datetime | None
    operator_id: AccountId | None
    operator_name: str | None
    operator_phone: str | None
    outcome: str | None
    interrupted: bool
    opened_at: datetime | None
    opened_by: str | None
    opened_reason: str | None
    marks: int
    content: bool
    """Whether this person may open recording and transcript of this call, all of it."""
    around_marks_alone: bool
    """Their own call: until its record is filed they hear and read around their marks, and no more."""
    own: bool
    """This person answered it; perhaps on a line of another department, which keeps the content."""
    urgent: bool
    """Not this person's, and open to them for a short time (緊急閲覧)."""
    recording: RecordingId | None
    usable: bool
    findings: tuple[str, ...]
    destroyed: bool
    transcribed: bool
    no_sound: str | None = None
    """Why no sound is kept (`calls.no_sound`)."""
    buffered: bool = False
    """一時保持: kept for hours, without words."""
    sound_now: str | None = None
    """Whether a call that goes on is being recorded (`calls.sound_now`)."""
    words: str = "waiting"
    """How far the words are, where there are none yet (`transcription_states.state`)."""
    words_reason: str = ""

    @property
    def talked(self) -> timedelta | None:
        """How long the two could talk; None when nobody was connected or the call goes on."""
        if self.connected_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.connected_at

    @property
    def closed_for_use(self) -> bool:
        """未告知: the announcement is not proven and no supervisor opened the call."""
        return self.notice == "missing" and self.opened_at is None

    @property
    def recording_state(self) -> str:  # noqa: PLR0911  one return per state
        """Where the recording stands, as a key of the wording in the templates."""
        if not (self.content or self.around_marks_alone):
            return "not-yours"
        if self.ended_at is None:
            return {"not-asked": "not-asked-yet", "stopped": "stopped"}.get(self.sound_now or "", "recording")
        if self.destroyed:
            return "destroyed"
        if self.no_sound is not None and self.recording is None:
            return self.no_sound
        if self.closed_for_use:
            return "closed"
        if self.around_marks_alone:
            return "around-marks"
        if self.buffered:
            return "buffered"
        if self.recording is None:
            return "capturing"
        if self.transcribed:
            return "transcribed"
        return {"working": "transcribing", "not-wanted": "no-words", "failed": "words-failed"}.get(
            self.words, "words-waiting"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page of the list starts: below this call."""

    at: datetime
    call: CallId

    @classmethod
    def read(cls, words: str) -> Cursor | None:
        """Read a cursor out of an address; None when it is not one."""
        moment, _, call = words.partition("~")
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            return None
        return (
            cls(at=at, call=CallId(call)) if at.tzinfo is not None and call and call.isprintable() else None
        )

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.call}"


class CallsSeen:
    """Reads calls for one person in one transaction."""

    def __init__(self, connection: Connection, actor: Actor, numbers: CallerNumbers) -> None:
        self._connection = connection
        self._actor = actor
        self._numbers = numbers

    def newest(
        self, *, below: Cursor | None = None, department: DepartmentId | None = None, mine: bool = False
    ) -> tuple[list[CallSeen], Cursor | None]:
        """Return a page of calls, newest first, and where the next page starts."""
        found = self._connection.execute(
            _NEWEST,
            {
                "at": below.at if below else None, "call": below.call if below else None,
                "department": department, "mine": self._actor.account if mine else None, "limit": PAGE + 1,
            },
        ).all()  # fmt: skip
        calls = self._seen(found[:PAGE])
        following = (
            Cursor(at=calls[-1].arrived_at, call=calls[-1].id) if calls and len(found) > PAGE else None
        )
        return calls, following

    def live(self) -> list[CallSeen]:
        """Return the calls that go on, longest first."""
        return self._seen(self._connection.execute(_LIVE).all())

    def just_ended(self, now: datetime) -> list[CallSeen]:
        """Return the few calls that ended last, newest first: who just hung up wants to go on there."""
        found = self._connection.execute(_JUST_ENDED, {"since": now - JUST_ENDED, "limit": ENDED_AT_MOST})
        return self._seen(found.all())

    def one(self, call: CallId) -> CallSeen:
        """Return one call.

        Raises:
            NotFound: there is no such call, or this person may not see it.
        """
        found = self._seen(self._connection.execute(_ONE, {"call": call}).all())
        if not found:
            raise NotFound
        return found[0]

    def _seen(self, rows: Iterable[Row[Any]]) -> list[CallSeen]:
        return [self._one_seen(row) for row in rows if self._theirs(row)]

    def _theirs(self, row: Row[Any]) -> bool:
        """Say once more whose call it is: of the own departments, at the own desk, or opened urgently."""
        if not (self._actor.has(Role.OPERATOR) or self._actor.has(Role.SUPERVISOR)):
            return False
        own = row.operator_id == self._actor.account or bool(row.rings_here)
        return own or row.department in self._actor.departments or bool(row.urgent)

    def _one_seen(self, row: Row[Any]) -> CallSeen:
        own = row.operator_id == self._actor.account
        at_home = row.department in self._actor.departments
        urgent = bool(row.urgent) and not at_home
        # Of the own call an operator has the moments around the marks; what they practised, they have.
        content = urgent or (at_home and (self._actor.has(Role.SUPERVISOR) or (own and row.practice)))
        return CallSeen(
            id=CallId(row.id),
            line=row.line,
            department=DepartmentId(row.department),
            agency=row.agency,
            practice=row.practice,
            caller=self._caller(row, allowed=content or own),
            phase=row.phase,
            served_by=row.served_by,
            notice=row.notice,
            notice_correlation=row.notice_correlation,
            notice_at_ms=row.notice_at_ms,
            arrived_at=row.arrived_at,
            connected_at=row.connected_at,
            ended_at=row.ended_at,
            operator_id=AccountId(row.operator_id) if row.operator_id else None,
            operator_name=row.operator_name,
            operator_phone=row.operator_phone,
            outcome=row.outcome,
            interrupted=row.interrupted,
            opened_at=row.opened_for_use_at,
            opened_by=row.opened_by,
            opened_reason=row.opened_for_use_reason,
            marks=row.marks,
            content=content,
            around_marks_alone=at_home and own and not content,
            own=own,
            urgent=urgent,
            recording=RecordingId(row.recording_id) if row.recording_id else None,
            usable=bool(row.usable),
            findings=tuple(row.findings or ()),
            destroyed=row.destroyed_at is not None,
            transcribed=bool(row.transcribed),
            no_sound=row.no_sound,
            sound_now=row.sound_now,
            buffered=row.kind == "buffer",
            words=row.words or "waiting",
            words_reason=row.words_reason or "",
        )

    def _caller(self, row: Row[Any], *, allowed: bool) -> str:
        if row.practice and row.caller_class == "unreadable":
            return PRACTICE_CALLER  # its telephone has a name, no number: nothing went wrong
        if row.caller_class != "number" or row.caller_sealed is None or not allowed:
            return CALLER_CLASSES.get(row.caller_class, CALLER_CLASSES["unreadable"])
        try:
            return number_as_dialled(self._numbers.open(bytes(row.caller_sealed)))
        except (DomainError, ValueError):
            # A key that is gone must not take the list away from the people who answer the telephone.
            return "番号を表示できません"


_FACTS = """
    SELECT c.id, c.line, c.department, c.agency, c.practice, c.caller_class, c.caller_sealed, c.phase,
           c.served_by, c.notice, c.notice_correlation, c.notice_at_ms, c.no_sound, c.sound_now,
           r.class AS kind,
           c.arrived_at, c.connected_at, c.ended_at, c.operator_id, c.operator_phone,
           c.outcome, c.interrupted, c.opened_for_use_at, c.opened_for_use_reason,
           operator.display_name AS operator_name, opener.display_name AS opened_by,
           (SELECT count(*) FROM call_marks m WHERE m.call_id = c.id) AS marks,
           r.id AS recording_id, r.usable, r.findings, r.destroyed_at,
           w.state AS words, w.reason AS words_reason,
           c.id = ANY (CAST((SELECT rights.urgent_calls()) AS text[])) AS urgent,
           c.ended_at IS NULL AND c.ringing_phones && (SELECT rights.own_phones()) AS rings_here,
           EXISTS (SELECT 1 FROM transcript_revisions t WHERE t.recording_id = r.id) AS transcribed
      FROM calls c
      LEFT JOIN accounts operator ON operator.id = c.operator_id
      LEFT JOIN accounts opener ON opener.id = c.opened_for_use_by
      LEFT JOIN LATERAL (SELECT * FROM recordings r WHERE r.subject = c.id
                          ORDER BY r.sealed_at DESC LIMIT 1) r ON true
      LEFT JOIN transcription_states w ON w.recording_id = r.id
"""
# Picked first, looked at after: what stands beside a call is asked of one page, never of a whole department.
_NEWEST = text(
    """
    WITH picked AS MATERIALIZED (
        SELECT id FROM calls
         WHERE (CAST(:at AS timestamptz) IS NULL
                OR (arrived_at, id) < (CAST(:at AS timestamptz), CAST(:call AS text)))
           AND (CAST(:department AS text) IS NULL OR department = CAST(:department AS text))
           AND (CAST(:mine AS uuid) IS NULL OR operator_id = CAST(:mine AS uuid))
         ORDER BY arrived_at DESC, id DESC
         LIMIT :limit)
"""  # noqa: S608  pieces of ours
    + _FACTS
    + " WHERE c.id IN (SELECT id FROM picked) ORDER BY c.arrived_at DESC, c.id DESC"
)
_LIVE = text(_FACTS + " WHERE c.ended_at IS NULL ORDER BY c.arrived_at LIMIT 500")
# The day before bounds what the index on arrivals has to offer; no call lasts that long.
_JUST_ENDED = text(
    _FACTS
    + """
     WHERE c.ended_at > :since AND c.arrived_at > CAST(:since AS timestamptz) - interval '1 day'
     ORDER BY c.ended_at DESC, c.id DESC
     LIMIT :limit
"""
)
_ONE = text(_FACTS + " WHERE c.id = :call")
