"""Steps of the editor: a passage left out, its ground, shown again, an offer declined, a step taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Response
from fastapi.responses import JSONResponse

from api.call_form import cut
from api.deps import OwnForm, Parts
from api.errors import WrongInput
from api.parts import ConsoleParts
from api.reading.redactions import work_told
from api.redaction_opened import (
    REDACTION,
    Milliseconds,
    Opened,
    RecordingInPath,
    RequestInPath,
    grounds_for,
    must_be_open,
    snapped,
)
from api.routes.keys import read_press
from api.sessions import Session
from disclosure.redaction import work_events as on
from disclosure.redaction.editing import edit
from disclosure.redaction.work import NoSuchPassage, last_of
from transcription.utterance import Span, Track

router = APIRouter(include_in_schema=False)
LONGEST_NOTE = 200


@router.post(REDACTION + "/mask")
def leave_out(  # noqa: PLR0913, PLR0917  a passage, why it is left out, and where
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    seen: Milliseconds,
    track: Annotated[Track, Form()],
    start: Milliseconds,
    end: Milliseconds,
    ground: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    offer: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Leave a passage out: from the pause before it to the one after it, on this side."""
    opened = must_be_open(parts, session, request_id, recording)
    if track not in opened.tracks or end <= start or start / 1000 >= opened.kept.seconds:
        raise WrongInput
    master = parts.vault.continue_play(session.actor, opened.grant.id, "master")
    span = snapped(master, track, Span(start=start / 1000, end=end / 1000), opened.kept.seconds)
    pressed = read_press(press)
    why = _ground(parts, session, opened, ground)
    event = on.Masked(
        at=parts.clock.now(), by=session.actor.account, mask=pressed, track=track, start=span.start,
        end=span.end, ground=why, note=cut(note, LONGEST_NOTE), offer=offer,
    )  # fmt: skip
    return _edited(parts, session, opened, seen, pressed, lambda _: event)


@router.post(REDACTION + "/ground")
def say_why(  # noqa: PLR0913, PLR0917  which passage, why it is left out, and where
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    seen: Milliseconds,
    passage: Annotated[UUID, Form()],
    ground: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Say why a passage is left out."""
    opened = must_be_open(parts, session, request_id, recording)
    why = _ground(parts, session, opened, ground)
    event = on.Grounded(
        at=parts.clock.now(), by=session.actor.account, mask=passage, ground=why, note=cut(note, LONGEST_NOTE)
    )  # fmt: skip
    return _edited(parts, session, opened, seen, read_press(press), lambda _: event)


@router.post(REDACTION + "/unmask")
def show_again(  # noqa: PLR0913, PLR0917  which passage of which recording, and what was seen
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    seen: Milliseconds,
    passage: Annotated[UUID, Form()],
) -> Response:
    """Do not leave a passage out after all."""
    opened = must_be_open(parts, session, request_id, recording)
    event = on.Unmasked(at=parts.clock.now(), by=session.actor.account, mask=passage)
    return _edited(parts, session, opened, seen, read_press(press), lambda _: event)


@router.post(REDACTION + "/decline")
def decline(  # noqa: PLR0913, PLR0917  which offer of which recording, and what was seen
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    seen: Milliseconds,
    offer: Annotated[str, Form(min_length=1, max_length=100)],
) -> Response:
    """Decline an offer: it is not shown again."""
    opened = must_be_open(parts, session, request_id, recording)
    event = on.Declined(at=parts.clock.now(), by=session.actor.account, offer=offer)
    return _edited(parts, session, opened, seen, read_press(press), lambda _: event)


@router.post(REDACTION + "/undo")
def undo(  # noqa: PLR0913, PLR0917  which recording, and what was seen of it
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    seen: Milliseconds,
) -> Response:
    """Take back one's own last step."""
    opened = must_be_open(parts, session, request_id, recording)

    def taken_back(events: list[on.WorkEvent]) -> on.WorkEvent:
        number = last_of(events, session.actor.account)
        if number is None:
            raise NoSuchPassage
        return on.Undone(at=parts.clock.now(), by=session.actor.account, number=number)

    return _edited(parts, session, opened, seen, read_press(press), taken_back)


def _ground(parts: ConsoleParts, session: Session, opened: Opened, ground: str) -> str:
    with parts.database.begin(session.actor) as connection:
        known = {one.id for one in grounds_for(connection, parts, opened.place.request)}
    if ground and ground not in known:
        raise WrongInput
    return ground


def _edited(  # noqa: PLR0913, PLR0917  who does what where, having seen what
    parts: ConsoleParts,
    session: Session,
    opened: Opened,
    seen: int,
    press: UUID,
    make: Callable[[list[on.WorkEvent]], on.WorkEvent],
) -> Response:
    with parts.database.begin(session.actor) as connection:
        work = edit(connection, opened.place, seen, make, press)
    return JSONResponse(work_told(work))
