"""Decides what an event makes of a request: a request and an event in, the next request out, or a refusal.

Everything that can change a request passes here. No I/O, no clock: a request is the fold of its events. A
limit that has passed refuses nothing: a late decision is still owed, and that it is late is told by the
clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from disclosure import request_events as on
from disclosure.clock import Amending, Extension, Split
from disclosure.decisions import carry_out, close, decide, proceed
from disclosure.refusals import DayWrong, RequestStage, RequestWordsMissing
from disclosure.request import Inquiry, Request, Stage, ThirdPerson

_DECISIVE = (on.Decided, on.ObjectorTold, on.NoticeReached, on.MethodChosen, on.CarriedOut)
_PROCEEDINGS = (on.ReviewAsked, on.ReviewConsulted, on.ReviewAdvised, on.ReviewRuled, on.Sued, on.SuitEnded)


def received(event: on.Received) -> Request:
    """Begin a request.

    Raises:
        RequestWordsMissing: it has no receipt number
    """
    if not event.number.strip():
        raise RequestWordsMissing
    return Request(
        number=1, kind=event.kind, agency=event.agency, receipt=event.number, received=event.on,
        term=event.term, agent=event.agent, other_subject=event.other_subject, last_day=event.on,
    )  # fmt: skip


def advance(request: Request, event: on.RequestEvent, *, today: date) -> Request:
    """Return the request as it is after an event.

    Args:
        request: as it stands
        event: what happened
        today: nothing counts on a day that has not come

    Raises:
        DomainError: one of ``refusals.py``; the request is as it was
    """
    if event.on > today or event.on < request.received:
        raise DayWrong
    after = _change(request, event)
    return replace(after, number=request.number + 1, last_day=max(request.last_day, event.on))


def request_of(events: Iterable[on.RequestEvent]) -> Request:
    """Return the request that these events, all of them and in order, have made.

    Raises:
        ValueError: they do not begin with the receipt
    """
    first, *others = events
    if not isinstance(first, on.Received):
        raise ValueError("a request begins with its receipt")  # noqa: TRY004  what is wrong is the order
    request = received(first)
    for event in others:
        request = advance(request, event, today=date.max)
    return request


def _change(request: Request, event: on.RequestEvent) -> Request:
    if isinstance(event, on.Closed):
        return close(request, event)
    if isinstance(event, _DECISIVE):
        return decide(request, event) if isinstance(event, on.Decided) else carry_out(request, event)
    if isinstance(event, _PROCEEDINGS):
        return proceed(request, event)
    if request.stage is not Stage.OPEN and not _is_answer(event):
        raise RequestStage
    return _prepare(request, event)


def _is_answer(event: on.RequestEvent) -> bool:
    """What others send comes when it comes."""
    return isinstance(event, on.InquiryAnswered | on.ThirdPersonAnswered)


def _prepare(request: Request, event: on.RequestEvent) -> Request:  # noqa: C901, PLR0911, PLR0912  one answer each
    match event:
        case on.IdentityChecked():
            _says(event.shown)
            return replace(request, identity=event.on)
        case on.AgentCleared():
            if request.agent is None:
                raise RequestStage
            return replace(request, agent_cleared=True, agent_doubt=event.conflict or event.protected)
        case on.AmendingAsked():
            _says(event.what)
            if any(one.done is None for one in request.amendings):
                raise RequestStage
            return replace(request, amendings=(*request.amendings, Amending(asked=event.on)))
        case on.AmendingDone():
            return replace(request, amendings=_mended(request, event.on))
        case on.InquirySent():
            asked = Inquiry(department=event.department, asked=event.on)
            return replace(request, inquiries={**request.inquiries, event.inquiry: asked})
        case on.InquiryAnswered():
            _says(event.answer)
            known = request.inquiries.get(event.inquiry)
            if known is None or known.answered is not None:
                raise RequestStage
            told = replace(known, answered=_after(event.on, known.asked), answer=event.answer)
            return replace(request, inquiries={**request.inquiries, event.inquiry: told})
        case on.ThirdPersonAsked():
            if event.until < event.on:
                raise DayWrong
            if event.person in request.third_persons:  # an answer that is there would be lost
                raise RequestStage
            person = ThirdPerson(asked=event.on, until=event.until, must=event.must)
            return replace(request, third_persons={**request.third_persons, event.person: person})
        case on.ThirdPersonAnswered():
            person = request.third_persons.get(event.person)
            if person is None or person.answered is not None:
                raise RequestStage
            said = replace(person, answered=_after(event.on, person.asked), objects=event.objects)
            return replace(request, third_persons={**request.third_persons, event.person: said})
        case on.Extended():
            _says(event.reason)
            if request.extension is not None or event.days < 1:
                raise RequestStage
            return replace(request, extension=Extension(decided=event.on, days=event.days))
        case on.SplitTold():
            _says(event.reason)
            if request.split is not None:
                raise RequestStage
            return replace(request, split=Split(told=event.on, rest_until=event.rest_until))
        case on.TakenBack():
            return replace(request, stage=Stage.TAKEN_BACK)
        case on.PassedOn():
            _says(event.to)
            return replace(request, stage=Stage.PASSED_ON)
        case _:
            raise RequestStage


def _mended(request: Request, day: date) -> tuple[Amending, ...]:
    if not request.amendings or request.amendings[-1].done is not None:
        raise RequestStage
    *before, last = request.amendings
    return (*before, replace(last, done=_after(day, last.asked)))


def _after(day: date, earlier: date) -> date:
    if day < earlier:
        raise DayWrong
    return day


def _says(words: str) -> None:
    if not words.strip():
        raise RequestWordsMissing
