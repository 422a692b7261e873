"""110番の案内 and 命の相談の案内: a sheet for whoever acts now. No judgement is awaited for it.

品川区 対応要領 第5章(2)①: 犯罪行為は所属長等の判断を待つことなく直ちに警察に通報する。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, cast, get_args
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from api.call_form import cut
from api.deps import Office, OwnForm, Parts, Show
from api.errors import DomainError, WrongInput
from api.opened import open_under_purpose
from api.parts import ConsoleParts
from api.purposes import PurposeFault, purposes_for, read_purpose
from api.reading.calls import CallsSeen
from api.reading.danger_sheet import sheet_seen
from api.reading.live_text import may_watch
from api.rendering import Pages
from api.routes.keys import read_press
from api.sessions import Session
from api.wording import HERE
from core.errors import NotFound
from core.ids import AccountId
from storage.danger_reports import LONGEST_ANSWER, LONGEST_REPORTER, DangerReport, Told, write_report
from storage.live_watch import LiveWatchDoor
from storage.signals import find_signal

router = APIRouter(include_in_schema=False)
TOLD_NAMES = {
    "110": "110番（警察）",
    "119": "119番（救急・消防）",
    "118": "118番（海上保安庁）",
    "other": "そのほか",
}
_CLOCKS_DIFFER = timedelta(minutes=5)


@router.get("/signals/{signal}/sheet")
def sheet(request: Request, signal: UUID, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show what is told to 110, or where help is."""
    return _page(request, signal, session, parts, show)


@router.post("/signals/{signal}/sheet/open")
def open_words(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    signal: UUID,
    session: OwnForm,
    parts: Parts,
    show: Show,
    purpose: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
) -> Response:
    """Open the words: for a purpose, written down by the vault; of a call that goes on, by reading along."""
    actor = session.actor
    with parts.database.begin(actor) as connection:
        row = find_signal(connection, signal)
        seen = CallsSeen(connection, actor, parts.numbers).one(row.call)
        watcher = may_watch(connection, actor, seen.id, parts.profile) if seen.ended_at is None else None
    if not row.urgent:
        raise NotFound
    if seen.ended_at is None:
        LiveWatchDoor(parts.database, parts.clock).open(actor, seen.id, watcher)
        return RedirectResponse(f"/signals/{signal}/sheet", status_code=303)
    try:
        chosen = read_purpose(parts.profile, purpose, case, practice=seen.practice)
    except PurposeFault as fault:
        return _page(request, signal, session, parts, show, fault=fault, asked=(purpose, case))
    open_under_purpose(parts.vault, actor, seen.recording, chosen)
    return RedirectResponse(f"/signals/{signal}/sheet", status_code=303)


@router.post("/signals/{signal}/sheet/reports")
def write(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    signal: UUID,
    session: OwnForm,
    parts: Parts,
    told: Annotated[str, Form()] = "",
    reporter: Annotated[str, Form()] = "",
    told_at: Annotated[str, Form()] = "",
    answer: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Write down who told 110 (or another), when, and what was said back."""
    if told not in get_args(Told):
        raise WrongInput
    report = ToldToday(
        id=read_press(press), told=cast("Told", told), reporter=reporter, told_at=_moment(told_at),
        answer=answer, by=session.actor.account, at=parts.clock.now(),
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        write_told(connection, signal, report)
    return RedirectResponse(f"/signals/{signal}/sheet#reports", status_code=303)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldToday:
    """What somebody says of a report to 110 or another: who of ours called, when, what was said back."""

    id: UUID
    told: Told
    reporter: str
    told_at: datetime
    answer: str
    by: AccountId
    at: datetime


def write_told(connection: Connection, signal: UUID, told: ToldToday) -> None:
    """Write down a report beside a signal of danger or life, for pages and programs alike. Twice is once.

    Raises:
        NotFound: no such signal, none that is theirs, or one of neither danger nor life
        WrongInput: something is missing, or the moment cannot be
        PressUsed: another report has this id
    """
    who, said = cut(told.reporter, LONGEST_REPORTER), cut(told.answer, LONGEST_ANSWER)
    if not who or not who.isprintable() or not said:
        raise WrongInput
    if not told.at - timedelta(days=30) < told.told_at < told.at + _CLOCKS_DIFFER:
        raise WrongInput
    row = find_signal(connection, signal)
    if not row.urgent:
        raise NotFound
    report = DangerReport(
        id=told.id, call=row.call, department=row.department, told=told.told, reporter=who,
        told_at=told.told_at, answer=said, by=told.by, at=told.at,
    )  # fmt: skip
    write_report(connection, report)


def _moment(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words).replace(tzinfo=HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongInput from None


def _page(  # noqa: PLR0913  what the page can show
    request: Request,
    signal: UUID,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    *,
    fault: DomainError | None = None,
    asked: tuple[str, str] = ("", ""),
) -> HTMLResponse:
    with parts.database.begin(session.actor) as connection:
        seen = sheet_seen(connection, parts, session, signal)
    here = parts.clock.now().astimezone(HERE)
    return show.show(
        request, session, "sheet.html", status=fault.http_status if fault else 200,
        seen=seen, told_names=TOLD_NAMES, press=uuid4(), moment=f"{here:%Y-%m-%dT%H:%M}",
        printed_at=parts.clock.now(), words_of=parts.profile.signals,
        purposes=purposes_for(parts.profile, practice=seen.call.practice),
        fault=fault.code if fault else "", asked=asked,
    )  # fmt: skip
