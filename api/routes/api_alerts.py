"""庁内警報 for programs: placed for the day or on a finding, seen by whom, withdrawn; the 提供台帳."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from api.call_form import cut
from api.deps import CallInPath, Parts
from api.errors import WrongInput
from api.keyed import Held, OnPress
from api.reading.alerts import facts_of_call
from api.routes.alerts import alert_until, new_alert
from api.routes.api_incident_steps import OnStep
from api.routes.api_signals import Done
from api.routes.case_alerts import CaseAlert, end_of, raise_alert
from core.errors import DomainError, NotFound
from core.ids import CallId
from incidents.alert import AlertTerms, AlertWanted, IncidentRef, no_board
from incidents.alert_rule import LONGEST_REASON, LONGEST_WHO, AlertRefusal, judge_alert, judging_word
from storage.alerts import check_withdrawal, list_alerts, place_alert, provision_ledger, withdraw_alert
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["alerts"])


class AlertRefused(DomainError):
    """No such alert can be placed; the code says why."""

    http_status = 422

    def __init__(self, why: AlertRefusal) -> None:
        super().__init__()
        self.code = f"alert-{why.value}"


class Seen(BaseModel):
    """To whom it was shown: first when, on how many calls, and whether they know its end."""

    name: str
    seen_at: datetime
    times: int
    checked_at: datetime | None


class Alert(BaseModel):
    """An alert as the supervisors of its department see it: an instruction, whom to call, an end."""

    id: UUID
    department: str
    call: str | None
    instructions: list[str]
    who_to_call: str
    provisional: bool
    placed_at: datetime
    placed_by: str
    until: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    reason: str | None
    seen: list[Seen]


class Provision(BaseModel):
    """A line of the 提供台帳."""

    at: datetime
    by: str
    department: str
    agency: str
    to_agency: str
    basis: str
    what: str


class ProvisionList(BaseModel):
    """The newest first, 200 at most."""

    provisions: list[Provision]


class AlertList(BaseModel):
    """Running ones first, 200 at most."""

    alerts: list[Alert]


@router.get("/alerts")
def alerts(held: Held, parts: Parts) -> AlertList:
    """List the alerts of the person's departments, with who saw them."""
    with parts.database.begin(held.actor) as connection:
        found = list_alerts(connection, parts.clock.now())
    return AlertList(
        alerts=[
            Alert(
                id=one.id, department=one.department, call=one.call, instructions=list(one.instructions),
                who_to_call=one.who_to_call, provisional=one.provisional, placed_at=one.placed_at,
                placed_by=one.placed_by, until=one.until, withdrawn_at=one.withdrawn_at,
                withdrawn_by=one.withdrawn_by, reason=one.reason,
                seen=[
                    Seen(name=who.name, seen_at=who.seen_at, times=who.times, checked_at=who.checked_at)
                    for who in one.seen
                ],
            )
            for one in found
        ]
    )  # fmt: skip


@router.post("/calls/{call}/alert", status_code=201, response_model=Done)
def place(  # noqa: PLR0913, PLR0917  the form
    call: CallInPath,
    press: OnPress,
    parts: Parts,
    instruction: Annotated[list[str], Form(min_length=1, max_length=20)],
    who: Annotated[str, Form(min_length=1, max_length=LONGEST_WHO)],
    hour: Annotated[int | None, Form(ge=0, le=23)] = None,
    agency: Annotated[list[str] | None, Form(max_length=20)] = None,
) -> Response:
    """Place a 仮警報 from a call, until ``hour`` or midnight in Japan. Its id is the press."""
    until = alert_until("" if hour is None else str(hour), press.now)
    wanted = AlertWanted(
        instructions=tuple(instruction), who_to_call=who, until=until, agencies=frozenset(agency or ())
    )

    def act(work: UnitOfWork) -> dict[str, Any]:
        facts = facts_of_call(work.connection, CallId(call))
        terms = judge_alert(facts, wanted, parts.profile.alerts, now=press.now, standing_finding=no_board)
        if not isinstance(terms, AlertTerms):
            raise AlertRefused(terms)
        by = press.holder.actor.account
        place_alert(work.connection, new_alert(press.id, CallId(call), by, terms, parts.profile, press.now))
        return {"id": str(press.id)}

    return press.do(act, 201)


@router.post("/incidents/{incident}/alert", status_code=201, response_model=Done)  # noqa: FAST003  the step
def place_on_finding(  # noqa: PLR0913, PLR0917  the form
    on_case: OnStep,
    call: Annotated[str, Form(min_length=1, max_length=150)],
    instruction: Annotated[list[str], Form(min_length=1, max_length=20)],
    who: Annotated[str, Form(min_length=1, max_length=LONGEST_WHO)],
    day: Annotated[date, Form()],
    agency: Annotated[list[str] | None, Form(max_length=20)] = None,
) -> Response:
    """Place an alert that the finding of a case carries, until the end of a day in Japan."""
    press = on_case.press
    wanted = AlertWanted(
        instructions=tuple(instruction), who_to_call=who, until=end_of(day.isoformat()),
        agencies=frozenset(agency or ()), finding=IncidentRef(str(on_case.incident)),
    )  # fmt: skip
    asked = CaseAlert(
        incident=on_case.incident, seen=on_case.seen, call=CallId(call), wanted=wanted, press=press.id,
        now=press.now,
    )  # fmt: skip

    def act(work: UnitOfWork) -> dict[str, Any]:
        refused = raise_alert(work, press.parts.profile, press.holder.actor, asked)
        if refused is not None:
            raise AlertRefused(refused)
        return {"id": str(press.id)}

    return press.do(act, 201)


@router.get("/provisions")
def provisions(held: Held, parts: Parts) -> ProvisionList:
    """Read the 提供台帳: what another 実施機関 was told, by which provision."""
    with parts.database.begin(held.actor) as connection:
        lines = provision_ledger(connection)
    return ProvisionList(
        provisions=[
            Provision(
                at=one.at, by=one.by, department=one.department, agency=one.agency, to_agency=one.to_agency,
                basis=one.basis, what=one.what,
            )
            for one in lines
        ]
    )  # fmt: skip


@router.post("/alerts/{alert}/withdraw", response_model=Done)
def withdraw(
    alert: UUID, press: OnPress, parts: Parts, reason: Annotated[str, Form(max_length=LONGEST_REASON)]
) -> Response:
    """Withdraw an alert with a reason; everybody who saw it is told."""
    said = " ".join(cut(reason, LONGEST_REASON).split())
    if not said or not said.isprintable() or judging_word(said, parts.profile.alerts.judging_words):
        raise WrongInput

    def act(work: UnitOfWork) -> dict[str, Any]:
        withdraw_alert(work.connection, alert, said, press.holder.actor.account, press.now)
        return {"id": str(alert)}

    return press.do(act)


@router.post("/alerts/{alert}/checked", response_model=Done)
def checked(alert: UUID, press: OnPress) -> Response:
    """Say that the person knows of a withdrawal: it leaves their screen."""

    def act(work: UnitOfWork) -> dict[str, Any]:
        if not check_withdrawal(work.connection, alert, press.holder.actor.account, press.now):
            raise NotFound
        return {"id": str(alert)}

    return press.do(act)
