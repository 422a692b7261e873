"""警告と対応の中止: words to read aloud are always open; ending is judged first, then spoken by a person.

Nothing here ends a call, and nothing is asked of who puts the handset down. What was said is written down as
it was said, judged or not; only the machine's own voice waits for the judgement.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from api.deps import CallInPath, Office, OwnForm, Parts, Show
from api.errors import NotYourRole, WrongInput
from api.order_texts import result_text
from api.parts import ConsoleParts
from api.reading.boards import board_of_call
from api.reading.calls import CallSeen, CallsSeen
from api.routes.keys import CallOver, read_press
from api.sessions import Session
from core.actors import Role
from core.ids import CallId
from core.profile.supervision import Wording, WordingKind
from storage.call_orders import PlacedOrder, place_order
from storage.ending_rule import EndingStep, may_take
from storage.endings import LONGEST, EndingNote, NotJudged, judgement_of, note_step, steps_of, talks_in
from telephony.call.orders import OrderKind

router = APIRouter(include_in_schema=False)

SUPERVISORS_OWN = frozenset({EndingStep.CONFIRMED, EndingStep.WENT_ON})
STEP_NAMES = {
    EndingStep.WARNED: "警告の言葉を伝えました",
    EndingStep.ASKED: "対応を中止するかの判断を求めました",
    EndingStep.CONFIRMED: "対応の中止を認めました",
    EndingStep.WENT_ON: "対応を続けると判断しました",
    EndingStep.SPOKEN: "対応の中止の言葉を伝えました",
    EndingStep.REASON: "電話を終えた理由",
}


@router.get("/calls/{call}/ending")
def page(request: Request, call: CallInPath, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the words, where the judgement stands, and what was done so far."""
    return show.show(request, session, "ending.html", **_all(session, parts, CallId(call)))


@router.get("/calls/{call}/ending/state")
def state(call: CallInPath, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Return the part of that page that changes."""
    return show.bare("part_ending.html", **_all(session, parts, CallId(call)))


@router.post("/calls/{call}/ending")
def step(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    taken: Annotated[str, Form(alias="step")] = "",
    wording: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Write down a step that a person took."""
    if taken not in set(EndingStep):
        raise WrongInput
    wanted = EndingStep(taken)
    if wanted in SUPERVISORS_OWN and not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    said = "".join(letter for letter in words if letter.isprintable() or letter == "\n").strip()
    if len(said) > LONGEST or (wanted is EndingStep.REASON and not said):
        raise WrongInput
    if wording and _wording(parts, wording) is None:
        raise WrongInput
    with parts.database.begin(session.actor) as connection:
        seen = _seen(connection, session, parts, CallId(call))
        # Whose own call it is says that it goes on; all else is judged in the department of its line.
        own_word = wanted is EndingStep.WENT_ON and talks_in(connection, seen.id)
        judges = wanted in SUPERVISORS_OWN and not own_word
        if judges and seen.department not in session.actor.departments:
            raise NotYourRole
        note_step(
            connection,
            EndingNote(
                id=read_press(press), call=seen.id, step=wanted, by=session.actor.account,
                at=parts.clock.now(), wording=wording or None, words=said,
            ),
            parts.profile.ending,
        )  # fmt: skip
    return RedirectResponse(f"/calls/{call}/ending", status_code=303)


@router.post("/calls/{call}/say")
def say(
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    wording: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Have words of the profile played into the call, where the city allows it; an ending once judged."""
    chosen = _wording(parts, wording)
    if chosen is None or not chosen.announcement:
        raise WrongInput
    ending = chosen.kind is WordingKind.ENDING
    now, order = parts.clock.now(), read_press(press)
    with parts.database.begin(session.actor) as connection:
        seen = _seen(connection, session, parts, CallId(call))
        if seen.ended_at is not None:
            raise CallOver
        judgement = judgement_of(connection, seen.id, parts.profile.ending)
        if ending and not judgement.judged:
            raise NotJudged
        place_order(
            connection,
            PlacedOrder(
                id=order, call=seen.id, kind=OrderKind.SAY.value, at=now, by=session.actor.account,
                body={"announcement": chosen.announcement},
            ),
        )  # fmt: skip
        taken = EndingStep.SPOKEN if ending else EndingStep.WARNED
        note = EndingNote(
            id=order, call=seen.id, step=taken, by=session.actor.account, at=now,
            wording=chosen.id, words=f"音声：{result_text('say', None)}",
        )  # fmt: skip
        note_step(connection, note, parts.profile.ending)
    return RedirectResponse(f"/calls/{call}/ending", status_code=303)


def _wording(parts: ConsoleParts, wording: str) -> Wording | None:
    return next((one for one in parts.profile.wordings if one.id == wording), None)


def _seen(connection: Connection, session: Session, parts: ConsoleParts, call: CallId) -> CallSeen:
    if not (session.actor.has(Role.OPERATOR) or session.actor.has(Role.SUPERVISOR)):
        raise NotYourRole
    return CallsSeen(connection, session.actor, parts.numbers).one(call)


def _all(session: Session, parts: ConsoleParts, call: CallId) -> dict[str, Any]:
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(call)
        steps = steps_of(connection, [call]).get(call, [])
        talks = talks_in(connection, call)
        judgement = judgement_of(connection, call, parts.profile.ending)
        board = board_of_call(connection, session.actor, seen, parts.profile)
    wordings = parts.profile.wordings
    return {
        "call": seen,
        "steps": steps,
        "step_names": STEP_NAMES,
        "judgement": judgement,
        "board": board,
        "board_press": uuid4(),
        "warnings": [one for one in wordings if one.kind is WordingKind.WARNING],
        "endings": [one for one in wordings if one.kind is WordingKind.ENDING],
        "texts": {one.id: one.text for one in wordings},
        "types": {one.code: one.name for one in parts.profile.harassment_types},
        "supervisor": session.actor.has(Role.SUPERVISOR),
        "may_confirm": may_take(EndingStep.CONFIRMED, talks=talks),
    }
