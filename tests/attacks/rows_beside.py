"""Rows of each kind beside a call, for whoever attacks them."""

from __future__ import annotations

from uuid import UUID

from core.ids import AccountId, CallId
from tests.office import Office


def written_beside(office: Office, call: CallId, by: AccountId, first: int) -> list[UUID]:
    """A row of each kind beside a call; their ids, the same in every run."""
    rows = (  # pieces of statements of ours
        "help_requests (id, call_id, source, asked_at, asked_by) VALUES (:id, :call, 'console', now(), :by)",
        "text_cards (id, call_id, text, at, by) VALUES (:id, :call, 'x', now(), :by)",
        (
            "call_clocks (id, call_id, kind, started_at, started_by, minutes, due_at)"
            " VALUES (:id, :call, 'agreed', now(), :by, 30, now())"
        ),
        "call_orders (id, call_id, kind, at, by) VALUES (:id, :call, 'hold', now(), :by)",
        "call_notes (id, call_id, text, at, by) VALUES (:id, :call, 'x', now(), :by)",
        (
            "promises (id, department, call_id, what, who, due_at, made_at, made_by)"
            " SELECT :id, department, id, 'x', 'x', now(), now(), :by FROM calls WHERE id = :call"
        ),
    )
    ids = [UUID(int=first + number) for number in range(len(rows))]
    for row, one in zip(rows, ids, strict=True):
        office.write(f"INSERT INTO {row}", {"id": one, "call": call, "by": by})
    return ids
