"""What is pressed on the page of a case. Each form says which event its reader had seen last.

None of it ends a call, and no warning waits for any of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import RedirectResponse

from api.call_form import cut
from api.deps import OwnForm, Parts
from api.errors import WrongInput
from api.parts import ConsoleParts
from api.routes.incidents import LONGEST
from api.routes.keys import read_press
from api.sessions import Session
from core.ids import AccountId, IncidentId
from incidents.cases import events as on
from incidents.cases.case import Case
from incidents.cases.endings import Ending
from incidents.cases.judgement import Answer, View, Weight
from incidents.cases.rule import Rank
from incidents.register import Register
from incidents.stepping import take_step
from storage.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)
Make = Callable[[Case, Rank, Register], on.CaseEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseForm:
    """What each form about a case has beside its own fields."""

    incident: IncidentId
    session: Session
    parts: ConsoleParts
    seen: int
    now: datetime
    press: UUID
    """The page's own id of this press: sent again after a lost answer, it is one event."""

    @property
    def by(self) -> AccountId:
        """Who sends it."""
        return self.session.actor.account

    def write(self, make: Make) -> Response:
        """Write the event, and go back to the case.

        Raises:
            NotFound, WrittenMeanwhile, DomainError
        """
        actor = self.session.actor
        with UnitOfWork(self.parts.database, self.parts.announcer, actor) as work:
            register = Register(work.connection, self.parts.profile, actor)
            take_step(
                work, register, self.incident, self.seen, lambda case, rank: make(case, rank, register),
                press=self.press,
            )  # fmt: skip
        return RedirectResponse(f"/incidents/{self.incident}", status_code=303)


def case_form(
    incident: UUID,
    session: OwnForm,
    parts: Parts,
    number: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
) -> CaseForm:
    """Read what each form has.

    Raises:
        WrongInput: it does not say what its reader had seen
    """
    if not (number.isascii() and number.isdigit() and len(number) < 7):  # noqa: PLR2004  far above any case
        raise WrongInput
    return CaseForm(
        incident=IncidentId(incident), session=session, parts=parts, seen=int(number), now=parts.clock.now(),
        press=read_press(press),
    )  # fmt: skip


OnCase = Annotated[CaseForm, Depends(case_form)]


@router.post("/incidents/{incident}/judges")  # noqa: FAST003  the form reads it
def call_judges(form: OnCase, absent: Annotated[str, Form()] = "") -> Response:
    """Call everybody who is entitled, with one press."""
    return form.write(
        lambda case, rank, register: register.calls_judges(case, rank, form.now, head_absent=bool(absent))
    )


@router.post("/incidents/{incident}/view")  # noqa: FAST003  the form reads it
def give_view(  # noqa: PLR0913, PLR0917  four questions, three axes, the view
    form: OnCase,
    own_fault: Annotated[str, Form()] = "",
    staff_conduct: Annotated[str, Form()] = "",
    withdrawn: Annotated[str, Form()] = "",
    continued: Annotated[str, Form()] = "",
    demand: Annotated[str, Form()] = "",
    manner: Annotated[str, Form()] = "",
    duration: Annotated[str, Form()] = "",
    found: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Add a view to the board. The four questions are answered first, or there is none."""
    answers, weights = (own_fault, staff_conduct, withdrawn, continued), (demand, manner, duration)
    if not (set(answers) <= set(Answer) and set(weights) <= set(Weight) and found in {"yes", "no"}):
        raise WrongInput
    view = View(
        own_fault=Answer(own_fault), staff_conduct=Answer(staff_conduct), withdrawn=Answer(withdrawn),
        continued=Answer(continued), demand=Weight(demand), manner=Weight(manner), duration=Weight(duration),
        found=found == "yes", reason=cut(reason, LONGEST),
    )  # fmt: skip
    return form.write(lambda _case, rank, _: on.ViewGiven(at=form.now, by=form.by, rank=rank, view=view))


@router.post("/incidents/{incident}/finding/withdraw")  # noqa: FAST003  the form reads it
def withdraw(form: OnCase, reason: Annotated[str, Form()] = "") -> Response:
    """Withdraw the finding; what was built on it follows."""
    why = cut(reason, LONGEST)
    return form.write(
        lambda _case, rank, _: on.FindingWithdrawn(at=form.now, by=form.by, rank=rank, reason=why)
    )


@router.post("/incidents/{incident}/handling")  # noqa: FAST003  the form reads it
def end_handling(form: OnCase, words: Annotated[str, Form()] = "") -> Response:
    """Write down that a person told the caller that the handling ends (対応の中止)."""
    said = cut(words, LONGEST)
    return form.write(lambda _case, rank, _: on.HandlingEnded(at=form.now, by=form.by, rank=rank, words=said))


@router.post("/incidents/{incident}/kinds")  # noqa: FAST003  the form reads it
def name_kinds(
    form: OnCase,
    types: Annotated[list[str] | None, Form()] = None,
    acts: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Write down which types and acts of the policy it may be."""
    named, done = tuple(dict.fromkeys(types or ())), tuple(dict.fromkeys(acts or ()))
    return form.write(
        lambda _case, rank, _: on.KindsNamed(at=form.now, by=form.by, rank=rank, types=named, acts=done)
    )


@router.post("/incidents/{incident}/step")  # noqa: FAST003  the form reads it
def take(  # noqa: PLR0913, PLR0917  one form for each step of the way
    form: OnCase,
    step: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    ending: Annotated[str, Form()] = "",
    filed: Annotated[str, Form()] = "",
    decided_on: Annotated[str, Form()] = "",
) -> Response:
    """Lead the case on its way: 下書き → 所属長確認 → 合議 → 決定 → 終結."""
    why, number = cut(reason, LONGEST), cut(filed, 100)
    if step in {"decide", "file"} and ending not in set(Ending):
        raise WrongInput
    day = _day(decided_on, form.now) if step == "file" else None

    def make(_case: Case, rank: Rank, _register: Register) -> on.CaseEvent:  # noqa: PLR0911  one for each step
        at, by = form.now, form.by
        match step:
            case "submit":
                return on.Submitted(at=at, by=by, rank=rank)
            case "check":
                return on.HeadChecked(at=at, by=by, rank=rank)
            case "agree":
                return on.CouncilAgreed(at=at, by=by, rank=rank)
            case "return":
                return on.Returned(at=at, by=by, rank=rank, reason=why)
            case "decide":
                return on.Decided(at=at, by=by, rank=rank, ending=Ending(ending), reason=why)
            case "file" if day is not None:
                return on.Filed(at=at, by=by, rank=rank, ending=Ending(ending), number=number, decided_on=day)
            case "close":
                return on.Closed(at=at, by=by, rank=rank)
            case _:
                raise WrongInput

    return form.write(make)


def _day(words: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        raise WrongInput from None
    if day.year < now.year - 10 or day.year > now.year + 1:
        raise WrongInput
    return day
