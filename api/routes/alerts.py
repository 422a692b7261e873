"""庁内警報: placed from a call, listed with who saw it, withdrawn with a reason; the 提供台帳.

Nothing here touches the call itself: whoever answers is told what is asked for, and that is all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.alert_texts import FIELDS, REASON_JUDGES, REASON_MISSING, REFUSALS
from api.call_form import OnCall, answer
from api.deps import CallInPath, OwnForm, Parts, Show, SignedIn
from api.parts import ConsoleParts
from api.reading.alerts import facts_of_call
from api.reading.calls import CallsSeen
from api.rendering import Pages
from api.sessions import Session
from api.wording import HERE
from core.errors import NotFound
from core.ids import AccountId, CallId
from core.profile.model import CityProfile
from incidents.alert import AlertTerms, AlertWanted, no_board
from incidents.alert_rule import (
    LONGEST_REASON,
    AlertRefusal,
    end_of_day,
    judge_alert,
    judging_word,
    refusal_of_call,
)
from storage.alerts import (
    NewAlert,
    NewProvision,
    check_withdrawal,
    list_alerts,
    place_alert,
    provision_ledger,
    withdraw_alert,
)

router = APIRouter(include_in_schema=False)
AlertInPath = Annotated[UUID, Path()]
DONE_FOR = timedelta(days=7)


@router.get("/alerts")
def alerts(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the alerts of the supervisor's departments, with who saw them."""
    return _list(request, session, parts, show)


@router.get("/provisions")
def provisions(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the 提供台帳."""
    with parts.database.begin(session.actor) as connection:
        lines = provision_ledger(connection)
    return show.show(request, session, "provisions.html", lines=lines)


@router.get("/calls/{call}/alert")
def ask(request: Request, call: CallInPath, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the form from which an alert is placed."""
    return _form(request, session, parts, show, CallId(call))


@router.post("/calls/{call}/alert")  # noqa: FAST003  the form holds it
def place(  # noqa: PLR0913, PLR0917  the form's fields
    form: OnCall,
    show: Show,
    press: Annotated[UUID, Form()],
    instruction: Annotated[list[str] | None, Form()] = None,
    who: Annotated[str, Form()] = "",
    hour: Annotated[str, Form()] = "",
    agency: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Place a 仮警報, until midnight in Japan at the latest, whatever is asked."""
    parts, now = form.parts, form.now()
    wanted = AlertWanted(
        instructions=tuple(instruction or ()), who_to_call=who, until=alert_until(hour, now),
        agencies=frozenset(agency or ()),
    )  # fmt: skip
    with form.writing() as connection:
        facts = facts_of_call(connection, form.call)
        terms = judge_alert(facts, wanted, parts.profile.alerts, now=now, standing_finding=no_board)
        if isinstance(terms, AlertTerms):
            place_alert(connection, new_alert(press, form.call, form.by, terms, parts.profile, now))
            return RedirectResponse("/alerts", status_code=303)
    return _form(form.request, form.session, parts, show, form.call, wanted=wanted, hour=hour, refused=terms)


@router.post("/alerts/{alert}/withdraw")
def withdraw(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request, alert: AlertInPath, session: OwnForm, parts: Parts, show: Show,
    reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Withdraw an alert with a reason; everybody who saw it is told."""
    said = " ".join(reason.split())
    fault = None
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        fault = REASON_MISSING
    elif judging_word(said, parts.profile.alerts.judging_words):
        fault = REASON_JUDGES
    if fault is not None:
        return _list(request, session, parts, show, fault=(alert, fault, reason))
    with parts.database.begin(session.actor) as connection:
        withdraw_alert(connection, alert, said, session.actor.account, parts.clock.now())
    return RedirectResponse("/alerts", status_code=303)


@router.post("/alerts/{alert}/checked")
def checked(request: Request, alert: AlertInPath, session: OwnForm, parts: Parts) -> Response:
    """Say that one knows of a withdrawal: it leaves the own screen."""
    with parts.database.begin(session.actor) as connection:
        if not check_withdrawal(connection, alert, session.actor.account, parts.clock.now()):
            raise NotFound
    return answer(request, "確かめました。")


def alert_until(hour: str, now: datetime) -> datetime:
    """Read a full hour of this day in Japan; what is none is the end of the day."""
    if hour.isascii() and hour.isdigit() and len(hour) <= 2 and int(hour) < 24:  # noqa: PLR2004  hours of a day
        return now.astimezone(HERE).replace(hour=int(hour), minute=0, second=0, microsecond=0)
    return end_of_day(now)


def new_alert(  # noqa: PLR0913, PLR0917  what an alert is made of
    press: UUID, call: CallId, by: AccountId, terms: AlertTerms, profile: CityProfile, now: datetime
) -> NewAlert:
    """Return the alert that comes of judged terms, with what other 実施機関 are told in words."""
    names = {one.id: one.name for one in profile.alerts.instructions}
    what = (
        f"この番号からの電話について：{'、'.join(names[one] for one in terms.instructions)}"
        f"（連絡先：{terms.who_to_call}、{terms.until.astimezone(HERE):%Y-%m-%d %H:%M}まで）"
    )
    return NewAlert(
        id=press, call=call, instructions=terms.instructions, who_to_call=terms.who_to_call,
        until=terms.until, at=now, by=by,
        provisions=tuple(
            NewProvision(to_agency=one.agency, basis=one.basis, what=what) for one in terms.provisions
        ),
    )  # fmt: skip


def _form(  # noqa: PLR0913  the page and what was written
    request: Request, session: Session, parts: ConsoleParts, show: Pages, call: CallId, *,
    wanted: AlertWanted | None = None, hour: str = "", refused: AlertRefusal | None = None,
) -> HTMLResponse:  # fmt: skip
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        facts = facts_of_call(connection, call)
        seen = CallsSeen(connection, session.actor, parts.numbers).one(call)
    rules = parts.profile.alerts
    grounds = {one.to: one.basis for one in rules.grounds if one.agency == facts.agency}
    whole = refusal_of_call(facts)
    field = FIELDS.get(refused, "") if refused else ""
    words: dict[str, Any] = {
        "call": seen,
        "never": REFUSALS[whole] if whole else "",
        "fault": REFUSALS[refused] if refused and refused is not whole else "",
        "field": field,
        "wanted": wanted,
        "hour": hour,
        "hours": range(now.astimezone(HERE).hour + 1, 24),
        "reached": [(one, grounds[one.id]) for one in parts.profile.agencies if one.id in grounds],
        "unreached": [
            one.name for one in parts.profile.agencies if one.id not in grounds and one.id != facts.agency
        ],
        "press": uuid4(),
        "instructions": rules.instructions,
    }
    return show.show(request, session, "alert_form.html", status=422 if refused else 200, **words)


def _list(
    request: Request, session: Session, parts: ConsoleParts, show: Pages,
    *, fault: tuple[UUID, str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        found = list_alerts(connection, now)
    running = [one for one in found if one.withdrawn_at is None and one.until > now]
    done = [one for one in found if one not in running and one.placed_at > now - DONE_FOR]
    return show.show(
        request, session, "alerts.html", status=422 if fault else 200,
        running=running, done=done, fault=fault,
    )  # fmt: skip
