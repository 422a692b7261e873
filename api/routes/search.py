"""Looking for calls by words that were said: the form, and the page of hits under a stored query."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi import Query as Param
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from api.deps import Office, OwnForm, Parts, Show, office
from api.errors import tell_refusal
from api.parts import ConsoleParts
from api.purposes import PurposeFault, purposes_for, read_purpose
from api.reading.found import NAMES, Asking, Searches, operators
from api.reading.recordings import waiting_for_transcript
from api.rendering import Pages
from api.routes.clips import AnUtterance, clips_of, told
from api.saved_queries import (
    SavedQuery,
    forget_query,
    keep_query,
    kept_queries,
    kept_query,
    load_query,
    save_query,
)
from api.search_form import EMPTY, FIRST_PERIOD, NARROWER, FilledIn, form_of, form_of_kept, read_form
from api.sessions import Session
from api.wording import HERE
from core.errors import NotFound
from core.ids import UtteranceId
from storage.grants import GrantOver
from storage.search_grants import Searched, SearchGrants
from transcription.asked import Tier
from transcription.clips import Words
from transcription.revisions import find_utterance

router = APIRouter(include_in_schema=False)
_LONGEST_NAME = 60


@router.get("/search")
def search_form(
    request: Request, session: Office, parts: Parts, show: Show, kept: UUID | None = None
) -> HTMLResponse:
    """Show the form: the last 30 days, or a search that was kept. No purpose is chosen for anybody."""
    today = parts.clock.now().astimezone(HERE).date()
    filled = {**EMPTY, "since": (today - FIRST_PERIOD).isoformat(), "until": today.isoformat()}
    if kept is not None:
        with parts.database.begin(session.actor) as connection:
            filled = form_of_kept(kept_query(connection, kept, parts.clock.now()), today)
        # Somebody may have changed departments since.
        if filled["department"] not in session.actor.departments:
            filled["department"] = ""
    return _form(request, session, parts, show, filled)


@router.post("/search")
def search(request: Request, session: OwnForm, parts: Parts, show: Show, filled: FilledIn) -> Response:
    """Keep the query and go to its hits: the words never stand in an address."""
    office(session)
    read = read_form(filled, session.actor, parts.profile)
    if read.query is None:
        return _form(
            request, session, parts, show, filled,
            faults=read.faults, status=422, purpose_fault=read.purpose_fault,
        )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        name = save_query(connection, session.actor.account, read.query, parts.clock.now())
    return RedirectResponse(f"/search/{name}", status_code=303)


@router.get("/search/{query}")
def found_calls(  # noqa: PLR0913, PLR0917  the page, and which part of the answer
    request: Request,
    query: UUID,
    session: Office,
    parts: Parts,
    show: Show,
    tier: Tier | None = None,
    below: Annotated[int | None, Param(ge=0, lt=2**63)] = None,
) -> HTMLResponse:
    """Show the hits of a stored query by tier, newest first, together with the call they belong to."""
    wanted = _query(parts, session, query)
    asking = Asking(
        tier=Tier.SPELT if tier is None and below is not None else tier,
        below=None if below is None else UtteranceId(below),
    )
    return _found(request, session, parts, show, query, wanted, asking)


@router.post("/search/{query}/open")
def open_words(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    query: UUID,
    session: OwnForm,
    parts: Parts,
    show: Show,
    purpose: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
) -> Response:
    """Open the words of a search for a purpose that is given now: it is a search of its own from here on."""
    office(session)
    wanted = _query(parts, session, query)
    try:
        chosen = read_purpose(parts.profile, purpose, case, practice=True)
    except PurposeFault as fault:
        return _found(
            request, session, parts, show, query, wanted, Asking(), fault=(fault.code, purpose, case)
        )
    again = replace(wanted, purpose=chosen, session=session.actor.session)
    with parts.database.begin(session.actor) as connection:
        name = save_query(connection, session.actor.account, again, parts.clock.now())
    return RedirectResponse(f"/search/{name}", status_code=303)


@router.post("/search/{query}/clips")
def play_hit(query: UUID, session: OwnForm, parts: Parts, utterance: AnUtterance) -> Response:
    """Give the clip of a hit for the purpose of its search: one play, one grant."""
    office(session)
    wanted = _query(parts, session, query)
    with parts.database.begin(session.actor) as connection:
        found = find_utterance(connection, UtteranceId(utterance))
    if found is None:
        raise NotFound
    # What a hit says is played where it may be read: in this session, while its search holds.
    if found.recording not in _grants(parts).running(session.actor, query).shown:
        raise GrantOver
    words = Words(
        recording=found.recording, revision=found.revision, track=found.said.track, span=found.said.span
    )
    return JSONResponse(told(clips_of(parts).give(session.actor, words, wanted.purpose)), status_code=201)


@router.post("/search/{query}/keep")
def keep(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    query: UUID,
    session: OwnForm,
    parts: Parts,
    show: Show,
    name: Annotated[str, Form()] = "",
) -> Response:
    """Keep a search under a name, for its owner alone."""
    office(session)
    name = "".join(letter if letter.isprintable() else " " for letter in name).strip()
    wanted = _query(parts, session, query)
    if not 0 < len(name) <= _LONGEST_NAME:
        faults = [("name", f"検索条件の名前を、{_LONGEST_NAME}文字までで入れてください。")]
        return _form(request, session, parts, show, form_of(wanted), faults=faults, status=422, query=query)
    with parts.database.begin(session.actor) as connection:
        keep_query(connection, session.actor.account, query, name, parts.clock.now())
    return RedirectResponse("/search#kept-title", status_code=303)


@router.post("/search/kept/{kept}/forget")
def forget(request: Request, kept: UUID, session: OwnForm, parts: Parts) -> Response:
    """Throw a kept search away."""
    office(session)
    with parts.database.begin(session.actor) as connection:
        gone = forget_query(connection, kept)
    if not gone:
        # Thrown away already, or somebody else's: the page looks the same, and it is logged.
        tell_refusal(request, NotFound.code, NotFound.http_status)
    return RedirectResponse("/search#kept-title", status_code=303)


def _found(  # noqa: PLR0913, PLR0917  the page, what was asked, and what was wrong with the purpose
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    query: UUID,
    wanted: SavedQuery,
    asking: Asking,
    fault: tuple[str, str, str] = ("", "", ""),
) -> HTMLResponse:
    """Show what a search finds: its words while the purpose holds, else which calls and how many hits."""
    practice_only = parts.profile.access_terms.practice_only
    searches = Searches(parts.database, parts.numbers, parts.clock, practice_only)
    found = searches.ask(session.actor, wanted, asking)
    searched = Searched(
        id=query, purpose=wanted.purpose, session=wanted.session, hits=found.count,
        departments=session.actor.departments & wanted.departments,
    )  # fmt: skip
    # The words of a call are content: nobody reads them before the knock is written down.
    try:
        until = _grants(parts).show(session.actor, searched, found.recordings).until
    except GrantOver:
        _grants(parts).note_facts(session.actor, searched)
        found, until = found.facts(), None
    with parts.database.begin(session.actor) as connection:
        waiting = waiting_for_transcript(connection, wanted.after, wanted.before)
    return _form(
        request, session, parts, show, form_of(wanted), status=422 if fault[0] else 200,
        found=found, waiting=waiting, query=query, purpose_now=wanted.purpose, first=asking.below is None,
        until=until, asked=fault,
    )  # fmt: skip


def _grants(parts: ConsoleParts) -> SearchGrants:
    return SearchGrants(parts.database, parts.clock, parts.profile.access_terms)


def _query(parts: ConsoleParts, session: Session, query: UUID) -> SavedQuery:
    with parts.database.begin(session.actor) as connection:
        return load_query(connection, query, parts.clock.now())


def _form(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    filled: dict[str, str],
    *,
    faults: list[tuple[str, str]] | None = None,
    status: int = 200,
    **result: object,
) -> HTMLResponse:
    departments = [one for one in parts.profile.departments if one.id in session.actor.departments]
    own = {one.id for one in departments}
    with parts.database.begin(session.actor) as connection:
        kept = kept_queries(connection, parts.clock.now())
        staff = operators(connection, session.actor)
    known: dict[str, object] = {
        "found": None, "waiting": 0, "query": None, "purpose_now": None, "first": True, "tier_names": NAMES,
        "until": None, "asked": ("", "", ""), "purpose_fault": "",
    }  # fmt: skip
    return show.show(
        request, session, "search.html",
        status=status, filled=filled, faults=faults or [], departments=departments,
        lines=[one for one in parts.profile.lines if one.department in own], operators=staff, kept=kept,
        narrowed=any(filled[name] for name in NARROWER),
        purposes=purposes_for(parts.profile, practice=True), **(known | result),
    )  # fmt: skip
