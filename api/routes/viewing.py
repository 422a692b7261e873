"""閲覧・聴取: the finished bundle, shown to whoever asked for it on a screen of the hall, and nothing else.

Begun by a press, which the access log keeps. What is played and read comes out of the bundle itself.
"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.bundle_kept import BUNDLES, BundleInPath, RequestInPath, kept_bundle, note_taken
from api.deps import OwnForm, Parts, Show, SignedIn
from api.parts import ConsoleParts
from api.routes.recordings import is_range, wanted_range
from api.sessions import Session
from api.viewing_pass import passes, viewing_pass
from core.errors import AccessDenied, NotFound
from core.ids import RequestId
from disclosure.bundle.inside import Inside
from storage.bundles import KeptBundle
from storage.record_requests import request_of
from telephony.sound.opus import WEBM_MEDIA_TYPE

router = APIRouter(include_in_schema=False)
VIEWING = BUNDLES + "/{bundle}/viewing"


@router.post(VIEWING)
def begin(request_id: RequestInPath, bundle: BundleInPath, session: OwnForm, parts: Parts) -> Response:
    """Begin to show a bundle; the access log says so before."""
    row, _ = kept_bundle(parts, session, request_id, bundle)
    note_taken(parts, session, row, "viewing")
    given = viewing_pass(parts.sign_in_key, session.id_hash, bundle, parts.clock.now())
    return RedirectResponse(f"/disclosures/{request_id}/bundles/{bundle}/viewing/{given}", status_code=303)


@router.get(VIEWING + "/{given}")
def page(  # noqa: PLR0913, PLR0917  which bundle, by which pass, and the parts of the console
    request: Request,
    request_id: RequestInPath,
    bundle: BundleInPath,
    given: str,
    session: SignedIn,
    parts: Parts,
    show: Show,
) -> HTMLResponse:
    """Show what is in the bundle, without anything of the console around it."""
    wanted, kept = _begun(parts, session, request_id, bundle, given)
    with parts.database.begin(session.actor) as connection:
        asked = request_of(connection, wanted)
    with parts.bundles.open(kept.object_key, kept.size) as file:
        inside = Inside(file, parts.numbers.open_name(kept.password))
        sounds, papers = inside.sounds, inside.papers
    shown: HTMLResponse = show.show(
        request, session, "viewing.html", asked=asked, sounds=sounds, papers=papers,
        at=f"/disclosures/{request_id}/bundles/{bundle}/viewing/{given}",
    )  # fmt: skip
    return shown


@router.get(VIEWING + "/{given}/{name}")
def part(  # noqa: PLR0913, PLR0917  which file of which bundle, by which pass
    request: Request,
    request_id: RequestInPath,
    bundle: BundleInPath,
    given: str,
    name: str,
    session: SignedIn,
    parts: Parts,
) -> Response:
    """Give one sound or paper out of the bundle."""
    _, kept = _begun(parts, session, request_id, bundle, given)
    with parts.bundles.open(kept.object_key, kept.size) as file:
        try:
            data = Inside(file, parts.numbers.open_name(kept.password)).read(name)
        except KeyError:
            raise NotFound from None
    if name.endswith(".pdf"):
        return Response(data, media_type="application/pdf", headers={"content-disposition": "inline"})
    asked = request.headers.get("range")
    start, end = wanted_range(asked, len(data))
    headers = {"accept-ranges": "bytes"}
    if is_range(asked):
        headers["content-range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return Response(
        data[start:end],
        media_type=WEBM_MEDIA_TYPE,
        headers=headers,
        status_code=206 if is_range(asked) else 200,
    )


def _begun(
    parts: ConsoleParts, session: Session, request_id: UUID, bundle: UUID, given: str
) -> tuple[RequestId, KeptBundle]:
    row, kept = kept_bundle(parts, session, request_id, bundle)
    if not passes(given, parts.sign_in_key, session.id_hash, bundle, parts.clock.now()):
        raise AccessDenied
    return row.request, kept
