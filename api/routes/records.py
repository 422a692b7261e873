"""情報開示: requests, the facts that are looked for under one, and the recordings that were accepted for it.

No page here shows a number or a word, except the one of a recording that was accepted and opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.call_form import cut
from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import WrongInput
from api.facts_form import FactsForm, Written, facts_wanted, to_be_held
from api.opened import open_under_purpose
from api.parts import ConsoleParts
from api.reading.recordings import open_grant, recording_seen
from api.reading.transcripts import transcript_seen
from api.rendering import Pages
from api.routes.keys import read_press
from api.sessions import Session
from api.wording import HERE
from core.actors import Purpose
from core.errors import NotFound
from core.ids import RecordingId, RequestId
from storage.disclosures import is_led
from storage.record_requests import colleagues_on_calls, request_of, requests_of
from storage.request_desk import RecordRequests
from storage.request_facts import AT_MOST, FactsOfCall, accepted_of
from storage.request_found import Found, Said, found_of, leave_out
from storage.request_holds import wishes_of

router = APIRouter(include_in_schema=False)

LONGEST_NUMBER = 40
LONGEST_REASON = 200
RequestInPath = Annotated[UUID, Path()]


@router.get("/records")
def records(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the office's requests, and the form for another one."""
    return _list(request, session, parts, show)


