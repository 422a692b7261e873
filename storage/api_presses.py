"""What programs did with people's keys, press by press: done once, answered again, and a trace of who acted.

The line stands or falls with what the press did: both are in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import AccountId
from storage.presses import PressUsed

KEPT = timedelta(days=90)
"""So long a press is known; a key lives no longer."""

# Two of the same at once: the second waits until the first has been written, and finds it.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:token || :id, 60))")
_FIND = text("SELECT asked, status, answer FROM api_presses WHERE token_id = :token AND id = :id")
_KEEP = text("""
    INSERT INTO api_presses (token_id, id, account_id, address, asked, status, answer, at)
    VALUES (:token, :id, :account, :address, :asked, :status, CAST(:answer AS jsonb), :at)
""")
_FORGET = text("DELETE FROM api_presses WHERE at < :before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A request as it is recognised again. ``asked`` is the SHA-256 of its address and fields."""

    token: UUID
    id: UUID
    account: AccountId
    address: str
    asked: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPress:
    """A press that was acted on, and its answer."""

    request: Pressed
    status: int
    answer: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered before."""

    status: int
    answer: Mapping[str, Any]


def answer_of(connection: Connection, request: Pressed) -> Answered | None:
    """Return what was answered to this very request before; None if it is new.

    Raises:
        PressUsed: something else was asked under this id
    """
    connection.execute(_ONE_AT_A_TIME, {"token": str(request.token), "id": str(request.id)})
    row = connection.execute(_FIND, {"token": request.token, "id": request.id}).one_or_none()
    if row is None:
        return None
    if bytes(row.asked) != request.asked:
        raise PressUsed
    return Answered(status=row.status, answer=row.answer)


def keep_press(connection: Connection, press: ApiPress) -> None:
    """Keep what a press did, in the transaction in which it did it."""
    one = press.request
    connection.execute(
        _KEEP,
        {
            "token": one.token, "id": one.id, "account": one.account, "address": one.address,
            "asked": one.asked, "status": press.status, "answer": json.dumps(dict(press.answer)),
            "at": press.at,
        },
    )  # fmt: skip


def forget_presses(connection: Connection, now: datetime) -> int:
    """Delete presses that are too old to be sent again; the worker's."""
    return connection.execute(_FORGET, {"before": now - KEPT}).rowcount
