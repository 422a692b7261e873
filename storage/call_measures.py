"""配慮中: what the hall does for a caller in this call, by the profile's codes. No word about the person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId
from storage.presses import write_once

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:call, 2))")
_END = text("UPDATE call_measures SET until = :at WHERE call_id = :call AND until IS NULL")
_BEGIN = text("""
    INSERT INTO call_measures (id, call_id, measures, since, by) VALUES (:id, :call, :measures, :at, :by)
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM call_measures
     WHERE id = :id AND call_id = :call AND measures = :measures AND by = :by AND until IS NULL
""")
_NOW = text("""
    SELECT measures FROM call_measures WHERE call_id = :call AND until IS NULL ORDER BY since DESC LIMIT 1
""")


def switch_measures(  # noqa: PLR0913, PLR0917  a row's columns
    connection: Connection, switch: UUID, call: CallId, measures: Sequence[str], at: datetime, by: AccountId
) -> None:
    """Say which measures are taken from now on; none switches 配慮中 off.

    Args:
        connection: under the rights of whoever switches
        switch: id of this switching
        call: the call
        measures: codes that the profile knows
        at: now
        by: who switches

    Raises:
        PressUsed: another switching has this id, or this one is over
    """
    connection.execute(_LOCK, {"call": call})
    if sorted(measures) == measures_of(connection, call):
        return
    connection.execute(_END, {"call": call, "at": at})
    if measures:
        row = {"id": switch, "call": call, "measures": sorted(measures), "at": at, "by": by}
        write_once(connection, _BEGIN, _SAME, row)


def measures_of(connection: Connection, call: CallId) -> list[str]:
    """Return the codes of the measures that are taken now."""
    return list(connection.execute(_NOW, {"call": call}).scalar() or [])
