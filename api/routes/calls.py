"""The list of calls, and the page of one call: facts first, content only after a purpose is given."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import CallInPath, Office, OwnForm, Parts, Show
from api.errors import DomainError, NotYourRole, WrongInput
from api.opened import open_under_purpose
from api.opening import open_for_use
from api.parts import ConsoleParts
from api.purposes import PurposeFault, purposes_for, read_purpose
from api.reading.boards import board_of_call
from api.reading.callers import number_seen
from api.reading.calls import CallSeen, CallsSeen, Cursor
from api.reading.hall_track import several_on_hall
from api.reading.quotes import QuoteSeen, quote_seen
from api.reading.recordings import history, marks_of, open_grant, recording_seen
from api.reading.rights_of_call import rights_of_call
from api.reading.transcripts import transcript_seen
from api.reading.voice import voice_seen
from api.rendering import Pages
from api.sessions import Session
from api.words_wanted import ask_for_words
from core.actors import Role
from core.errors import NotFound
from core.ids import CallId, DepartmentId, import_of_subject, recording_id_of
from incidents.quotes.hall_parties import on_hall
from storage.holds import holds_of
from transcription.quotes import quotes_in

router = APIRouter(include_in_schema=False)


@router.get("/calls")
def calls(  # noqa: PLR0913, PLR0917  the list's filters
    request: Request,
    session: Office,
    parts: Parts,
    show: Show,
    before: str = "",
    department: str = "",
    mine: bool = False,
) -> HTMLResponse:
    """Show calls, newest first."""
    chosen = DepartmentId(department) if department in session.actor.departments else None
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers)
        found, following = seen.newest(below=Cursor.read(before), department=chosen, mine=mine)
    departments = [one for one in parts.profile.departments if one.id in session.actor.departments]
    return show.show(
        request, session, "calls.html",
        calls=found, following=following, first=not before, departments=departments, chosen=chosen, mine=mine,
    )  # fmt: skip


@router.get("/calls/{call}")
def call(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request, call: CallInPath, session: Office, parts: Parts, show: Show, again: bool = False
) -> Response:
    """Show one call; ``again`` asks for a purpose anew, though the call is open."""
    if (file := import_of_subject(call)) is not None:
        return RedirectResponse(f"/imports/{file}", status_code=303)
    return _page(request, session, parts, show, CallId(call), again=again)


@router.get("/calls/{call}/state")
def state(call: CallInPath, session: Office, parts: Parts, show: Show, known: str = "") -> HTMLResponse:
    """Return the part that says where the recording stands, and whether the page is out of date."""
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
        recording = recording_seen(connection, seen.recording) if seen.recording else None
    version = _version(seen, listening=recording is not None and recording.listening)
    return show.bare(
        "part_call_state.html", call=seen, version=version, changed=bool(known) and known != version
    )


@router.post("/calls/{call}/open")
def open_content(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    show: Show,
    purpose: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
) -> Response:
    """Open recording and transcript for a purpose; the vault writes both knocks down, granted or not."""
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
    try:
        chosen = read_purpose(parts.profile, purpose, case, practice=seen.practice)
    except PurposeFault as fault:
        return _page(request, session, parts, show, seen.id, fault=fault, asked=("open", purpose, case))
    if not seen.content:
        # The recording is not even theirs to see; that they wanted it is written down all the same.
        parts.vault.read_transcript_grant(session.actor, recording_id_of(seen.id), chosen)
    open_under_purpose(parts.vault, session.actor, seen.recording, chosen)
    return RedirectResponse(f"/calls/{seen.id}", status_code=303)


@router.post("/calls/{call}/words")
def ask_for_transcription(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    show: Show,
    purpose: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
) -> Response:
    """Ask for the words of a call that does not become text by itself: a supervisor, for a purpose."""
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
    if not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    if seen.recording is None or seen.buffered:
        raise NotFound
    try:
        chosen = read_purpose(parts.profile, purpose, case, practice=seen.practice)
    except PurposeFault as fault:
        return _page(request, session, parts, show, seen.id, fault=fault, asked=("words", purpose, case))
    ask_for_words(parts, session.actor, seen.recording, chosen)
    return RedirectResponse(f"/calls/{seen.id}", status_code=303)


@router.post("/calls/{call}/use")
def open_call_for_use(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    show: Show,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Open an unannounced call (未告知) for use: a supervisor, with a reason, once."""
    try:
        open_for_use(parts, session.actor, CallId(call), reason)
    except WrongInput as fault:
        return _page(request, session, parts, show, CallId(call), fault=fault, reason=reason)
    return RedirectResponse(f"/calls/{call}", status_code=303)


