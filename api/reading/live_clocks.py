"""The clocks that run in calls that go on, for several calls at once."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, text

from api.reading.live_need import RunningClock
from core.ids import CallId

_CLOCKS = text("""
    SELECT call_id, kind, started_at, ask_at, due_at FROM call_clocks
     WHERE stopped_at IS NULL AND call_id = ANY (:calls) ORDER BY started_at
""")


def live_clocks(connection: Connection, calls: list[CallId]) -> dict[CallId, list[RunningClock]]:
    """Return the clocks that run in these calls, by call, the oldest first."""
    found: defaultdict[CallId, list[RunningClock]] = defaultdict(list)
    for row in connection.execute(_CLOCKS, {"calls": list(calls)}):
        found[CallId(row.call_id)].append(
            RunningClock(kind=row.kind, started_at=row.started_at, ask_at=row.ask_at, due_at=row.due_at)
        )
    return found
