"""Decides what an event makes of a case: a case and an event in, the next case out, or a refusal.

Everything that can change a case passes here. No I/O, no clock: a case is the fold of its events, and it is
judged under the rule that it began with, whatever the profile says since. Warning words need nothing of
this: they are always free. A finding of several people unlocks the ending of the handling and what lasts,
and nothing else (品川区 対応要領 第4章, 第6章(2)⑤).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.errors import WrittenMeanwhile
from incidents.cases.case import Case, Finding, Measure, Stage
from incidents.cases.endings import Ending
from incidents.cases.events import (
    AlertRaised,
    CallLinked,
    CaseEvent,
    FindingWithdrawn,
    HandlingEnded,
    JudgesCalled,
    KindsNamed,
    MeasureTaken,
    NewStatement,
    Opened,
    QuoteLinked,
    ViewGiven,
)
from incidents.cases.flow import STEPS, walk
from incidents.cases.judgement import carries, fault_of_ours, latest
from incidents.cases.refusals import (
    CaseWordsMissing,
    FindingMissing,
    JudgesMissing,
    NotAJudge,
    NotYourStep,
    OwnCallJudged,
    UnknownKind,
    WrongStage,
)
from incidents.cases.rule import JUDGING, Rank
from storage.ending_rule import EndingStep, may_take

_OPEN = frozenset({Stage.DRAFT, Stage.HEAD_CHECK, Stage.COUNCIL, Stage.DECISION})


def opened(event: Opened) -> Case:
    """Begin a case.

    Raises:
        CaseWordsMissing: nothing says what happened
    """
    if not event.summary.strip():
        raise CaseWordsMissing
    return Case(
        number=1, department=event.department, way=event.way, source=event.source, since=event.since,
        summary=event.summary, opened_at=event.at, opened_by=event.by, rule=event.rule,
        signal=event.signal,
    )  # fmt: skip


def advance(case: Case, event: CaseEvent) -> Case:
    """Return the case as it is after an event.

    Raises:
        DomainError: one of ``refusals.py``; the case is as it was
    """
    after = walk(case, event) if isinstance(event, STEPS) else _change(case, event)
    return replace(after, number=case.number + 1)


def case_of(events: Iterable[CaseEvent]) -> Case:
    """Return the case that these events, all of them and in order, have made.

    Raises:
        ValueError: they do not begin with the opening, or one of them cannot have happened
    """
    first, *others = events
    if not isinstance(first, Opened):
        raise ValueError("a case begins with its opening")  # noqa: TRY004  what is wrong is the order
    case = opened(first)
    for event in others:
        case = advance(case, event)
    return case


def _change(case: Case, event: CaseEvent) -> Case:  # noqa: C901, PLR0911, PLR0912  one answer for each event
    match event:
        case JudgesCalled():
            return _call(case, event)
        case ViewGiven():
            return _view(case, event)
        case FindingWithdrawn():
            return _withdraw(case, event)
        case HandlingEnded():
            _rests_on_finding(case)
            _is_judge(event)
            if not event.words.strip():
                raise CaseWordsMissing
            return replace(case, ended_at=event.at)
        case MeasureTaken():
            if event.lasting:
                _rests_on_finding(case)
            _not_closed(case)
            measure = Measure(
                id=event.measure, kind=event.kind, lasting=event.lasting, at=event.at, on=event.on,
                number=event.number, basis=event.basis, note=event.note,
            )  # fmt: skip
            return replace(case, measures=(*case.measures, measure))
        case AlertRaised():
            _rests_on_finding(case)
            _is_judge(event)
            return replace(case, alerts=(*case.alerts, event.alert))
        case CallLinked():
            _undecided(case)
            talked = case.talked | event.also | ({event.talked} if event.talked else set())
            calls = case.calls if event.call in case.calls else (*case.calls, event.call)
            return replace(case, calls=calls, talked=talked)
        case QuoteLinked():
            _in_writing(case)
            if event.quote in case.quotes:
                return case
            heard = case.heard if event.words is None else (*case.heard, event.words)
            return replace(case, quotes=(*case.quotes, event.quote), heard=heard)
        case NewStatement():
            _in_writing(case)
            if event.version != len(case.statements) + 1:
                raise WrittenMeanwhile
            return replace(case, statements=(*case.statements, event))
        case KindsNamed():
            _in_writing(case)
            if not (set(event.types) <= set(case.rule.types) and set(event.acts) <= set(case.rule.acts)):
                raise UnknownKind
            return replace(case, types=event.types, acts=event.acts)
        case _:
            raise WrongStage


def _call(case: Case, event: JudgesCalled) -> Case:
    _undecided(case)
    who = {one.account for one in event.judges}
    if any(one.rank is Rank.STAFF for one in event.judges):
        raise NotAJudge
    if not all(_may_judge(case, account) for account in who):
        raise OwnCallJudged
    ranks = {one.rank for one in event.judges}
    panels = case.rule.panels(absent=event.head_absent)
    if len(who) < case.rule.people or not any(set(panel) <= ranks for panel in panels):
        raise JudgesMissing
    return replace(case, board=case.board.called(event))


def _view(case: Case, event: ViewGiven) -> Case:
    _undecided(case)
    if case.board.rank(event.by) is None or event.rank is Rank.STAFF:
        raise NotAJudge
    if not _may_judge(case, event.by):
        raise OwnCallJudged
    if not event.view.reason.strip():
        raise CaseWordsMissing
    board = case.board.viewed(event)
    finding = case.finding
    # Once found, it stands until somebody withdraws it with a reason: a later view adds to what is read.
    if finding is None and board.found(case.rule):
        last = latest(board.counted)
        fault = fault_of_ours(one.view for one in last.values())
        by = frozenset(one.by for one in last.values() if carries(one.view, case.rule, fault=fault))
        finding = Finding(at=event.at, by=by)
    return replace(case, board=board, finding=finding)


def _withdraw(case: Case, event: FindingWithdrawn) -> Case:
    if case.finding is None:
        raise FindingMissing
    if case.board.rank(event.by) is None and event.rank not in case.rule.heads(absent=False):
        raise NotYourStep
    _is_judge(event)
    if not event.reason.strip():
        raise CaseWordsMissing
    fallen = case.decision is not None and case.decision.ending is Ending.HARASSMENT
    return replace(
        case,
        finding=None,
        board=case.board.anew(),
        measures=tuple(replace(one, stands=one.stands and not one.lasting) for one in case.measures),
        alerts=(),
        ended_at=None,
        decision=None if fallen else case.decision,
        # Whatever was on its way as such goes back to where it is written; another ending stays decided.
        stage=Stage.DRAFT if fallen or case.stage in _OPEN else case.stage,
        checked_by=None if fallen or case.stage in _OPEN else case.checked_by,
    )


def _may_judge(case: Case, account: object) -> bool:
    """The rule of the ending of a call, once more: whoever talks leaves the judgement to others."""
    return may_take(EndingStep.CONFIRMED, talks=account in case.talked)


def _is_judge(event: CaseEvent) -> None:
    if event.rank not in JUDGING:
        raise NotYourStep


def _rests_on_finding(case: Case) -> None:
    if case.finding is None:
        raise FindingMissing


def _undecided(case: Case) -> None:
    if case.decision is not None:
        raise WrongStage


def _in_writing(case: Case) -> None:
    """What is checked and agreed to is what was written: to change it, a case goes back to its draft."""
    if case.stage is not Stage.DRAFT:
        raise WrongStage


def _not_closed(case: Case) -> None:
    if case.stage is Stage.CLOSED:
        raise WrongStage
