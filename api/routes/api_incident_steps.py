"""Steps of a case for programs. Each says which event its person had seen last (``number``).

What people decide (views, checks, decisions, the end of handling) needs a key that reaches ``board``, which
the city's profile must allow: a judgement is a person's, whoever carries it. No warning waits for any of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel

from api.call_form import cut
from api.errors import WrongInput
from api.keyed import OnPress, PressedOnce
from api.routes.incidents import LONGEST
from core.ids import IncidentId
from incidents.cases import events as on
from incidents.cases.case import Case
from incidents.cases.endings import Ending
from incidents.cases.judgement import Answer, View, Weight
from incidents.cases.rule import Rank
from incidents.register import Register
from incidents.stepping import take_step
from storage.unit_of_work import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["incidents"])
Make = Callable[[Case, Rank, Register, dict[str, Any]], on.CaseEvent]
Words = Annotated[str, Form(max_length=LONGEST)]


class Stepped(BaseModel):
    """Where the case stands after the step; ``number`` of its event."""

    id: UUID
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What each step has beside its own fields."""

    incident: IncidentId
    press: PressedOnce
    seen: int

    def write(self, make: Make) -> Response:
        """Write the event, once."""
        press, actor = self.press, self.press.holder.actor
        said: dict[str, Any] = {"at": press.now, "by": actor.account}

        def act(work: UnitOfWork) -> dict[str, Any]:
            register = Register(work.connection, press.parts.profile, actor)
            after = take_step(
                work, register, self.incident, self.seen,
                lambda case, rank: make(case, rank, register, {**said, "rank": rank}),
            )  # fmt: skip
            return {"id": str(self.incident), "number": after.number}

        return press.do(act)


def step(incident: UUID, press: OnPress, number: Annotated[int, Form(ge=0, le=999_999)]) -> Step:
    """Read what each step has."""
    return Step(incident=IncidentId(incident), press=press, seen=number)


OnStep = Annotated[Step, Depends(step)]


@router.post("/incidents/{incident}/kinds", response_model=Stepped)  # noqa: FAST003  the step reads it
def name_kinds(
    on_case: OnStep,
    types: Annotated[list[str] | None, Form(max_length=100)] = None,
    acts: Annotated[list[str] | None, Form(max_length=100)] = None,
) -> Response:
    """Write down which types and acts of the policy it may be."""
    named, done = tuple(dict.fromkeys(types or ())), tuple(dict.fromkeys(acts or ()))
    return on_case.write(lambda _case, _rank, _, who: on.KindsNamed(**who, types=named, acts=done))


@router.post("/incidents/{incident}/submit", response_model=Stepped)  # noqa: FAST003  the step reads it
def submit(on_case: OnStep) -> Response:
    """Hand the draft to the head (所属長確認へ)."""
    return on_case.write(lambda _case, _rank, _, who: on.Submitted(**who))


@router.post("/incidents/{incident}/return", response_model=Stepped)  # noqa: FAST003  the step reads it
def return_(on_case: OnStep, reason: Words) -> Response:
    """Give it back to whoever writes it, with a reason."""
    why = cut(reason, LONGEST)
    return on_case.write(lambda _case, _rank, _, who: on.Returned(**who, reason=why))


@router.post("/incidents/{incident}/file", response_model=Stepped)  # noqa: FAST003  the step reads it
def file(
    on_case: OnStep,
    ending: Annotated[Ending, Form()],
    filed: Annotated[str, Form(min_length=1, max_length=100)],
    decided_on: Annotated[date, Form()],
) -> Response:
    """Write down what the city's own 電子決裁 decided: 起案番号 and 決裁日."""
    year = on_case.press.now.year
    if not year - 10 <= decided_on.year <= year + 1:
        raise WrongInput
    number = cut(filed, 100)
    return on_case.write(
        lambda _case, _rank, _, who: on.Filed(**who, ending=ending, number=number, decided_on=decided_on)
    )


@router.post("/incidents/{incident}/close", response_model=Stepped)  # noqa: FAST003  the step reads it
def close(on_case: OnStep) -> Response:
    """Close a decided case (終結)."""
    return on_case.write(lambda _case, _rank, _, who: on.Closed(**who))


@router.post("/incidents/{incident}/check", response_model=Stepped)  # noqa: FAST003  the step reads it
def check(on_case: OnStep) -> Response:
    """Confirm it as the head (所属長確認)."""
    return on_case.write(lambda _case, _rank, _, who: on.HeadChecked(**who))


@router.post("/incidents/{incident}/agree", response_model=Stepped)  # noqa: FAST003  the step reads it
def agree(on_case: OnStep) -> Response:
    """Agree in the council (合議)."""
    return on_case.write(lambda _case, _rank, _, who: on.CouncilAgreed(**who))


@router.post("/incidents/{incident}/decide", response_model=Stepped)  # noqa: FAST003  the step reads it
def decide(on_case: OnStep, ending: Annotated[Ending, Form()], reason: Words) -> Response:
    """Decide it (決定)."""
    why = cut(reason, LONGEST)
    return on_case.write(lambda _case, _rank, _, who: on.Decided(**who, ending=ending, reason=why))


@router.post("/incidents/{incident}/judges", response_model=Stepped)  # noqa: FAST003  the step reads it
def call_judges(on_case: OnStep, absent: Annotated[bool, Form()] = False) -> Response:
    """Call everybody who is entitled to judge; ``absent``: the head is."""
    return on_case.write(
        lambda case, rank, register, who: register.calls_judges(case, rank, who["at"], head_absent=absent)
    )


@router.post("/incidents/{incident}/view", response_model=Stepped)  # noqa: FAST003  the step reads it
def give_view(  # noqa: PLR0913, PLR0917  four questions, three axes, the view
    on_case: OnStep,
    own_fault: Annotated[Answer, Form()],
    staff_conduct: Annotated[Answer, Form()],
    withdrawn: Annotated[Answer, Form()],
    continued: Annotated[Answer, Form()],
    demand: Annotated[Weight, Form()],
    manner: Annotated[Weight, Form()],
    duration: Annotated[Weight, Form()],
    found: Annotated[Literal["yes", "no"], Form()],
    reason: Words,
) -> Response:
    """Add the person's own view to the board: the four questions, the three axes, why."""
    view = View(
        own_fault=own_fault, staff_conduct=staff_conduct, withdrawn=withdrawn, continued=continued,
        demand=demand, manner=manner, duration=duration, found=found == "yes", reason=cut(reason, LONGEST),
    )  # fmt: skip
    return on_case.write(lambda _case, _rank, _, who: on.ViewGiven(**who, view=view))


@router.post("/incidents/{incident}/finding/withdraw", response_model=Stepped)  # noqa: FAST003  the step reads it
def withdraw(on_case: OnStep, reason: Words) -> Response:
    """Withdraw the finding; what was built on it follows."""
    why = cut(reason, LONGEST)
    return on_case.write(lambda _case, _rank, _, who: on.FindingWithdrawn(**who, reason=why))


@router.post("/incidents/{incident}/handling", response_model=Stepped)  # noqa: FAST003  the step reads it
def end_handling(on_case: OnStep, words: Words) -> Response:
    """Write down that a person told the caller that the handling ends (対応の中止)."""
    said = cut(words, LONGEST)
    return on_case.write(lambda _case, _rank, _, who: on.HandlingEnded(**who, words=said))
