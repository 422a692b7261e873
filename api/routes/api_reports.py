"""統計 for programs: the same sections as the page, small counts merged the same way, as JSON and as CSV."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from api.deps import Parts
from api.keyed import Held
from api.reading.figures import report_seen
from api.report_file import report_file, report_file_name
from core.errors import NotFound

router = APIRouter(prefix="/api/v1", tags=["reports"])
AMonth = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$", description="2026-04; empty: this month")]
ADepartment = Annotated[str, Query(max_length=100, description="empty: all of the person's")]


class ReportSection(BaseModel):
    """One subject: what it says, and its table. Without rows ``says`` tells why there are none."""

    id: str
    title: str
    says: list[str]
    headings: list[str]
    rows: list[list[str | int]]


class Report(BaseModel):
    """Whole months; ``notes`` say in what they differ from what was asked for. No ranking of anybody."""

    first: str
    last: str
    unfinished: bool
    notes: list[str]
    department: str
    left_out: str | None
    sections: list[ReportSection]


@router.get("/reports")
def report(
    held: Held, parts: Parts, since: AMonth = "", until: AMonth = "", department: ADepartment = ""
) -> Report:
    """Read the report of some months."""
    seen = report_seen(parts, held.session, since, until, department)
    return Report(
        first=str(seen.period.first), last=str(seen.period.last), unfinished=seen.period.unfinished,
        notes=list(seen.period.notes), department=department, left_out=seen.left_out,
        sections=[
            ReportSection(
                id=one.id, title=one.title, says=list(one.says), headings=list(one.headings),
                rows=[list(row) for row in one.rows],
            )
            for one in seen.sections
        ],
    )  # fmt: skip


@router.get("/reports/{section}", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def section_file(  # noqa: PLR0913, PLR0917  the filters
    section: Annotated[str, Path(pattern=r"^[a-z]{1,20}$")],
    held: Held,
    parts: Parts,
    since: AMonth = "",
    until: AMonth = "",
    department: ADepartment = "",
) -> Response:
    """Read one section as CSV."""
    seen = report_seen(parts, held.session, since, until, department)
    wanted = next((one for one in seen.sections if one.id == section), None)
    if wanted is None:
        raise NotFound
    name = report_file_name(wanted, seen.period)
    return Response(
        report_file(wanted, seen.period), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
