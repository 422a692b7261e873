"""A call that only a group may open, written as its administrator's page writes it."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from core.ids import CallId, DepartmentId
from tests.office import HOKEN


def restrict(connection: Connection, call: CallId, by: UUID, department: DepartmentId = HOKEN) -> UUID:
    """Keep a call to a new group; returns the group."""
    row = {"id": uuid4(), "by": by, "call": call, "department": department, "one": uuid4()}
    connection.execute(
        text("INSERT INTO restricted_groups (id, name, department, made_by, made_at)"
             " VALUES (:id, '一', :department, :by, now())"), row,
    )  # fmt: skip
    connection.execute(
        text("INSERT INTO call_restrictions (id, call_id, group_id, reason, placed_by, placed_at)"
             " VALUES (:one, :call, :id, '議員の電話', :by, now())"), row,
    )  # fmt: skip
    return row["id"]
