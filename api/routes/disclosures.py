"""開示デスク: requests, each with its clock, its steps and who asks.

Nothing of a call shows here. What is looked for and heard under a request, the pages of ``records`` show.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from api.call_form import cut
from api.deps import OwnForm, Parts, Show, SignedIn
from api.disclosure_people import LONGEST_ADDRESS, LONGEST_NAME, sealed_person
from api.disclosure_steps import Sent, event_of
from api.disclosure_texts import AGENTS, KINDS
from api.errors import WrongInput
from api.facts_form import FactsForm, Written, facts_wanted
from api.parts import ConsoleParts
from api.reading.disclosures import disclosure_seen, due_requests, open_days_of
from api.rendering import Pages
from api.routes.keys import read_press
from api.sessions import Session
from api.wording import HERE
from core.errors import NotFound
from core.ids import RequestId
from core.profile.disclosure import Disclosure, RequestKind
from disclosure import request_events as on
from disclosure.decisions import held_until
from disclosure.desk import begin, take_step
from disclosure.request import Request as Led
from storage.disclosures import add_person, people_of
from storage.record_requests import (
    close_request,
    fellow_officers,
    name_request,
    open_request,
    provisional_requests,
    request_of,
)
from storage.request_desk import RecordRequests
from storage.request_holds import end_request_holds

router = APIRouter(include_in_schema=False)

LONGEST_NUMBER = 40
RequestInPath = Annotated[UUID, Path()]


@router.get("/disclosures")
def disclosures(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the office's requests, what is due first, and the form for another one."""
    return _list(request, session, parts, show)


@router.post("/disclosures")
def receive(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    press: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    agency: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    on_day: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "",
    agent: Annotated[str, Form()] = "",
    agent_name: Annotated[str, Form()] = "",
    other_subject: Annotated[str, Form()] = "",
    provisional: Annotated[str, Form()] = "",
) -> Response:
    """Take in a request: from the day on which it came its clock runs."""
    rules = _rules(parts)
    written = {
        "kind": kind, "agency": agency, "number": cut(number, LONGEST_NUMBER + 1), "on_day": on_day,
        "name": cut(name, LONGEST_NAME), "address": cut(address, LONGEST_ADDRESS), "agent": agent,
        "agent_name": cut(agent_name, LONGEST_NAME), "other_subject": other_subject,
        "provisional": provisional,
    }  # fmt: skip
    today = parts.clock.now().astimezone(HERE).date()
    faults = _faults(written, today)
    chosen = RequestKind(kind) if kind in set(RequestKind) else None
    term = rules.term(chosen, agency) if chosen else None
    if term is None:
        faults["kind"] = "この種類と実施機関の期限が、市の設定にありません。"
    if faults or term is None:
        return _list(request, session, parts, show, written=written, faults=faults)
    # What was held before its form was complete goes on under the same id.
    made = RequestId(read_press(provisional or press))
    now = parts.clock.now()
    first = on.Received(
        at=now, by=session.actor.account, on=date.fromisoformat(on_day), kind=term.kind, agency=agency,
        number=written["number"].strip(), term=term, agent=on.Agent(agent) if agent else None,
        other_subject=bool(other_subject),
    )  # fmt: skip
    people = [("requester", written["name"], written["address"]), ("agent", written["agent_name"], "")]
    with parts.database.begin(session.actor) as connection:
        if provisional:
            name_request(connection, made, first.number)
        else:
            open_request(connection, session.actor, made, first.number, now)
        begin(connection, made, first)
        for number_of, (part, who, where) in enumerate(people):
            if who.strip():
                # Ids of their own, made from the press: sent twice, they are the same people.
                person = sealed_person(parts, UUID(int=(made.int + number_of + 1) % 2**128), part, who, where)
                add_person(connection, made, person, at=now, by=session.actor.account)
    return RedirectResponse(f"/disclosures/{made}", status_code=303)


@router.post("/disclosures/hold")
def hold_at_once(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    meant: Written,
    press: Annotated[str, Form()] = "",
) -> Response:
    """Begin a request whose form is not complete (仮受付), and hold at once what it may concern."""
    faults, wanted = facts_wanted(parts, meant)
    if wanted is None:
        told = {f"meant_{name}": words for name, words in faults.items()}
        return _list(request, session, parts, show, faults=told, meant=meant)
    made, now = RequestId(read_press(press)), parts.clock.now()
    ours = f"仮{now.astimezone(HERE):%Y%m%d-%H%M%S}"
    with parts.database.begin(session.actor) as connection:
        open_request(connection, session.actor, made, ours, now, provisional=True)
    RecordRequests(parts.database, parts.clock).hold(session.actor, made, wanted)
    return RedirectResponse(f"/records/{made}#held", status_code=303)


@router.get("/disclosures/{request_id}")
def one(
    request: Request, request_id: RequestInPath, session: SignedIn, parts: Parts, show: Show
) -> HTMLResponse:
    """Show one request: its clock, what happened, and what can be done next."""
    today = parts.clock.now().astimezone(HERE).date()
    with parts.database.begin(session.actor) as connection:
        seen = disclosure_seen(connection, RequestId(request_id), parts, _rules(parts), today)
        asked = request_of(connection, RequestId(request_id))
        fellows = fellow_officers(connection)
    return show.show(
        request, session, "disclosure.html", seen=seen, today=today.isoformat(), press=uuid4,
        kinds=KINDS, agents=AGENTS, asked_row=asked, fellows=fellows,
    )  # fmt: skip


