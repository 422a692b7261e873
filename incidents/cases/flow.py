"""The way of a case: 下書き → 所属長確認 → 合議 → 決定 → 終結, with returns. Pure.

Policies have the head of a department decide after somebody elsewhere has agreed (合議), so whoever checked a
case is never the one who agrees. A city with an 電子決裁 of its own decides there, and its number and its day
are written down here instead.
"""

from __future__ import annotations

from dataclasses import replace

from core.profile.casework import DecisionWay
from incidents.cases.case import Case, Decision, Stage
from incidents.cases.endings import hindrance
from incidents.cases.events import Closed, CouncilAgreed, Decided, Filed, HeadChecked, Returned, Submitted
from incidents.cases.refusals import (
    CaseWordsMissing,
    FindingMissing,
    NotYourStep,
    PoliceNotTold,
    SamePersonTwice,
    WrongStage,
)
from incidents.cases.rule import JUDGING

Step = Submitted | HeadChecked | CouncilAgreed | Returned | Decided | Filed | Closed
STEPS = (Submitted, HeadChecked, CouncilAgreed, Returned, Decided, Filed, Closed)
_RETURNS_FROM = frozenset({Stage.HEAD_CHECK, Stage.COUNCIL, Stage.DECISION})


def walk(case: Case, step: Step) -> Case:  # noqa: C901, PLR0911, PLR0912  one answer for each step
    """Take a step of the way.

    Raises:
        WrongStage, NotYourStep, SamePersonTwice, FindingMissing, PoliceNotTold, CaseWordsMissing
    """
    here = case.rule.decided is DecisionWay.HERE
    match step:
        case Submitted():
            _at(case, Stage.DRAFT, allowed=here)
            return replace(case, stage=Stage.HEAD_CHECK)
        case HeadChecked():
            _at(case, Stage.HEAD_CHECK)
            _is_head(case, step)
            return replace(case, stage=Stage.COUNCIL, checked_by=step.by)
        case CouncilAgreed():
            _at(case, Stage.COUNCIL)
            if step.rank not in JUDGING:
                raise NotYourStep
            if step.by == case.checked_by:
                raise SamePersonTwice
            return replace(case, stage=Stage.DECISION)
        case Returned():
            if case.stage not in _RETURNS_FROM:
                raise WrongStage
            if step.rank not in JUDGING:
                raise NotYourStep
            if not step.reason.strip():
                raise CaseWordsMissing
            return replace(case, stage=Stage.DRAFT, checked_by=None)
        case Decided():
            _at(case, Stage.DECISION)
            _is_head(case, step)
            if not step.reason.strip():
                raise CaseWordsMissing
            decision = Decision(ending=step.ending, at=step.at, by=step.by, reason=step.reason)
            return _decide(case, step, decision)
        case Filed():
            _at(case, Stage.DRAFT, allowed=not here)
            _is_head(case, step)
            if not step.number.strip():
                raise CaseWordsMissing
            filed = Decision(
                ending=step.ending, at=step.at, by=step.by, filed=step.number, decided_on=step.decided_on
            )
            return _decide(case, step, filed)
        case Closed():
            _at(case, Stage.DECIDED)
            _is_head(case, step)
            return replace(case, stage=Stage.CLOSED)


def _decide(case: Case, step: Decided | Filed, decision: Decision) -> Case:
    told = frozenset(one.kind for one in case.measures if one.stands)
    hindered = hindrance(step.ending, finding=case.finding is not None, told=told)
    if hindered is not None:
        raise FindingMissing if hindered == FindingMissing.code else PoliceNotTold
    return replace(case, stage=Stage.DECIDED, decision=decision)


def _at(case: Case, stage: Stage, *, allowed: bool = True) -> None:
    if case.stage is not stage or not allowed:
        raise WrongStage


def _is_head(case: Case, step: Step) -> None:
    if step.rank not in case.rule.heads(absent=case.board.head_absent):
        raise NotYourStep