def _page(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    call: CallId,
    *,
    fault: DomainError | None = None,
    reason: str = "",
    again: bool = False,
    asked: tuple[str, str, str] = ("", "", ""),
) -> HTMLResponse:
    actor, now = session.actor, parts.clock.now()
    with parts.database.begin(actor) as connection:
        seen = CallsSeen(connection, actor, parts.numbers).one(call)
        recording = recording_seen(connection, seen.recording) if seen.recording else None
        grant = transcript = voice = None
        quotes: list[QuoteSeen] = []
        if recording and not again:
            grant = open_grant(
                connection,
                actor.account,
                recording.id,
                since=session.created_at,
                now=now,
                session=session.id_hash,
            )
        if recording and grant:
            several = several_on_hall(connection, call, recording.started_at)
            there = on_hall(connection, call, recording.started_at)
            transcript = transcript_seen(
                connection,
                recording.id,
                connected_after=recording.seconds_to(seen.connected_at),
                several=several,
            )
            voice = voice_seen(connection, recording.id)
            quotes = [
                quote_seen(
                    one, account=actor.account, purpose=parts.profile.purpose_name(one.purpose.id),
                    call=call, arrived_at=seen.arrived_at, practice=seen.practice,
                    connected_after=recording.seconds_to(seen.connected_at), there=there,
                )
                for one in quotes_in(connection, recording.id)
            ]  # fmt: skip
        marks = marks_of(connection, call, recording.started_at) if recording else []
        # Whoever opened what is not theirs looks at it, and decides nothing about it.
        supervisor = actor.has(Role.SUPERVISOR) and not seen.urgent
        holds = holds_of(connection, recording.id) if recording and supervisor else []
        knocks = history(connection, recording.id) if recording and supervisor else None
        number = None if seen.urgent else number_seen(connection, actor, seen, parts.numbers, now)
        board = board_of_call(connection, actor, seen, parts.profile)
    with parts.database.begin(actor) as connection:
        lent = rights_of_call(connection, actor, seen, parts.profile.rights)
    return show.show(
        request, session, "call.html",
        status=fault.http_status if fault else 200,
        call=seen,
        recording=recording,
        grant=grant,
        transcript=transcript,
        voice=voice,
        quotes=quotes,
        marks=marks,
        knocks=knocks,
        holds=holds,
        number=number,
        incidents=board.incidents,
        board=board,
        board_press=uuid4(),
        incident_press=uuid4(),
        opens_incident=not seen.urgent and seen.department in actor.departments,
        purposes=purposes_for(parts.profile, practice=seen.practice),
        version=_version(seen, listening=recording is not None and recording.listening),
        supervisor=supervisor,
        urgent_until=lent.urgent_until,
        around_marks=lent.around_marks,
        restriction=lent.restriction,
        changed=False,
        fault=fault.code if fault else "",
        asked=asked,
        reason=reason,
    )  # fmt: skip


def _version(call: CallSeen, *, listening: bool) -> str:
    ended, opened = call.ended_at is not None, call.opened_at is not None
    return f"{call.recording_state}-{call.words_reason}-{int(ended)}{int(opened)}{int(listening)}{call.marks}"
