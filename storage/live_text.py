"""The words of calls that go on: written by the recogniser, read by whoever watches, gone with the call.

Nothing here is evidence. Every change of a call's lines wakes the pages that watch it (NOTIFY carries the
call's id alone); row rights show the lines to nobody else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import CallId
from storage.database import Database

CHANNEL = "tsuwaroku_words"
"""NOTIFY: a watched call has other words, or another state."""


class Following(StrEnum):
    """How the recogniser follows a call; ``live_states.state``."""

    STARTING = "starting"
    ON = "on"
    SLOW = "slow"  # settled sentences only, later
    WAITING = "waiting"  # calls that need it more come first: nothing of this one is written down now
    AWAY = "away"  # no model


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLine:
    """One stretch of speech of a call that goes on. The same id again replaces what stood there."""

    id: UUID
    track: str
    at: datetime
    text: str
    settled: bool
    change: int


_WRITE = text("""
    INSERT INTO live_lines (id, call_id, track, at, text, settled, change)
    SELECT :id, id, :track, :at, :text, :settled, :change FROM calls WHERE id = :call AND ended_at IS NULL
    ON CONFLICT (id) DO UPDATE SET text = excluded.text, settled = excluded.settled, change = excluded.change
""")
_WAKE = text("SELECT pg_notify(:channel, :call)")
_STATE = text("""
    INSERT INTO live_states (call_id, state, at)
    SELECT id, :state, now() FROM calls WHERE id = :call AND ended_at IS NULL
    ON CONFLICT (call_id) DO UPDATE SET state = excluded.state, at = excluded.at
""")
_SWEEP = tuple(
    text(
        f"DELETE FROM {table} t USING calls c WHERE c.id = t.call_id AND c.ended_at IS NOT NULL"  # noqa: S608  constants
    )
    for table in ("live_watches", "live_streams", "live_lines", "live_states")
)
_UNWATCHED = text("""
    DELETE FROM live_watches WHERE seen_at < now() - interval '5 minutes'
""")
_LINES = text("""
    SELECT id, track, at, text, settled, change FROM live_lines
     WHERE call_id = :call AND change > :after ORDER BY at, id
""")
_STATE_OF = text("""
    SELECT state FROM live_states WHERE call_id = :call AND at > now() - interval '8 seconds'
""")


class LiveLines:
    """The recogniser's side, under the worker role. Every call may raise DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, call: CallId, line: LiveLine) -> None:
        """Write a line as it stands now; of a call that is over, nothing."""
        values = {
            "id": line.id, "call": call, "track": line.track, "at": line.at, "text": line.text,
            "settled": line.settled, "change": line.change,
        }  # fmt: skip
        with self._database.begin() as connection:
            connection.execute(_WRITE, values)
            connection.execute(_WAKE, {"channel": CHANNEL, "call": call})

    def tell(self, states: Mapping[CallId, Following], changed: Collection[CallId]) -> None:
        """Say how the recogniser follows its calls, and that it lives; pages of ``changed`` ones look."""
        if not states:
            return
        with self._database.begin() as connection:
            connection.execute(
                _STATE, [{"call": call, "state": state.value} for call, state in states.items()]
            )
            for call in changed:
                connection.execute(_WAKE, {"channel": CHANNEL, "call": call})

    def sweep(self) -> None:
        """Delete what belongs to calls that are over."""
        with self._database.begin() as connection:
            for statement in (*_SWEEP, _UNWATCHED):
                connection.execute(statement)


def lines_of(connection: Connection, call: CallId, after: int) -> Sequence[LiveLine]:
    """Return the lines that changed since ``after``, as they were said, as far as they may be read."""
    return [
        LiveLine(id=row.id, track=row.track, at=row.at, text=row.text, settled=row.settled, change=row.change)
        for row in connection.execute(_LINES, {"call": call, "after": after})
    ]


def following_of(connection: Connection, call: CallId) -> Following | None:
    """Say how the recogniser follows a call; None when it has not said so for a while."""
    state = connection.execute(_STATE_OF, {"call": call}).scalar()
    return Following(state) if state is not None else None
