"""Whoever knocks at the vault is judged and written down first; one play is one grant, judged anew each time.

The knock stands in a transaction of its own, committed before the answer. A grant is a knock that was
granted: its id names the play, its range reads belong to it, and no row is written for them. It holds in the
session that opened it: an address that somebody kept is worth nothing after signing out, or elsewhere.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from core.access_terms import AccessTerms
from core.actors import Actor, Purpose
from core.clock import Clock
from core.errors import AccessDenied, DomainError
from core.ids import GrantId, RecordingId
from core.rights import Condition
from storage import recordings
from storage.access_log import AccessLog, Act, ActorKind, Knock
from storage.access_rules import AROUND_MARKS, SeenRecording, judge, judge_around_marks, refusal
from storage.database import Database
from storage.mark_listening import ask_by_marks, hears_recording
from storage.urgent_openings import opening_of

_OWN_WORK_LASTS = timedelta(hours=4)

_GRANTED = text(
    "SELECT recording_id, purpose, case_number, until FROM access_knocks"
    " WHERE id = :grant AND actor = :account AND act = :act AND granted AND recording_id IS NOT NULL"
    " AND session_hash IS NOT DISTINCT FROM CAST(:session AS bytea)"
)


class GrantOver(DomainError):
    """This play was opened too long ago; open the recording again and say for what."""

    code = "grant-over"
    http_status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Somebody may open one recording until a moment."""

    id: GrantId
    recording: RecordingId
    until: datetime
    by_marks: bool = False
    """It opens the moments around the marks of a call."""


