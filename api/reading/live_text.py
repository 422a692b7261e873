"""The words of a call that goes on, as far as somebody may read them, and why there are none.

Who may is decided here from the profile, and once more by the row rights below. What people read about a
state is said here too: calm, and never silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, text

from api.sessions import Session
from core.actors import Actor, Role
from core.errors import NotFound
from core.ids import CallId, LineId
from core.profile.live_text import words_wait_for_a_flag
from core.profile.model import CityProfile
from core.profile.recording import RecordingMode
from storage.live_text import Following, LiveLine, following_of, lines_of
from storage.live_watch import has_grant

_CALL = text("""
    SELECT c.id, c.line, c.phase, c.aside, c.sound_now, c.flagged_at, c.ended_at,
           c.department = ANY (rights.departments()) AS here, rights.operates(c.id) AS own,
           EXISTS (SELECT 1 FROM call_notes n WHERE n.call_id = c.id AND n.by = rights.account()) AS notes,
           (SELECT w.since FROM live_watches w WHERE w.call_id = c.id AND w.account_id = rights.account()
               AND w.since > now() - interval '10 seconds') AS just_began
      FROM calls c WHERE c.id = :call
""")


class Watcher(StrEnum):
    """As what somebody reads along; stands in the access log as the purpose."""

    SUPERVISOR = "supervision"
    NOTE_TAKER = "notes"
    OPERATOR = "own-call"


class LiveState(StrEnum):
    """Whether words come."""

    ON = "on"
    STARTING = "starting"
    BEHIND = "behind"
    PAUSED = "paused"
    NOT_YET = "not-yet"
    OFF = "off"
    AWAY = "away"
    OVER = "over"


_SAID = {
    LiveState.ON: "",
    LiveState.STARTING: "速報の文字起こしを始めています。",
    LiveState.BEHIND: "文字起こしが追いつきません。話が終わった文から、遅れて出ます。",
    LiveState.PAUSED: "保留・取次のあいだは、文字にしません。",
    LiveState.NOT_YET: "まだ文字にしていません。録音（または記録・フラグ）が始まると、出ます。",
    LiveState.OFF: "この通話は、速報の文字起こしをしません。",
    LiveState.AWAY: "速報の文字起こしは、いま動いていません。通話と録音は続いています。",
    LiveState.OVER: "通話は終わりました。速報は消えました。録音からの文字起こしが、通話の画面に出ます。",
}
_WAITING = (
    "文字起こしが追いつきません。応援・記録・フラグのある通話を先にしています。"
    "この通話は、いま文字にしていません。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTextSeen:
    """What a page shows now; ``change`` is given back with the next look."""

    state: LiveState
    said: str
    change: int
    lines: tuple[LiveLine, ...] = ()


def may_watch(connection: Connection, actor: Actor, call: CallId, profile: CityProfile) -> Watcher | None:
    """Say as what somebody may read along in a call that goes on; None: not at all.

    Whoever talks in the call reads along only if the city wants it, whatever else they are.
    """
    row = connection.execute(_CALL, {"call": call}).one_or_none()
    if row is None or row.ended_at is not None:
        return None
    wanted = profile.live_text
    if row.own:
        return Watcher.OPERATOR if wanted.operator and actor.has(Role.OPERATOR) else None
    if not row.here:
        return None
    if _as_supervisor(actor, profile):
        return Watcher.SUPERVISOR
    if actor.has(Role.OPERATOR) and wanted.note_takers and row.notes:
        return Watcher.NOTE_TAKER
    return None


def may_take_notes(connection: Connection, actor: Actor, call: CallId, profile: CityProfile) -> bool:
    """Say whether somebody would read along as soon as they have written a note beside the call."""
    row = connection.execute(_CALL, {"call": call}).one_or_none()
    if row is None or row.ended_at is not None or row.own or row.notes or not row.here:
        return False
    return profile.live_text.note_takers and actor.has(Role.OPERATOR) and not _as_supervisor(actor, profile)


def watches(connection: Connection, session: Session, call: CallId, now: datetime) -> bool:
    """Say whether somebody has begun to read along in this session, so that a page may look at once."""
    return has_grant(connection, session.actor, call, now)


def _as_supervisor(actor: Actor, profile: CityProfile) -> bool:
    return actor.has(Role.SUPERVISOR) and profile.live_text.supervisors


def is_over(connection: Connection, call: CallId) -> bool:
    """Say whether a call has ended.

    Raises:
        NotFound: there is none, or none that may be seen
    """
    row = connection.execute(_CALL, {"call": call}).one_or_none()
    if row is None:
        raise NotFound
    return row.ended_at is not None


def live_text_of(connection: Connection, call: CallId, profile: CityProfile, after: int) -> LiveTextSeen:
    """Return what changed since ``after``, and whether words come.

    Raises:
        NotFound: there is no such call, or none that may be seen
    """
    row = connection.execute(_CALL, {"call": call}).one_or_none()
    if row is None:
        raise NotFound
    following = following_of(connection, call)
    state = _state(row, profile, following)
    said = _WAITING if following is Following.WAITING and state is LiveState.BEHIND else _SAID[state]
    if state is LiveState.OVER:
        return LiveTextSeen(state=state, said=said, change=after)
    lines = tuple(lines_of(connection, call, after))
    return LiveTextSeen(
        state=state, said=said, lines=lines, change=max((one.change for one in lines), default=after)
    )


def over(after: int) -> LiveTextSeen:
    """Return what is said of a call that has ended."""
    return LiveTextSeen(state=LiveState.OVER, said=_SAID[LiveState.OVER], change=after)


def _state(row: Row[Any], profile: CityProfile, following: Following | None) -> LiveState:
    if row.ended_at is not None:
        return LiveState.OVER
    line = profile.line(LineId(row.line))
    if (
        line is None
        or not line.live_text
        or line.recording is RecordingMode.NEVER
        or row.sound_now == "stopped"
    ):
        return LiveState.OFF
    waits = words_wait_for_a_flag(line.recording, line.transcribe) and row.flagged_at is None
    if waits or row.sound_now == "not-asked" or row.phase != "talking":
        return LiveState.NOT_YET
    if row.aside is not None:
        return LiveState.PAUSED
    if following is None:
        just_began: datetime | None = row.just_began
        return LiveState.AWAY if just_began is None else LiveState.STARTING
    return _OF_FOLLOWING[following]


_OF_FOLLOWING = {
    Following.ON: LiveState.ON,
    Following.STARTING: LiveState.STARTING,
    Following.SLOW: LiveState.BEHIND,
    Following.WAITING: LiveState.BEHIND,
    Following.AWAY: LiveState.AWAY,
}
