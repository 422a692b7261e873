"""When several people were on the hall's track: then nobody can say from the track alone who of them spoke.

Words belong to whoever was there at that second. With a supervisor or somebody from outside in the talk they
are 不明, and not an operator's: a page must put no words into anybody's mouth.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from core.ids import CallId

Seconds = tuple[float, float]

_SEVERAL = text("""
    SELECT greatest(one.joined_at, other.joined_at) AS since,
           least(coalesce(one.left_at, c.ended_at, now()),
                 coalesce(other.left_at, c.ended_at, now())) AS until
      FROM call_parties one
      JOIN call_parties other ON other.call_id = one.call_id
       AND (other.leg, other.joined_at) > (one.leg, one.joined_at)
      JOIN calls c ON c.id = one.call_id
     WHERE one.call_id = :call ORDER BY since
""")


def several_on_hall(connection: Connection, call: CallId, started_at: datetime) -> tuple[Seconds, ...]:
    """Return from which to which second of a recording several people were on the hall's track.

    Args:
        connection: a transaction under the rights of whoever reads
        call: whose recording it is
        started_at: when the recording began
    """
    return tuple(
        ((row.since - started_at).total_seconds(), (row.until - started_at).total_seconds())
        for row in connection.execute(_SEVERAL, {"call": call})
        if row.since < row.until
    )


def is_among(several: tuple[Seconds, ...], start: float, end: float) -> bool:
    """Say whether what was said from ``start`` to ``end`` fell into such a time, even in part."""
    return any(start < until and since < end for since, until in several)
