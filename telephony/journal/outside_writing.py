"""Writes who of outside the hall was brought into a call: whom, when told of the recording, how it ended."""

from __future__ import annotations

from base64 import b64decode
from uuid import UUID

from sqlalchemy import Connection, text

from telephony.call.call import Call
from telephony.call.outside import Outsider

_OUTSIDE = text("""
    INSERT INTO call_outside (call_id, leg, party, number_sealed, asked_by, rung_at, answered_at, told_at,
                              joined_at, left_at, result)
    VALUES (:call, :leg, :party, :sealed, (SELECT id FROM accounts WHERE id = :by), :rung_at, :answered_at,
            :told_at, :joined_at, :left_at, :result)
    ON CONFLICT (call_id, leg) DO UPDATE SET
        answered_at = excluded.answered_at, told_at = excluded.told_at, joined_at = excluded.joined_at,
        left_at = excluded.left_at, result = excluded.result
     WHERE (call_outside.answered_at, call_outside.told_at, call_outside.joined_at, call_outside.left_at)
           IS DISTINCT FROM (excluded.answered_at, excluded.told_at, excluded.joined_at, excluded.left_at)
""")


def write_outside(connection: Connection, call: Call) -> None:
    """Make the rows follow the call; what is known already stays one row."""
    for one in call.outsiders:
        connection.execute(_OUTSIDE, _row(call, one))


def _row(call: Call, one: Outsider) -> dict[str, object]:
    return {
        "call": call.id,
        "leg": one.leg,
        "party": one.party or None,
        "sealed": b64decode(one.sealed),
        "by": UUID(one.by) if one.by else None,
        "rung_at": one.rung_at,
        "answered_at": one.answered_at,
        "told_at": one.told_at,
        "joined_at": one.joined_at,
        "left_at": one.left_at,
        "result": one.result,
    }
