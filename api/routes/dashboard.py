"""統計: how many calls came, when, and how the hall did. Figures of many; nobody's own."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from api.deps import Parts, Show, SignedIn
from api.reading.figures import report_seen
from api.report_file import report_file, report_file_name
from core.errors import NotFound
from incidents.reports.traffic import WEEKDAYS

router = APIRouter(include_in_schema=False)


@router.get("/dashboard")
def dashboard(  # noqa: PLR0913, PLR0917  the page's filters
    request: Request,
    session: SignedIn,
    parts: Parts,
    show: Show,
    since: str = "",
    until: str = "",
    department: str = "",
) -> HTMLResponse:
    """Show the report of some months: a supervisor's departments, the whole hall to an administrator.

    Raises:
        NotFound: a department that is not theirs
    """
    seen = report_seen(parts, session, since, until, department)
    chosen = {"since": str(seen.period.first), "until": str(seen.period.last), "department": department}
    return show.show(
        request, session, "dashboard.html",
        seen=seen, asked=urlencode(chosen), weekdays=WEEKDAYS,
        smallest=parts.profile.access.publish_from,
    )  # fmt: skip


@router.get("/dashboard/file/{section}")
def section_file(  # noqa: PLR0913, PLR0917  the page's filters
    section: Annotated[str, Path(pattern=r"^[a-z]{1,20}$")],
    session: SignedIn,
    parts: Parts,
    since: str = "",
    until: str = "",
    department: str = "",
) -> Response:
    """Give a section's table as CSV.

    Raises:
        NotFound: there is no such section, or a department that is not theirs
    """
    seen = report_seen(parts, session, since, until, department)
    wanted = next((one for one in seen.sections if one.id == section), None)
    if wanted is None:
        raise NotFound
    name = report_file_name(wanted, seen.period)
    return Response(
        report_file(wanted, seen.period),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