class Grants:
    """Gives grants and checks them, under the rights of whoever asks."""

    def __init__(self, database: Database, clock: Clock, terms: AccessTerms | None = None) -> None:
        self._database = database
        self._clock = clock
        self._terms = terms or AccessTerms()
        self._log = AccessLog(database)

    def give(self, actor: Actor, recording: RecordingId, purpose: Purpose, act: Act = "listen") -> Grant:
        """Judge a knock, write it down, and only then answer.

        Raises:
            AccessDenied: not there or not to be seen, which sound the same
            ClosedForUse, RecordingDestroyed, PurposeNotAllowed: to be seen, but not to be opened
            DatabaseAway: it could not be written down, so nothing is opened
        """
        with self._database.begin(actor) as connection:
            seen, ends = _seen_by(connection, actor, recording, act)
        granted, reason = self._judge(actor, seen, purpose, act)
        now = self._clock.now()
        until = now + self._terms.lasts
        grant = Grant(
            id=GrantId(uuid4()), recording=recording, until=until if ends is None else min(until, ends)
        )
        knock = Knock(
            id=grant.id, at=now, actor=actor.account, actor_kind="person", act=act, recording=recording,
            purpose=purpose.id, case=purpose.case, granted=granted, reason=reason,
            until=grant.until if granted else None,
            request=seen.request if seen is not None and reason == Condition.ACCEPTED else None,
            detail={"opening": str(seen.opening)} if seen is not None and seen.opening is not None else {},
        )  # fmt: skip
        self._log.write(knock, actor)
        if not granted:
            raise refusal(reason)
        return grant

    def note(
        self,
        actor: Actor,
        recording: RecordingId,
        purpose: Purpose,
        act: Act,
        detail: Mapping[str, int | str],
    ) -> UUID:
        """Judge a knock and write it down with what it is about. It opens nothing, so it has no end.

        Args:
            actor: who knocks
            recording: at what
            purpose: for what
            act: what they do
            detail: counts, ids and hashes; nothing personal

        Returns:
            the knock's id

        Raises:
            AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
        """
        with self._database.begin(actor) as connection:
            seen, _ends = _seen_by(connection, actor, recording, act)
        granted, reason = self._judge(actor, seen, purpose, act)
        opening = {"opening": str(seen.opening)} if seen is not None and seen.opening is not None else {}
        knock = Knock(
            at=self._clock.now(), actor=actor.account, actor_kind="person", act=act, recording=recording,
            purpose=purpose.id, case=purpose.case, granted=granted, reason=reason,
            detail={**detail, **opening},
        )  # fmt: skip
        self._log.write(knock, actor)
        if not granted:
            raise refusal(reason)
        return knock.id

    def check(self, actor: Actor, grant: GrantId, act: Act = "listen") -> Grant:
        """Return a grant that still holds; the recording is judged anew, no row is written.

        Raises:
            AccessDenied: no such grant, another person's or session's, or the recording may not be seen any
                more
            GrantOver: its time is over
            ClosedForUse, RecordingDestroyed: it may not be opened any more
        """
        wanted = {"grant": grant, "account": actor.account, "act": act, "session": actor.session}
        with self._database.begin(actor) as connection:
            row = connection.execute(_GRANTED, wanted).one_or_none()
            seen = None if row is None else _seen_by(connection, actor, row.recording_id, act)[0]
        if row is None:
            raise AccessDenied
        if self._clock.now() >= row.until:
            raise GrantOver
        purpose = Purpose(row.purpose, row.case_number)
        granted, reason = self._judge(actor, seen, purpose, act)
        if not granted:
            raise refusal(reason)
        return Grant(id=grant, recording=row.recording_id, until=row.until, by_marks=act == AROUND_MARKS)

    @contextmanager
    def reading(self, grant: Grant, actor: Actor | None) -> Generator[Connection]:
        """Open a transaction in which the rows can be read that a grant opens."""
        with self._database.begin(actor) as connection:
            if grant.by_marks:
                ask_by_marks(connection)
            yield connection

    def _judge(
        self, actor: Actor, seen: SeenRecording | None, purpose: Purpose, act: Act
    ) -> tuple[bool, str]:
        if act == AROUND_MARKS:
            return judge_around_marks(seen)
        return judge(actor, seen, purpose, self._terms.practice_only)

    def for_process(self, kind: ActorKind, recording: RecordingId, purpose: str = "") -> Grant:
        """Judge a process of ours that wants to open a recording, write it down, and only then answer.

        Transcription is use, so it stays away from what is closed for use; a listening copy stays sealed.

        Raises:
            AccessDenied: there is no such recording
            ClosedForUse, RecordingDestroyed
        """
        with self._database.begin() as connection:
            seen = recordings.seen(connection, recording)
        granted, reason = True, "own-work"
        if seen is None:
            granted, reason = False, "not-visible"
        elif seen.destroyed:
            granted, reason = False, "destroyed"
        elif not seen.usable and kind == "transcription":
            granted, reason = False, "closed-for-use"
        now = self._clock.now()
        grant = Grant(id=GrantId(uuid4()), recording=recording, until=now + _OWN_WORK_LASTS)
        knock = Knock(
            id=grant.id, at=now, actor=None, actor_kind=kind, act="process", recording=recording,
            purpose=purpose or kind, granted=granted, reason=reason, until=grant.until if granted else None,
            detail={"practice": 1} if seen is not None and seen.practice else {},
        )  # fmt: skip
        self._log.write(knock)
        if not granted:
            raise refusal(reason)
        return grant

    def note_verification(self, checked: int) -> None:
        """Write down that the whole vault was verified, which opens every master."""
        knock = Knock(
            at=self._clock.now(), actor=None, actor_kind="verification", act="process", recording=None,
            purpose="verification", granted=True, reason="own-work", detail={"recordings": checked},
        )  # fmt: skip
        self._log.write(knock)


def _seen_by(
    connection: Connection, actor: Actor, recording: RecordingId, act: Act
) -> tuple[SeenRecording | None, datetime | None]:
    """Return a recording as somebody sees it, and when the urgent opening is over by which they do."""
    if act == AROUND_MARKS:
        ask_by_marks(connection)
    seen = recordings.seen(connection, recording)
    if seen is None:
        return None, None
    if act == AROUND_MARKS:
        return replace(seen, around_marks=hears_recording(connection, recording)), None
    opened = opening_of(connection, actor, recording)
    return (seen, None) if opened is None else (replace(seen, opening=opened[0]), opened[1])