@router.post("/records")
def open_request(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    number: Annotated[str, Form()] = "",
    press: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Open a request under the city's own number of it."""
    plain = " ".join(number.split())
    if not plain.isprintable() or len(plain) > LONGEST_NUMBER or not any(map(str.isdecimal, plain)):
        return _list(request, session, parts, show, written=number)
    made = RequestId(press or uuid4())
    RecordRequests(parts.database, parts.clock).open(session.actor, made, plain)
    return RedirectResponse(f"/records/{made}", status_code=303)


@router.get("/records/{request_id}")
def one(
    request: Request, request_id: RequestInPath, session: SignedIn, parts: Parts, show: Show
) -> HTMLResponse:
    """Show one request: the form for facts, and what was accepted for it."""
    return _page(request, session, parts, show, RequestId(request_id))


@router.post("/records/{request_id}/facts")
def look(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    request_id: RequestInPath,
    session: OwnForm,
    parts: Parts,
    show: Show,
    written: Written,
) -> HTMLResponse:
    """Look for facts. The answer stands in this page alone: no address holds what was looked for."""
    faults, wanted = facts_wanted(parts, written)
    found: list[FactsOfCall] | None = None
    if wanted is not None:
        found = RecordRequests(parts.database, parts.clock).look(session.actor, RequestId(request_id), wanted)
    return _page(
        request, session, parts, show, RequestId(request_id), faults=faults, written=written, found=found
    )


@router.post("/records/{request_id}/hold")
def hold(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    request_id: RequestInPath,
    session: OwnForm,
    parts: Parts,
    show: Show,
    written: Written,
) -> Response:
    """Hold whatever the form means, found or still to come, so that nothing of it dies meanwhile."""
    faults, wanted = to_be_held(parts, written)
    if wanted is None:
        return _page(
            request, session, parts, show, RequestId(request_id), faults=faults, written=written
        )  # fmt: skip
    RecordRequests(parts.database, parts.clock).hold(session.actor, RequestId(request_id), wanted)
    return RedirectResponse(f"/records/{request_id}#held", status_code=303)


@router.post("/records/{request_id}/leave-out")
def leave_out_recording(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request_id: RequestInPath,
    session: OwnForm,
    parts: Parts,
    recording: Annotated[UUID | None, Form()] = None,
    press: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Say that a recording does not belong to the request, and why."""
    words = cut(reason, LONGEST_REASON)
    if recording is None or not words:
        raise WrongInput
    wanted, now = RequestId(request_id), parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        leave_out(
            connection, session.actor, wanted, RecordingId(recording), read_press(press), words, now
        )  # fmt: skip
    return RedirectResponse(f"/records/{request_id}#left-out", status_code=303)


@router.post("/records/{request_id}/accept")
def accept(
    request_id: RequestInPath,
    session: OwnForm,
    parts: Parts,
    recording: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Take a recording as belonging to the request."""
    if recording is None:
        raise WrongInput
    RecordRequests(parts.database, parts.clock).accept(
        session.actor, RequestId(request_id), RecordingId(recording)
    )
    return RedirectResponse(f"/records/{request_id}#accepted", status_code=303)


@router.post("/records/{request_id}/close")
def close(request_id: RequestInPath, session: OwnForm, parts: Parts) -> Response:
    """Close the request: what was accepted opens no more."""
    RecordRequests(parts.database, parts.clock).close(session.actor, RequestId(request_id))
    return RedirectResponse(f"/records/{request_id}", status_code=303)


@router.post("/records/{request_id}/open")
def open_content(
    request_id: RequestInPath,
    session: OwnForm,
    parts: Parts,
    recording: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Open sound and text of an accepted recording; the vault writes both knocks down, granted or not."""
    if recording is None:
        raise WrongInput
    open_under_purpose(parts.vault, session.actor, RecordingId(recording), Purpose.DISCLOSURE)
    return RedirectResponse(f"/records/{request_id}/{recording}", status_code=303)


@router.get("/records/{request_id}/{recording}")
def content(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request,
    request_id: RequestInPath,
    recording: Annotated[UUID, Path()],
    session: SignedIn,
    parts: Parts,
    show: Show,
) -> HTMLResponse:
    """Show an accepted recording: closed, until this person opens it in this very session."""
    with parts.database.begin(session.actor) as connection:
        asked = request_of(connection, RequestId(request_id))
        facts = next((one for one in accepted_of(connection, asked.id) if one.recording == recording), None)
        kept = recording_seen(connection, RecordingId(recording))
        if facts is None or kept is None:
            raise NotFound
        grant = open_grant(
            connection, session.actor.account, kept.id, since=session.created_at, now=parts.clock.now(),
            session=session.id_hash,
        )  # fmt: skip
        transcript = transcript_seen(
            connection, kept.id, connected_after=kept.seconds_to(facts.connected_at)
        ) if grant else None  # fmt: skip
    return show.show(
        request, session, "record_content.html",
        asked=asked, facts=facts, recording=kept, grant=grant, transcript=transcript,
    )  # fmt: skip


def _list(
    request: Request, session: Session, parts: ConsoleParts, show: Pages, *, written: str | None = None
) -> HTMLResponse:
    with parts.database.begin(session.actor) as connection:
        found = requests_of(connection)
    return show.show(
        request, session, "records.html", status=200 if written is None else 422,
        requests=found, fault=written is not None, written=written or "", press=uuid4(),
    )  # fmt: skip


def _page(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    wanted: RequestId,
    *,
    faults: dict[str, str] | None = None,
    written: FactsForm | None = None,
    found: list[FactsOfCall] | None = None,
) -> HTMLResponse:
    with parts.database.begin(session.actor) as connection:
        asked = request_of(connection, wanted)
        accepted = accepted_of(connection, wanted)
        known = found_of(connection, wanted)
        wishes = wishes_of(connection, wanted)
        led = is_led(connection, wanted)
        colleagues = colleagues_on_calls(connection)
    today = parts.clock.now().astimezone(HERE).date()
    said = {one.facts.recording: one for one in known}
    shown = {one.recording for one in found or ()}
    return show.show(
        request, session, "record_request.html", status=422 if faults else 200,
        asked=asked, accepted=[one for one in accepted if _belongs(said, one)], said=said, led=led,
        waiting=[one.facts for one in known if one.said is Said.OPEN and one.facts.recording not in shown],
        left_out=[one for one in known if one.said is Said.LEFT_OUT], wishes=wishes, faults=faults or {},
        colleagues=colleagues, written=written or FactsForm.of_days(today, 30),
        found=found, at_most=AT_MOST, press=uuid4,
        lines=[one for one in parts.profile.lines if one.department in session.actor.departments],
    )  # fmt: skip


def _belongs(said: Mapping[RecordingId | None, Found], one: FactsOfCall) -> bool:
    known = said.get(one.recording)
    return known is None or known.said is not Said.LEFT_OUT
