"""録音機のファイル: told of, handed over, heard for a purpose; a recording of the vault, and no call."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast, get_args
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from api import import_texts
from api.deps import OwnForm, Parts, Show, SignedIn
from api.error_texts import error_text
from api.errors import WrongInput
from api.opened import open_under_purpose
from api.opening import LONGEST_REASON, SHORTEST_REASON, ReasonMissing
from api.parts import ConsoleParts
from api.purposes import PurposeFault, purposes_for, read_purpose
from api.reading.imports import import_page
from api.rendering import Pages
from api.routes.keys import read_press
from api.sessions import Session
from api.wording import HERE
from core.errors import DomainError
from core.facts import RecordingSealed
from core.ids import DepartmentId, ImportId, IncidentId
from storage.imports import NewImport, Notice, ask, import_of, imports_seen, open_for_use
from storage.incidents import incident_row, list_incidents
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
LONGEST = 200
OLDEST = timedelta(days=3660)
_EMPTY = {
    "recorded": "", "estimated": "", "place": "", "recorded_by": "", "held_by": "", "notice": "",
    "department": "", "incident": "",
}  # fmt: skip
WORDS: dict[str, Any] = {
    "notices": import_texts.NOTICES, "import_states": import_texts.STATES,
    "import_refusal": import_texts.refusal, "claim_name": import_texts.claim,
}  # fmt: skip
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")


@router.get("/imports")
def imports(
    request: Request, session: SignedIn, parts: Parts, show: Show, incident: str = ""
) -> HTMLResponse:
    """Show what was imported, and the form that begins another import."""
    return _list(request, session, parts, show, written={**_EMPTY, "incident": incident})


@router.post("/imports")
def begin(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    press: Annotated[str, Form()] = "",
    department: Annotated[str, Form()] = "",
    incident: Annotated[str, Form()] = "",
    recorded: Annotated[str, Form()] = "",
    estimated: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    recorded_by: Annotated[str, Form()] = "",
    held_by: Annotated[str, Form()] = "",
    notice: Annotated[str, Form()] = "",
) -> Response:
    """Write down what people say of a recording; its file is handed over next."""
    written = {
        "recorded": recorded, "estimated": estimated, "place": place, "recorded_by": recorded_by,
        "held_by": held_by, "notice": notice, "department": department, "incident": incident,
    }  # fmt: skip
    now = parts.clock.now()
    moment = _moment(recorded, now)
    plain = {name: _plain(written[name]) for name in ("place", "recorded_by", "held_by")}
    faults = {name: "200文字までで書いてください。" for name, words in plain.items() if not words}
    if moment is None:
        faults["recorded"] = (
            "いまより前の日時を入れてください。はっきりしないときは、おおよその日時を入れて「推定」を選びます。"
        )
    if notice not in get_args(Notice):
        faults["notice"] = "どれか1つを選んでください。"
    if department not in session.actor.departments:
        raise WrongInput
    if faults or moment is None:
        return _list(request, session, parts, show, written=written, faults=faults)
    new = NewImport(
        id=ImportId(read_press(press)), department=DepartmentId(department), incident=_incident(incident),
        recorded_at=moment, estimated=bool(estimated), notice=cast("Notice", notice),
        by=session.actor.account, at=now,
        **plain,
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        _refuse_foreign_incident(connection, new)
        ask(connection, new)
    return RedirectResponse(f"/imports/{new.id}", status_code=303)


@router.get("/imports/{wanted}")
def one(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request, wanted: UUID, session: SignedIn, parts: Parts, show: Show, again: bool = False
) -> HTMLResponse:
    """Show one import: what was told, its file, and its content once a purpose was said."""
    return import_sheet(request, session, parts, show, ImportId(wanted), again=again)


@router.get("/imports/{wanted}/state")
def state(wanted: UUID, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Return the part that says whether the file has been read."""
    with parts.database.begin(session.actor) as connection:
        seen = import_of(connection, ImportId(wanted))
    return show.bare("part_import_state.html", one=seen, polled=True, **WORDS)


