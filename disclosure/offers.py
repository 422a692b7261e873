"""Which steps a page offers for a request as it stands. Pure; the machine decides all the same."""

from __future__ import annotations

from collections.abc import Iterator

from disclosure.request import Request, Stage
from disclosure.request_events import DISCLOSING, Agent, Ruling


def offered(request: Request) -> tuple[str, ...]:
    """Return the names of the steps (disclosure/event_words.py) that make sense now, the usual one first."""
    match request.stage:
        case Stage.OPEN:
            return (*_of_open(request), *_of_proceedings(request))
        case Stage.DECIDED | Stage.DONE:
            return (*_of_decided(request), *_of_proceedings(request))
        case Stage.TAKEN_BACK | Stage.PASSED_ON:
            return ("closed",)
        case Stage.CLOSED:
            return ()


def _of_open(request: Request) -> Iterator[str]:
    if request.identity is None:
        yield "identity-checked"
    if request.agent is Agent.LEGAL and not request.agent_cleared:
        yield "agent-cleared"
    yield "amending-done" if any(one.done is None for one in request.amendings) else "amending-asked"
    yield from _of_others(request)
    yield "inquiry-sent"
    yield "third-person-asked"
    if request.extension is None:
        yield "extended"
    if request.split is None and request.term.large is not None:
        yield "split-told"
    yield "decided"
    yield "taken-back"
    yield "passed-on"


def _of_decided(request: Request) -> Iterator[str]:
    decision = request.decision
    if decision is None:
        return
    if decision.reached is None:
        yield "notice-reached"
    if request.objected:
        yield "objector-told"
    if decision.answer in DISCLOSING:
        if request.stage is Stage.DECIDED:
            yield "method-chosen"
        yield "carried-out"
    yield from _of_others(request)
    changed = any(one.ruling is Ruling.CHANGED for one in request.proceedings.values())
    if request.rest_is_owed or changed:
        yield "decided"
    if not request.contested:
        yield "closed"


def _of_others(request: Request) -> Iterator[str]:
    if any(one.answered is None for one in request.inquiries.values()):
        yield "inquiry-answered"
    if any(one.answered is None for one in request.third_persons.values()):
        yield "third-person-answered"


def _of_proceedings(request: Request) -> Iterator[str]:
    reviews = [one for one in request.proceedings.values() if one.ended is None and not one.lawsuit]
    if any(one.consulted is None for one in reviews):
        yield "review-consulted"
    if any(one.consulted is not None and one.advised is None for one in reviews):
        yield "review-advised"
    if reviews:
        yield "review-ruled"
    yield "review-asked"
    if any(one.ended is None and one.lawsuit for one in request.proceedings.values()):
        yield "suit-ended"
    yield "sued"
