"""Third persons of a request (第86条) before they are asked: who they are, which passages are theirs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import RedirectResponse

from api.deps import OwnForm, Parts
from api.disclosure_people import sealed_person
from api.errors import WrongInput
from api.reading.third_persons import third_person_names
from api.redaction_opened import REDACTION, Milliseconds
from api.routes.keys import read_press
from api.routes.redaction_steps import AtDesk
from core.errors import NotFound
from core.ids import RequestId
from disclosure.desk import read_request
from disclosure.redaction import work_events as on
from disclosure.refusals import RequestStage
from disclosure.request import Stage
from storage.disclosures import add_person
from transcription.utterance import Track

router = APIRouter(include_in_schema=False)


@router.post("/disclosures/{request_id}/people")
def write_down(  # noqa: PLR0913, PLR0917  who it is
    request_id: Annotated[UUID, Path()],
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    name: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "",
) -> Response:
    """Write a third person down, so that passages can be marked as theirs before they are asked."""
    if parts.profile.disclosure is None:
        raise NotFound
    if not name.strip():
        raise WrongInput
    wanted = RequestId(request_id)
    person = sealed_person(parts, read_press(press), "third-person", name, address)
    with parts.database.begin(session.actor) as connection:
        if read_request(connection, wanted)[0].stage is Stage.CLOSED:
            raise RequestStage
        add_person(connection, wanted, person, at=parts.clock.now(), by=session.actor.account)
    return RedirectResponse(f"/disclosures/{request_id}#people-title", status_code=303)


@router.post(REDACTION + "/about")
def mark(
    at: AtDesk,
    track: Annotated[Track, Form()],
    start: Milliseconds,
    end: Milliseconds,
    person: Annotated[UUID, Form()],
) -> Response:
    """Mark a passage as one about a third person of this request."""
    if track not in at.opened.tracks or end <= start:
        raise WrongInput
    with at.parts.database.begin(at.session.actor) as connection:
        known = dict(third_person_names(connection, at.parts, at.opened.place.request))
    if str(person) not in known:
        raise WrongInput
    event = on.AboutOther(
        at=at.now(), by=at.by, about=at.press, track=track, start=start / 1000, end=end / 1000, person=person
    )  # fmt: skip
    return at.take(lambda _: event)


@router.post(REDACTION + "/not-about")
def unmark(at: AtDesk, passage: Annotated[UUID, Form()]) -> Response:
    """Take such a mark off."""
    event = on.NotAboutOther(at=at.now(), by=at.by, about=passage)
    return at.take(lambda _: event)
