"""The ledger of hearing and reading (聴取台帳): how often what was opened, for what, of whose records.

It is counted from the access log, under the rights of whoever reads; who it was stands there. Clips of one
recording, heard by one person on one day, are one hearing; all pages of a search are one search. What was
opened of practice calls is nobody's record and is left out; a knock says so itself (migration 0038).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from core.errors import DomainError
from core.ids import DepartmentId

HERE = ZoneInfo("Asia/Tokyo")
SEVERAL = "*"
"""In the place of a department: the search went through the records of more than one."""

ACTS = (
    "listen", "clip", "around-marks", "read", "search", "quote", "take-out", "case", "paper", "process",
    "live-listen", "live-whisper", "live-barge", "live-take-over", "live-text",
)  # fmt: skip
"""What lets somebody hear or read what was said. The rest of the access log is no entry of the ledger."""

_MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")
_COUNTED = text("""
    WITH opened AS (
        SELECT k.id, k.at, k.actor, k.act, k.purpose, k.recording_id, k.search_id, k.granted,
               k.case_number IS NOT NULL OR k.request_id IS NOT NULL AS with_case,
               coalesce(k.departments, CASE WHEN r.id IS NOT NULL THEN ARRAY[r.department] END) AS departments
          FROM access_knocks k
          LEFT JOIN recordings r ON k.departments IS NULL AND r.id = k.recording_id
         WHERE k.at >= :since AND k.at < :until AND k.actor_kind = 'person' AND k.act = ANY (:acts)
           AND k.detail -> 'practice' IS NULL
           AND NOT (k.act = 'search' AND k.purpose = ANY (CAST(:practice_only AS text[])))
    )
    SELECT CAST(at AT TIME ZONE 'Asia/Tokyo' AS date) AS day, act, purpose, with_case, granted,
           CASE WHEN cardinality(departments) = 1 THEN departments[1]
                WHEN cardinality(departments) > 1 THEN :several END AS department,
           count(DISTINCT CASE act WHEN 'clip' THEN actor::text || recording_id::text
                               WHEN 'search' THEN coalesce(search_id, id)::text ELSE id::text END) AS times
      FROM opened
     WHERE (:everywhere OR departments && CAST(:own AS text[]))
       AND (:department = '' OR :department = ANY (departments))
       AND (:purpose = '' OR purpose = :purpose)
     GROUP BY 1, 2, 3, 4, 5, 6
     ORDER BY 1, 6 NULLS LAST, 3, 2, 4
""")


class NotAMonth(DomainError):
    """月は 2026-11 の形で書いてください。"""

    code = "not-a-month"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of Japan's calendar."""

    year: int
    number: int

    def __str__(self) -> str:
        """Write it as people type it."""
        return f"{self.year:04}-{self.number:02}"

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return datetime.combine(date(self.year, self.number, 1), time.min, HERE)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return self.following.since

    @property
    def following(self) -> Month:
        """The month after it."""
        return Month(year=self.year + self.number // 12, number=self.number % 12 + 1)

    @property
    def before(self) -> Month:
        """The month before it."""
        return Month(year=self.year - (self.number == 1), number=(self.number - 2) % 12 + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often something was opened on one day: one line of the ledger."""

    day: date
    department: str | None
    """Whose records; SEVERAL, or None where the log does not say it."""
    purpose: str
    act: str
    case: bool
    """Whether a case number, or the number of a request, was given with it."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of the ledger somebody wants to see."""

    month: Month
    own: Collection[DepartmentId] | None = None
    """Departments whose records it is about; None: all."""
    department: str = ""
    purpose: str = ""
    practice_only: Collection[str] = ()
    """Purposes under which practice calls alone are found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What was opened in a month, and how often somebody was refused."""

    lines: Sequence[Counted]
    refused: int

    @property
    def count(self) -> int:
        """How often something was opened."""
        return sum(one.count for one in self.lines)


def month_of(written: str) -> Month:
    """Read a month like ``2026-11``.

    Raises:
        NotAMonth
    """
    found = _MONTH.fullmatch(written)
    if found is None:
        raise NotAMonth
    return Month(year=int(found[1]), number=int(found[2]))


def month_at(moment: datetime) -> Month:
    """Return the month in which a moment lies."""
    here = moment.astimezone(HERE)
    return Month(year=here.year, number=here.month)


def read_ledger(connection: Connection, wanted: Wanted) -> Ledger:
    """Count what was opened, as far as the connection's rights let the log be seen."""
    asked = {
        "since": wanted.month.since, "until": wanted.month.until, "acts": list(ACTS), "several": SEVERAL,
        "everywhere": wanted.own is None, "own": sorted(wanted.own or ()),
        "department": wanted.department, "purpose": wanted.purpose,
        "practice_only": sorted(wanted.practice_only),
    }  # fmt: skip
    rows = connection.execute(_COUNTED, asked).all()
    return Ledger(
        lines=[
            Counted(
                day=row.day, department=row.department, purpose=row.purpose, act=row.act, case=row.with_case,
                count=row.times,
            )
            for row in rows
            if row.granted
        ],
        refused=sum(row.times for row in rows if not row.granted),
    )  # fmt: skip