@router.post("/disclosures/{request_id}/step")
def step(  # noqa: PLR0913, PLR0917  whatever the forms of the steps hold
    request_id: RequestInPath,
    session: OwnForm,
    parts: Parts,
    press: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
    step: Annotated[str, Form()] = "",
    on_day: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
    filed: Annotated[str, Form()] = "",
    decider: Annotated[str, Form()] = "",
    choice: Annotated[str, Form()] = "",
    thing: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "",
    yes: Annotated[str, Form()] = "",
    also: Annotated[str, Form()] = "",
    fee: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "",
) -> Response:
    """Write down what happened to a request."""
    if not (seen.isascii() and seen.isdigit() and len(seen) < 7):  # noqa: PLR2004  far above any request
        raise WrongInput
    now = parts.clock.now()
    sent = Sent(
        at=now, by=session.actor.account, press=read_press(press),
        fields={
            "on": on_day, "words": words, "filed": filed, "decider": decider, "choice": choice,
            "thing": thing, "until": until, "days": days, "yes": yes, "also": also,
            "fee": fee,
        },
        departments=frozenset(str(one.id) for one in parts.profile.departments),
    )  # fmt: skip
    event = event_of(step, sent)
    wanted = RequestId(request_id)
    with parts.database.begin(session.actor) as connection:
        after = take_step(
            connection, wanted, int(seen), lambda _: event, now.astimezone(HERE).date(), sent.press
        )  # fmt: skip
        if isinstance(event, on.ThirdPersonAsked):
            _third_person(connection, session, parts, wanted, event, name, address)
        if isinstance(event, on.Closed):
            _close(connection, session, parts, wanted, after)
    return RedirectResponse(f"/disclosures/{request_id}", status_code=303)


def _close(
    connection: Connection, session: Session, parts: ConsoleParts, wanted: RequestId, after: Led
) -> None:
    """Close the rows too; what is held for the request stays until nobody can contest anything any more."""
    now = parts.clock.now()
    close_request(connection, session.actor, wanted, now)
    last = held_until(after, open_days_of(_rules(parts))) or now.astimezone(HERE).date()
    over = datetime.combine(last + timedelta(days=1), time(), HERE)
    end_request_holds(connection, wanted, max(over, now))


def _third_person(  # noqa: PLR0913, PLR0917  whom was asked, for which request
    connection: Connection,
    session: Session,
    parts: ConsoleParts,
    wanted: RequestId,
    asked: on.ThirdPersonAsked,
    name: str,
    address: str,
) -> None:
    """Keep who was asked; somebody may have written them down before.

    Raises:
        WrongInput: they have no name, or do not belong to this request
    """
    known = {one.id for one in people_of(connection, wanted) if one.part == "third-person"}
    if asked.person in known:
        return
    if not name.strip():
        raise WrongInput
    person = sealed_person(parts, asked.person, "third-person", name, address)
    add_person(connection, wanted, person, at=asked.at, by=session.actor.account)


def _rules(parts: ConsoleParts) -> Disclosure:
    if parts.profile.disclosure is None:
        raise NotFound
    return parts.profile.disclosure


def _faults(written: dict[str, str], today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    number = written["number"].strip()
    if not number.isprintable() or len(number) > LONGEST_NUMBER or not any(map(str.isdecimal, number)):
        faults["number"] = "受付番号を、数字を含む40文字までで入れてください。"
    try:
        day = date.fromisoformat(written["on_day"])
    except ValueError:
        day = None
    if day is None or day > today or day.year < 2000:  # noqa: PLR2004  years that requests can have
        faults["on_day"] = "受け付けた日を、今日までの日で入れてください。"
    if not written["name"].strip():
        faults["name"] = "請求した方の名前を入れてください。"
    if written["agent"] and written["agent"] not in set(on.Agent):
        faults["agent"] = "代理人の種類を選び直してください。"
    if written["agent"] and not written["agent_name"].strip():
        faults["agent_name"] = "代理人の名前を入れてください。"
    return faults


def _list(  # noqa: PLR0913  what the page can show
    request: Request,
    session: Session,
    parts: ConsoleParts,
    show: Pages,
    *,
    written: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    meant: FactsForm | None = None,
) -> HTMLResponse:
    today = parts.clock.now().astimezone(HERE).date()
    rules = parts.profile.disclosure
    with parts.database.begin(session.actor) as connection:
        found = due_requests(connection, parts.profile, rules, today) if rules else []
        waiting = provisional_requests(connection)
    blank = {
        "kind": "", "agency": "", "number": "", "on_day": today.isoformat(), "name": "", "address": "",
        "agent": "", "agent_name": "", "other_subject": "", "provisional": "",
    }  # fmt: skip
    return show.show(
        request, session, "disclosures.html", status=422 if faults else 200,
        requests=found, rules=rules, written=written or blank, faults=faults or {}, press=uuid4(),
        kinds={one.value: name for one, name in KINDS.items()}, agents=AGENTS,
        agencies=parts.profile.agencies, today=today.isoformat(), waiting=waiting,
        meant=meant or FactsForm.of_days(today, 7),
        lines=[one for one in parts.profile.lines if one.department in session.actor.departments],
    )  # fmt: skip
