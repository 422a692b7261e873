"""Who was on the hall's track of a recording, from which second to which, by the seats of the telephones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from core.ids import CallId
from incidents.quotes.speaker import OnHall

_THERE = text("""
    SELECT p.joined_at AS since, coalesce(p.left_at, c.ended_at, now()) AS until,
           CASE WHEN p.part = 'third-party' THEN NULL ELSE a.display_name END AS name
      FROM call_parties p JOIN calls c ON c.id = p.call_id LEFT JOIN accounts a ON a.id = p.account_id
     WHERE p.call_id = :call ORDER BY p.joined_at, p.leg
""")


def on_hall(connection: Connection, call: CallId, started_at: datetime) -> tuple[OnHall, ...]:
    """Return everybody who was on the hall's track of a call.

    Args:
        connection: a transaction under the rights of whoever reads
        call: whose recording it is
        started_at: when the recording began
    """
    return tuple(
        OnHall(
            since=(row.since - started_at).total_seconds(),
            until=(row.until - started_at).total_seconds(),
            name=row.name,
        )
        for row in connection.execute(_THERE, {"call": call})
        if row.since < row.until
    )
