"""聴取台帳: how often recordings and words were opened, for what; and the file that the city publishes."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.deps import Parts, Show, SignedIn
from api.ledger_file import file_name, ledger_file
from api.ledger_texts import ACT_NAMES, department_name, purpose_name
from api.parts import ConsoleParts
from core.actors import Actor
from core.ids import DepartmentId
from core.rights import Condition, Matter, allows, rules_of
from storage.ledger import Month, NotAMonth, Wanted, month_at, month_of, read_ledger
from storage.ledger_publishing import publish

router = APIRouter(include_in_schema=False)
_MONTHS_SHOWN = 24


@router.get("/ledger")
def ledger(  # noqa: PLR0913, PLR0917  the page's filters
    request: Request,
    session: SignedIn,
    parts: Parts,
    show: Show,
    month: str = "",
    department: str = "",
    purpose: str = "",
) -> HTMLResponse:
    """Show a month: the auditor all of it, a supervisor what was opened of the own departments."""
    profile, own = parts.profile, departments_of(session.actor)
    wanted = Wanted(
        month=_month(parts, month), own=own,
        department=department if department in {one.id for one in profile.departments} else "",
        purpose=purpose if purpose in {one.id for one in profile.purposes} else "",
        practice_only=profile.access_terms.practice_only,
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        found = read_ledger(connection, wanted)
    return show.show(
        request, session, "ledger.html",
        ledger=found, wanted=wanted, acts=ACT_NAMES,
        departments=[one for one in profile.departments if own is None or one.id in own],
        purposes=profile.purposes, months=_choice_of_months(month_at(parts.clock.now()), wanted.month),
        unfinished=wanted.month.until > parts.clock.now(),
        following=wanted.month.following.since <= parts.clock.now(),
        named_purpose=partial(purpose_name, profile),
        named_department=partial(department_name, profile),
        smallest=profile.access.publish_from, audits=allows(session.actor.roles, Matter.AUDIT),
    )  # fmt: skip


@router.get("/ledger/file")
def ledger_to_publish(session: SignedIn, parts: Parts, month: str = "") -> Response:
    """Give the file of a month, without a person and without counts that are too small."""
    wanted = Wanted(
        month=_month(parts, month), own=departments_of(session.actor),
        practice_only=parts.profile.access_terms.practice_only,
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        found = read_ledger(connection, wanted)
    lines = publish(found.lines, parts.profile.access.publish_from)
    return Response(
        ledger_file(lines, wanted.month, parts.profile),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(wanted.month)}"',
            "Cache-Control": "no-store",
        },
    )


def departments_of(actor: Actor) -> frozenset[DepartmentId] | None:
    """Return whose ledger somebody reads; None: the whole hall's."""
    rules = rules_of(actor.roles, Matter.LOG)
    everywhere = any(rule.condition is Condition.WHOLE_HALL for rule in rules)
    return None if everywhere else actor.departments


def _choice_of_months(newest: Month, wanted: Month) -> list[Month]:
    months = [newest]
    while len(months) < _MONTHS_SHOWN:
        months.append(months[-1].before)
    return months if wanted in months else [*months, wanted]


def _month(parts: ConsoleParts, written: str) -> Month:
    try:
        return month_of(written)
    except NotAMonth:
        return month_at(parts.clock.now())
