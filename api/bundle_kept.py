"""A finished bundle that somebody takes out of the hall or shows in it: may it leave, and who took it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from api.parts import ConsoleParts
from api.sessions import Session
from api.wording import HERE
from core.actors import Purpose
from core.errors import NotFound
from disclosure.decisions import may_leave
from disclosure.desk import read_request
from storage.bundles import BundleRow, KeptBundle, bundle_of
from storage.grants import Grants

RequestInPath = Annotated[UUID, Path()]
BundleInPath = Annotated[UUID, Path()]
BUNDLES = "/disclosures/{request_id}/bundles"


def kept_bundle(
    parts: ConsoleParts, session: Session, request_id: UUID, bundle: UUID
) -> tuple[BundleRow, KeptBundle]:
    """Return a bundle that may leave today.

    Raises:
        NotFound: there is none of this request, none that this person may see, or it is not finished
        RequestStage, NothingToDisclose, ObjectorNotTold, TooEarly: it may not leave (yet)
    """
    with parts.database.begin(session.actor) as connection:
        row = bundle_of(connection, bundle)
        if row.request != request_id or row.kept is None:
            raise NotFound
        asked, _ = read_request(connection, row.request)
    may_leave(asked, parts.clock.now().astimezone(HERE).date())
    return row, row.kept


def note_taken(parts: ConsoleParts, session: Session, row: BundleRow, what: str) -> None:
    """Write down, for each recording in it, that somebody takes a bundle out, before they have it."""
    grants = Grants(parts.database, parts.clock)
    for recording in row.versions:
        detail = {"bundle": str(row.id), "what": what}
        grants.note(session.actor, recording, Purpose.DISCLOSURE, "take-out", detail)
