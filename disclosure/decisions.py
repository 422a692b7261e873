"""What a decision needs, what may follow it, and how long it can be contested. Pure.

A decision is never refused for being late. It is refused while something is open that would make it wrong:
who asks, whether an agent may, what a third person says (個人情報の保護に関する法律 第76条, 第78条, 第86条).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from core.profile.disclosure import RequestKind
from disclosure import request_events as on
from disclosure.open_days import OpenDays
from disclosure.refusals import (
    AgentNotCleared,
    DayWrong,
    IdentityMissing,
    NothingToDisclose,
    ObjectorNotTold,
    RemediesNotTold,
    RemediesOpen,
    RequestStage,
    RequestWordsMissing,
    ThirdPersonWaiting,
    TooEarly,
)
from disclosure.remedies import opens_after_objection, remedies_of
from disclosure.request import Decision, Proceeding, Request, Stage

_OVER = frozenset({Stage.TAKEN_BACK, Stage.PASSED_ON, Stage.CLOSED})


def decide(request: Request, event: on.Decided) -> Request:
    """Decide on a request, or anew after a ruling that changed the decision, or on the rest of a large one.

    Raises:
        RequestStage, IdentityMissing, AgentNotCleared, ThirdPersonWaiting, RemediesNotTold,
        RequestWordsMissing
    """
    if request.stage in _OVER or not _may_decide(request, event):
        raise RequestStage
    if request.kind is not RequestKind.PUBLIC and request.identity is None:
        raise IdentityMissing
    if not request.existence_may_show:
        raise AgentNotCleared
    waiting = any(one.answered is None and event.on <= one.until for one in request.third_persons.values())
    if waiting and event.answer in on.DISCLOSING:
        raise ThirdPersonWaiting
    if not (event.filed.strip() and event.decider.strip()):
        raise RequestWordsMissing
    if event.answer is not on.Answer.FULL and not event.reason.strip():
        raise RequestWordsMissing
    if not event.remedies_told:
        raise RemediesNotTold
    made = Decision(
        answer=event.answer, on=event.on, filed=event.filed, decider=event.decider, reason=event.reason,
        rest=event.rest,
    )  # fmt: skip
    return replace(request, stage=Stage.DECIDED, decisions=(*request.decisions, made))


def carry_out(
    request: Request, event: on.ObjectorTold | on.NoticeReached | on.MethodChosen | on.CarriedOut
) -> Request:
    """Take a step between the decision and what is handed over.

    Raises:
        RequestStage, DayWrong, NothingToDisclose, ObjectorNotTold, TooEarly
    """
    decision = request.decision
    if decision is None or request.stage not in {Stage.DECIDED, Stage.DONE}:
        raise RequestStage
    if event.on < decision.on:
        raise DayWrong
    match event:
        case on.ObjectorTold():
            person = request.third_persons.get(event.person)
            if person is None or not person.objects:
                raise RequestStage
            told = replace(person, told=event.on)
            return replace(request, third_persons={**request.third_persons, event.person: told})
        case on.NoticeReached():
            reached = replace(decision, reached=event.on)
            return replace(request, decisions=(*request.decisions[:-1], reached))
        case on.MethodChosen():
            _discloses(decision)
            if not event.method.strip():
                raise RequestWordsMissing
            return replace(request, method=event.method)
        case on.CarriedOut():
            may_leave(request, event.on)
            return replace(request, stage=Stage.DONE, method=event.method or request.method, done=event.on)


def proceed(
    request: Request,
    event: on.ReviewAsked | on.ReviewConsulted | on.ReviewAdvised | on.ReviewRuled | on.Sued | on.SuitEnded,
) -> Request:
    """Begin, lead on or end a 審査請求 or a lawsuit. Whether one comes too late is for those who rule on it.

    Raises:
        RequestStage, DayWrong, RequestWordsMissing
    """
    # Also about a limit that passed without a decision (不作為).
    if request.stage in _OVER:
        raise RequestStage
    if isinstance(event, on.ReviewAsked | on.Sued):
        if event.proceeding in request.proceedings:
            raise RequestStage
        begun = Proceeding(lawsuit=isinstance(event, on.Sued), since=event.on)
        return replace(request, proceedings={**request.proceedings, event.proceeding: begun})
    known = _going_on(request, event.proceeding, event.on, lawsuit=isinstance(event, on.SuitEnded))
    match event:
        case on.ReviewConsulted():
            after = replace(known, consulted=event.on)
        case on.ReviewAdvised():
            if known.consulted is None:
                raise RequestStage
            after = replace(known, advised=event.on)
        case on.ReviewRuled():
            if not event.filed.strip() and event.ruling is not on.Ruling.WITHDRAWN:
                raise RequestWordsMissing
            after = replace(known, ended=event.on, ruling=event.ruling, filed=event.filed)
        case on.SuitEnded():
            after = replace(known, ended=event.on, ruling=event.ruling)
    return replace(request, proceedings={**request.proceedings, event.proceeding: after})


def held_until(request: Request, days: OpenDays) -> date | None:
    """Return the last day on which what the request concerns must stay as it is; None: nobody can say yet.

    While it is undecided or contested nothing of it may go. A ruling begins the periods anew.
    """
    if request.stage in {Stage.TAKEN_BACK, Stage.PASSED_ON}:
        return request.last_day
    decision = request.decision
    if decision is None or request.contested or request.rest_is_owed:
        return None
    ends = [remedies_of(one.on, one.reached, days).until for one in request.decisions]
    # A ruling is contested in court alone; the same months, counted from it, are not shorter.
    ends += [remedies_of(one.ended, None, days).until for one in request.proceedings.values() if one.ended]
    return max(ends)


def close(request: Request, event: on.Closed) -> Request:
    """Close a request.

    Raises:
        RequestStage: it is undecided, or what was decided is not yet done
        RemediesOpen: it is contested
    """
    if request.contested:
        raise RemediesOpen
    disclosing = request.decision is not None and request.decision.answer in on.DISCLOSING
    ready = {Stage.DONE, Stage.TAKEN_BACK, Stage.PASSED_ON} | (set() if disclosing else {Stage.DECIDED})
    if request.stage not in ready or request.rest_is_owed or event.on < request.last_day:
        raise RequestStage
    return replace(request, stage=Stage.CLOSED)


def _may_decide(request: Request, event: on.Decided) -> bool:
    if not request.decisions:
        return not event.rest
    if event.rest:
        return request.rest_is_owed
    return any(one.ruling is on.Ruling.CHANGED for one in request.proceedings.values())


def may_leave(request: Request, day: date) -> None:
    """Say whether what was asked for may be handed over on a day.

    Raises:
        RequestStage: nothing is decided
        NothingToDisclose, ObjectorNotTold, TooEarly
    """
    decision = request.decision
    if decision is None:
        raise RequestStage
    _discloses(decision)
    objecting = [one for one in request.third_persons.values() if one.objects]
    if any(one.told is None or one.told < decision.on for one in objecting):
        raise ObjectorNotTold
    if objecting and day < opens_after_objection(decision.on):
        raise TooEarly


def _discloses(decision: Decision) -> None:
    if decision.answer not in on.DISCLOSING:
        raise NothingToDisclose


def _going_on(request: Request, proceeding: UUID, day: date, *, lawsuit: bool) -> Proceeding:
    known = request.proceedings.get(proceeding)
    if known is None or known.ended is not None or known.lawsuit is not lawsuit:
        raise RequestStage
    if day < known.since:
        raise DayWrong
    return known
