"""Bundles of a request: asked for, watched, handed out, the password apart; who took one is written down."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from api.bundle_kept import BUNDLES, BundleInPath, RequestInPath, kept_bundle, note_taken
from api.deps import OwnForm, Parts, Show, SignedIn
from api.parts import ConsoleParts
from api.reading.bundles import bundles_seen, versions_to_release
from api.routes.keys import read_press
from api.sessions import Session
from core.errors import NotFound
from core.facts import BundleWanted
from core.ids import BundleId, RequestId
from storage.bundles import ask_for_bundle, bundle_of, not_waited
from storage.record_requests import request_of
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)


@router.get(BUNDLES)
def bundles(
    request: Request, request_id: RequestInPath, session: SignedIn, parts: Parts, show: Show
) -> HTMLResponse:
    """Show the bundles of a request, and how far one is."""
    return _page(request, session, parts, show, RequestId(request_id))


@router.post(BUNDLES)
def ask(
    request_id: RequestInPath, session: OwnForm, parts: Parts, press: Annotated[str, Form()] = ""
) -> Response:
    """Ask for a bundle of the passages as they stand now."""
    wanted, made = RequestId(request_id), BundleId(read_press(press))
    with UnitOfWork(parts.database, parts.announcer, session.actor) as work:
        versions = versions_to_release(work.connection, wanted)
        if ask_for_bundle(work.connection, session.actor, made, wanted, versions, parts.clock.now()):
            work.announce(BundleWanted(bundle=made))
    return RedirectResponse(f"/disclosures/{request_id}/bundles", status_code=303)


@router.post(BUNDLES + "/{bundle}/not-waited")
def do_not_wait(request_id: RequestInPath, bundle: BundleInPath, session: OwnForm, parts: Parts) -> Response:
    """Let a bundle leave that no recogniser has heard: a person decides so, and stands in its row."""
    with parts.database.begin(session.actor) as connection:
        if bundle_of(connection, bundle).request != request_id:
            raise NotFound
        not_waited(connection, session.actor, bundle)
    return RedirectResponse(f"/disclosures/{request_id}/bundles", status_code=303)


@router.post(BUNDLES + "/{bundle}/file")
def hand_out(request_id: RequestInPath, bundle: BundleInPath, session: OwnForm, parts: Parts) -> Response:
    """Hand the encrypted file out; of each recording in it the access log says so before."""
    row, kept = kept_bundle(parts, session, request_id, bundle)
    note_taken(parts, session, row, "file")
    return StreamingResponse(
        parts.bundles.pieces(kept.object_key, kept.size), media_type="application/zip",
        headers={
            "content-disposition": f'attachment; filename="{bundle}.zip"', "content-length": str(kept.size),
        },
    )  # fmt: skip


@router.post(BUNDLES + "/{bundle}/password")
def password(  # noqa: PLR0913, PLR0917  which bundle, and the parts of the console
    request: Request,
    request_id: RequestInPath,
    bundle: BundleInPath,
    session: OwnForm,
    parts: Parts,
    show: Show,
) -> HTMLResponse:
    """Show the password, to be sent another way; the access log says so before."""
    row, kept = kept_bundle(parts, session, request_id, bundle)
    note_taken(parts, session, row, "password")
    return _page(
        request, session, parts, show, row.request, password=parts.numbers.open_name(kept.password), of=bundle
    )


def _page(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Show,
    wanted: RequestId,
    *,
    password: str = "",
    of: UUID | None = None,
) -> HTMLResponse:
    with parts.database.begin(session.actor) as connection:
        asked = request_of(connection, wanted)
        found = bundles_seen(connection, wanted)
    return show.show(
        request, session, "bundles.html", asked=asked, bundles=found, press=uuid4(), password=password, of=of
    )
