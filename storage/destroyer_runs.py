"""When the destroyer did each of its steps last: the one trace by which somebody sees that it stopped.

Steps: ``destroyed`` (what was due), ``proven`` (nothing is left), ``rewritten`` (nor in the files).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, text

Step = Literal["destroyed", "proven", "rewritten"]

_NOTE = text("""
    INSERT INTO destroyer_runs (step, begun_at, left_over) VALUES (:step, :at, :left)
    ON CONFLICT (step) DO UPDATE SET begun_at = excluded.begun_at, left_over = excluded.left_over
""")
_LAST = text("SELECT step, begun_at, left_over FROM destroyer_runs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The last time that a step was done, and how many things it found that should be gone."""

    begun_at: datetime
    left_over: int


def note_run(connection: Connection, step: Step, at: datetime, left_over: int = 0) -> None:
    """Write down that a step was done that began at a moment."""
    connection.execute(_NOTE, {"step": step, "at": at, "left": left_over})


def last_runs(connection: Connection) -> dict[Step, Run]:
    """Return the last run of each step; a step that never ran is not among them."""
    return {
        row.step: Run(begun_at=row.begun_at, left_over=row.left_over) for row in connection.execute(_LAST)
    }
