"""Steps of the editor: a passage left out, its ground, shown again, an offer declined, a step taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
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
from core.ids import AccountId
from disclosure.redaction import work_events as on
from disclosure.redaction.editing import edit
from disclosure.redaction.work import NoSuchPassage, last_of
from transcription.utterance import Span, Track

router = APIRouter(include_in_schema=False)
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who takes a step on which recording, having seen which version of its passages."""

    parts: ConsoleParts
    session: Session
    opened: Opened
    seen: int
    press: UUID

    @property
    def by(self) -> AccountId:
        """Who takes the step."""
        return self.session.actor.account

    def now(self) -> datetime:
        """Return when."""
        return self.parts.clock.now()

    def ground(self, written: str) -> str:
        """Return a ground that a request of this kind knows, or none.

        Raises:
            WrongInput: it knows no such ground
        """
        with self.parts.database.begin(self.session.actor) as connection:
            known = {one.id for one in grounds_for(connection, self.parts, self.opened.place.request)}
        if written and written not in known:
            raise WrongInput
        return written

    def take(self, step: Callable[[list[on.WorkEvent]], on.WorkEvent]) -> Response:
        """Take a step, made of those before it, and tell the passages as they then stand."""
        with self.parts.database.begin(self.session.actor) as connection:
            work = edit(connection, self.opened.place, self.seen, step, self.press)
        return JSONResponse(work_told(work))


def desk(  # noqa: PLR0913, PLR0917  which recording, and what was seen of it
    request_id: RequestInPath,
    recording: RecordingInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()],
    seen: Milliseconds,
) -> Desk:
    """Return the desk at which a step is taken.

    Raises:
        NotFound, AccessDenied: as `must_be_open`
    """
    opened = must_be_open(parts, session, request_id, recording)
    return Desk(parts=parts, session=session, opened=opened, seen=seen, press=read_press(press))


AtDesk = Annotated[Desk, Depends(desk)]


@router.post(REDACTION + "/mask")
def leave_out(  # noqa: PLR0913, PLR0917  a passage, and why it is left out
    at: AtDesk,
    track: Annotated[Track, Form()],
    start: Milliseconds,
    end: Milliseconds,
    ground: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    offer: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Leave a passage out: from the pause before it to the one after it, on this side."""
    opened = at.opened
    if track not in opened.tracks or end <= start or start / 1000 >= opened.kept.seconds:
        raise WrongInput
    master = at.parts.vault.continue_play(at.session.actor, opened.grant.id, "master")
    span = snapped(master, track, Span(start=start / 1000, end=end / 1000), opened.kept.seconds)
    event = on.Masked(
        at=at.now(), by=at.by, mask=at.press, track=track, start=span.start, end=span.end,
        ground=at.ground(ground), note=cut(note, LONGEST_NOTE), offer=offer,
    )  # fmt: skip
    return at.take(lambda _: event)


@router.post(REDACTION + "/ground")
def say_why(
    at: AtDesk,
    passage: Annotated[UUID, Form()],
    ground: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Say why a passage is left out."""
    why = at.ground(ground)
    event = on.Grounded(at=at.now(), by=at.by, mask=passage, ground=why, note=cut(note, LONGEST_NOTE))
    return at.take(lambda _: event)


@router.post(REDACTION + "/unmask")
def show_again(at: AtDesk, passage: Annotated[UUID, Form()]) -> Response:
    """Do not leave a passage out after all."""
    event = on.Unmasked(at=at.now(), by=at.by, mask=passage)
    return at.take(lambda _: event)


@router.post(REDACTION + "/decline")
def decline(at: AtDesk, offer: Annotated[str, Form(min_length=1, max_length=100)]) -> Response:
    """Decline an offer: it is not shown again."""
    event = on.Declined(at=at.now(), by=at.by, offer=offer)
    return at.take(lambda _: event)


@router.post(REDACTION + "/undo")
def undo(at: AtDesk) -> Response:
    """Take back one's own last step."""

    def taken_back(events: list[on.WorkEvent]) -> on.WorkEvent:
        number = last_of(events, at.by)
        if number is None:
            raise NoSuchPassage
        return on.Undone(at=at.now(), by=at.by, number=number)

    return at.take(taken_back)
