"""110番・119番通報の記録: who of ours told, when, and what was said back. Added to, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId, DepartmentId
from storage.presses import write_once

LONGEST_REPORTER, LONGEST_ANSWER = 100, 2000
"""Characters."""
Told = Literal["110", "119", "118", "other"]

_WRITE = text("""
    INSERT INTO danger_reports (id, call_id, department, told, reporter, told_at, answer, by, at)
    VALUES (:id, :call, :department, :told, :reporter, :told_at, :answer, :by, :at)
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM danger_reports WHERE id = :id AND call_id = :call AND told = :told AND reporter = :reporter
       AND told_at = :told_at AND answer = :answer AND by = :by
""")
_OF_CALL = text("""
    SELECT d.id, d.call_id, d.department, d.told, d.reporter, d.told_at, d.answer, d.by, d.at,
           (SELECT a.display_name FROM accounts a WHERE a.id = d.by) AS written_by
      FROM danger_reports d WHERE d.call_id = :call ORDER BY d.told_at, d.at
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerReport:
    """One report. ``id`` is made by the page: sent twice, it is one."""

    id: UUID
    call: CallId
    department: DepartmentId
    told: Told
    reporter: str
    """Who of ours called."""
    told_at: datetime
    answer: str
    """What was said back."""
    by: AccountId
    """Who wrote it down."""
    at: datetime
    written_by: str = ""


def write_report(connection: Connection, report: DangerReport) -> bool:
    """Write a report down, under the rights of who writes it.

    Returns:
        whether it is new

    Raises:
        PressUsed: another one has this id
    """
    return write_once(
        connection,
        _WRITE,
        _SAME,
        {
            "id": report.id, "call": report.call, "department": report.department, "told": report.told,
            "reporter": report.reporter, "told_at": report.told_at, "answer": report.answer,
            "by": report.by, "at": report.at,
        },
    )  # fmt: skip


def reports_of(connection: Connection, call: CallId) -> list[DangerReport]:
    """Return the reports about a call, as they were made."""
    return [
        DangerReport(
            id=row.id, call=CallId(row.call_id), department=DepartmentId(row.department), told=row.told,
            reporter=row.reporter, told_at=row.told_at, answer=row.answer, by=AccountId(row.by), at=row.at,
            written_by=row.written_by or "",
        )
        for row in connection.execute(_OF_CALL, {"call": call})
    ]  # fmt: skip
