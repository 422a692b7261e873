"""People of a section and their cases, for tests of the rules: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.ids import AccountId, CallId, DepartmentId
from core.profile.casework import Agreement, DecisionWay, FaultWeight
from incidents.cases import events as on
from incidents.cases.case import Case
from incidents.cases.judgement import Answer, View, Weight
from incidents.cases.machine import advance, opened
from incidents.cases.rule import Rank, Rule

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
KACHO, SHOMU, KAKARI, SATO, OTHER = (AccountId(UUID(int=number)) for number in range(1, 6))
RANKS = {KACHO: Rank.HEAD, SHOMU: Rank.GENERAL_CHIEF, KAKARI: Rank.CHIEF, OTHER: Rank.SUPERVISOR}
RULE = Rule(
    city="sakura", ranked=True, people=2, agreement=Agreement.ALL, own_fault=FaultWeight.DEMAND_STANDS,
    decided=DecisionWay.HERE, types=("T1", "T4"), acts=("A1", "A5"),
)  # fmt: skip
FOUND = View(
    own_fault=Answer.NO, staff_conduct=Answer.NO, withdrawn=Answer.NO, continued=Answer.YES,
    demand=Weight.FITTING, manner=Weight.BEYOND, duration=Weight.FITTING, found=True,
    reason="「お前はバカだ」と3回言われた",
)  # fmt: skip
NOT_FOUND = replace(
    FOUND, manner=Weight.FITTING, found=False, reason="声は大きいが、聞こえにくいためと言っている"
)


def told(by: AccountId) -> dict[str, Any]:
    """When, who and as what."""
    return {"at": NOON, "by": by, "rank": RANKS.get(by, Rank.STAFF)}


def new_case(rule: Rule = RULE) -> Case:
    """A case of a call that Sato took."""
    case = opened(
        on.Opened(
            **told(SATO), department=DepartmentId("hoken-nenkin"), way=on.Way.PHONE, source=on.Source.FLAG,
            since=NOON, summary="大声の電話", rule=rule,
        )
    )  # fmt: skip
    return advance(case, on.CallLinked(**told(SATO), call=CallId("city-a.0"), talked=SATO))


def calls(
    by: AccountId = SATO, *, head_absent: bool = False, who: Iterable[AccountId] = ()
) -> on.JudgesCalled:
    """One press calls them."""
    everybody = tuple(who) or ((SHOMU, KAKARI) if head_absent else (KACHO, SHOMU, KAKARI))
    judges = tuple(on.Judge(account=one, rank=RANKS[one]) for one in everybody)
    return on.JudgesCalled(**told(by), judges=judges, head_absent=head_absent)


def view(by: AccountId, thinks: View = FOUND) -> on.ViewGiven:
    """Somebody gives a view."""
    return on.ViewGiven(**told(by), view=thinks)


def play(case: Case, *events: on.CaseEvent) -> Case:
    """Lead a case on."""
    for event in events:
        case = advance(case, event)
    return case


def found_case(rule: Rule = RULE) -> Case:
    """A case with a finding that stands."""
    return play(new_case(rule), calls(), view(KACHO), view(SHOMU))
