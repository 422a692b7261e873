"""What is done beside a call: notes, clocks, measures, outcome, promises, claims. Each form has an id.

A helper may do all of it that is not about the own call: rights stand in the database, row by row.
"""

# ruff: noqa: FAST003  the call in the address is read by CallForm
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from api.call_form import OnCall, answer, cut
from api.deps import OwnForm, Parts
from api.errors import WrongInput
from api.routes.console import CLOCK_NAMES
from api.routes.keys import CallOver, read_press
from api.wording import HERE, clock_time, day_time
from core.errors import AccessDenied, NotFound
from storage.call_claims import CallClaims
from storage.call_clocks import Clock, ClockKind, ClockTimes, start_clock, stop_clock, times_of
from storage.call_measures import switch_measures
from storage.call_notes import LONGEST as LONGEST_NOTE
from storage.call_notes import save_note
from storage.help_requests import cancel_help
from storage.promises import LONGEST_WHAT, LONGEST_WHO, NewPromise, keep_promise, make_promise
from storage.text_cards import mark_seen
from storage.wrap_ups import LONGEST as LONGEST_MEMO
from storage.wrap_ups import WrapUp, save_wrap_up

router = APIRouter(include_in_schema=False)
FARTHEST = timedelta(days=3660)
"""No promise is due farther away than that; such a date is a slip of the keys."""


@router.post("/calls/{call}/notes")
def note(
    form: OnCall, words: Annotated[str, Form(alias="text")] = "", note: Annotated[str, Form()] = ""
) -> Response:
    """Save a note as it stands now. The same id again is the same note."""
    plain = cut(words, LONGEST_NOTE)
    form.seen()
    with form.writing() as connection:
        if plain and not save_note(connection, read_press(note), form.call, plain, form.now(), form.by):
            raise AccessDenied
    return form.answer("保存しました。")


@router.post("/calls/{call}/clocks")
def clock(
    form: OnCall,
    kind: Annotated[str, Form()] = "",
    minutes: Annotated[int, Form()] = 0,
    press: Annotated[str, Form()] = "",
) -> Response:
    """Start a clock. It calls people to judge; it ends nothing."""
    now = form.now()
    try:
        chosen = ClockKind(kind)
        times = times_of(chosen, minutes, now, form.parts.profile.clocks)
    except ValueError:
        raise WrongInput from None
    if form.seen().ended_at is not None:
        raise CallOver
    with form.writing() as connection:
        running = start_clock(connection, read_press(press), form.call, chosen, times, now, form.by)
    return form.answer("時計を始めました。" if running is None else _running_in_words(running, times))


def _running_in_words(running: Clock, wanted: ClockTimes) -> str:
    """Say since when a clock runs: a second press finds what the first one wanted, and that is no fault."""
    since = f"{clock_time(running.started_at)}から動いています。"
    if running.kind is not ClockKind.AGREED:
        return f"{CLOCK_NAMES[running.kind]}の時計は、{since}"
    said = f"{CLOCK_NAMES[running.kind]}（{running.minutes}分）の時計は、{since}"
    if wanted.minutes == running.minutes:
        return said
    return f"{said}{wanted.minutes}分にするときは、先に止めてください。"


@router.post("/calls/{call}/clocks/{clock}/stop")
def stop(form: OnCall, clock: UUID) -> Response:
    """Stop a clock."""
    form.seen()
    with form.writing() as connection:
        if not stop_clock(connection, clock, form.call, form.now(), form.by):
            raise NotFound
    return form.answer("時計を止めました。")


@router.post("/calls/{call}/measures")
def measures(
    form: OnCall, measure: Annotated[list[str] | None, Form()] = None, press: Annotated[str, Form()] = ""
) -> Response:
    """Switch 配慮中 on or off: what the hall does, by the city's own list."""
    chosen = set(measure or [])
    if chosen - {one.id for one in form.parts.profile.measures}:
        raise WrongInput
    form.seen()
    with form.writing() as connection:
        switch_measures(connection, read_press(press), form.call, sorted(chosen), form.now(), form.by)
    return form.answer("配慮中にしました。" if chosen else "配慮中を終えました。")


@router.post("/calls/{call}/wrap-up")
def wrap_up(
    form: OnCall,
    outcome: Annotated[str, Form()] = "",
    memo: Annotated[str, Form()] = "",
    answered: Annotated[str, Form()] = "",
) -> Response:
    """Write how the call came out: whose own it was, and the supervisors, may."""
    if outcome not in {one.id for one in form.parts.profile.outcomes}:
        raise WrongInput
    seen = form.seen()
    if not (seen.content or seen.own):
        raise AccessDenied
    written = WrapUp(
        outcome=outcome,
        memo=cut(memo, LONGEST_MEMO),
        answer=cut(answered, LONGEST_MEMO),
        at=form.now(),
        name="",
    )
    with form.writing() as connection:
        save_wrap_up(connection, form.call, written, form.by)
    return answer(form.request, "結果を保存しました。")


@router.post("/calls/{call}/promises")
def promise(
    form: OnCall,
    what: Annotated[str, Form()] = "",
    who: Annotated[str, Form()] = "",
    due: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> Response:
    """Write down what was promised: who of ours calls back, about what, by when."""
    try:
        due_at = datetime.fromisoformat(due).replace(tzinfo=HERE)
    except ValueError:
        raise WrongInput from None
    about, by = cut(what, LONGEST_WHAT), cut(who, LONGEST_WHO)
    # A year that PostgreSQL keeps and Python cannot read would close the whole department's register.
    if not about or not by or abs(due_at - form.now()) > FARTHEST:
        raise WrongInput
    if form.seen().department not in form.session.actor.departments:
        raise AccessDenied  # a promise is the department's to keep, so its own people make it
    new = NewPromise(
        id=read_press(press), call=form.call, what=about, who=by, due_at=due_at, at=form.now(), by=form.by
    )
    with form.writing() as connection:
        make_promise(connection, new)
    return form.answer(f"約束を書きました（{day_time(due_at)}まで）。")


@router.post("/promises/{promise}/kept")
def kept(request: Request, promise: UUID, session: OwnForm, parts: Parts) -> Response:
    """Mark a promise as kept."""
    with parts.database.begin(session.actor) as connection:
        if not keep_promise(connection, promise, parts.clock.now(), session.actor.account):
            raise NotFound
    return answer(request, "済みにしました。", "/promises")


@router.post("/calls/{call}/claim")
def claim(form: OnCall) -> Response:
    """Make a call one's own that was answered where nobody was signed in. Every attempt is logged."""
    CallClaims(form.parts.database).claim(form.session.actor, form.call, form.now())
    return form.answer("あなたの担当にしました。")


@router.post("/calls/{call}/help/{asked}/cancel")
def cancel(form: OnCall, asked: UUID) -> Response:
    """Take a call for help back, within its seconds."""
    form.seen()
    with form.writing() as connection:
        found = cancel_help(connection, asked, form.by, form.now())
    if found is None or found.call != form.call:
        raise NotFound
    if found.cancelled_at is None and found.asked_by not in {None, form.by}:
        raise AccessDenied
    done = found.cancelled_at is not None
    return form.answer("応援を取り消しました。" if done else "応援は、もう取り消せません。")


@router.post("/calls/{call}/cards/{card}/seen")
def seen_card(form: OnCall, card: UUID) -> Response:
    """Say that the operator has read a supervisor's line."""
    form.seen()
    with form.writing() as connection:
        mark_seen(connection, card, form.call, form.session.actor, form.now())
    return form.answer("読んだことを伝えました。")