@router.post("/imports/{wanted}/open")
def open_content(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    wanted: UUID,
    session: OwnForm,
    parts: Parts,
    show: Show,
    purpose: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
) -> Response:
    """Open recording and transcript for a purpose; the vault writes both knocks down, granted or not."""
    with parts.database.begin(session.actor) as connection:
        seen = import_of(connection, ImportId(wanted))
    try:
        chosen = read_purpose(parts.profile, purpose, case, practice=False)
    except PurposeFault as fault:
        return import_sheet(
            request, session, parts, show, seen.id, fault=fault, asked=("open", purpose, case)
        )
    open_under_purpose(parts.vault, session.actor, seen.recording, chosen)
    return RedirectResponse(f"/imports/{wanted}", status_code=303)


@router.post("/imports/{wanted}/use")
def use(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    wanted: UUID,
    session: OwnForm,
    parts: Parts,
    show: Show,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Open a recording for use whose people were not told (未告知): with a reason, once, as of a call."""
    words = "".join(letter for letter in reason if letter.isprintable() or letter == "\n").strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        return import_sheet(
            request, session, parts, show, ImportId(wanted), fault=ReasonMissing(), reason=reason
        )
    with UnitOfWork(parts.database, parts.announcer, session.actor) as work:
        import_of(work.connection, ImportId(wanted))
        for opened in open_for_use(
            work.connection, ImportId(wanted), by=session.actor.account, at=parts.clock.now(), reason=words
        ):
            work.announce(RecordingSealed(recording=opened))
    return RedirectResponse(f"/imports/{wanted}", status_code=303)


def import_sheet(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    wanted: ImportId,
    *,
    again: bool = False,
    fault: DomainError | None = None,
    asked: tuple[str, str, str] = ("", "", ""),
    reason: str = "",
    known: ImportId | None = None,
) -> HTMLResponse:
    """Show the page of one import; ``known``: where the file that came is already."""
    seen = import_page(parts, session, wanted, again=again)
    return show.show(
        request, session, "import.html", status=fault.http_status if fault else 200,
        **WORDS, one=seen.one, polled=False, call=seen.content, recording=seen.recording, grant=seen.grant,
        transcript=seen.transcript, quotes=seen.quotes, knocks=seen.knocks, holds=seen.holds, marks=[],
        voice=None, purposes=purposes_for(parts.profile, practice=False), fault=fault.code if fault else "",
        asked=asked, reason=reason, known=known,
        file_fault=error_text(fault.code).told if fault else "", limits=parts.profile.imports,
        supervisor=True,
    )  # fmt: skip


def _list(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    *,
    written: dict[str, str],
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    with parts.database.begin(session.actor) as connection:
        found = imports_seen(connection)
        incidents = [one for one in list_incidents(connection, None) if not one.practice]
    departments = [one for one in parts.profile.departments if one.id in session.actor.departments]
    latest = parts.clock.now().astimezone(HERE)
    return show.show(
        request, session, "imports.html", status=422 if faults else 200, **WORDS, imports=found,
        incidents=incidents, departments=departments, press=uuid4(), written=written, faults=faults or {},
        latest=f"{latest:%Y-%m-%dT%H:%M}", limits=parts.profile.imports,
    )  # fmt: skip


def _moment(words: str, now: datetime) -> datetime | None:
    if not _LOCAL.fullmatch(words):
        return None
    try:
        found = datetime.fromisoformat(words).replace(tzinfo=HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if now - OLDEST <= found <= now + timedelta(minutes=5) else None


def _plain(words: str) -> str:
    plain = " ".join("".join(letter for letter in words if letter.isprintable() or letter.isspace()).split())
    return plain if len(plain) <= LONGEST else ""


def _incident(words: str) -> IncidentId | None:
    try:
        return IncidentId(UUID(words)) if words else None
    except ValueError:
        raise WrongInput from None


def _refuse_foreign_incident(connection: Connection, new: NewImport) -> None:
    """A case of this department, which the person sees, and no practised one; or none at all."""
    if new.incident is None:
        return
    row = incident_row(connection, new.incident)
    if row.practice or row.department != new.department:
        raise WrongInput
