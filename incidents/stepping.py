"""Leads a case on by one event, in one transaction with whatever rows follow from it.

The event carries the number of the last one that its writer had seen: of two people who write at once the
later one is told to look again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from core.errors import WrittenMeanwhile
from core.facts import FindingFell, IncidentOpened
from core.ids import IncidentId
from incidents.cases.case import Case
from incidents.cases.event_words import written
from incidents.cases.events import (
    CallLinked,
    CaseEvent,
    Decided,
    Filed,
    FindingWithdrawn,
    JudgesCalled,
    NewStatement,
    QuoteLinked,
    ViewGiven,
)
from incidents.cases.machine import advance, case_of
from incidents.cases.rule import Rank
from incidents.papers.printing import print_decision
from incidents.register import Register
from storage.incidents import (
    Standing,
    append,
    call_judge,
    link_call,
    link_quote,
    note_standing,
    number_of_press,
)
from storage.presses import PressUsed
from storage.unit_of_work import UnitOfWork

_TRIES = 8  # more judges than any profile calls do not press within one moment


def take_step(  # noqa: PLR0913  the transaction, the case, what was seen and what is pressed
    work: UnitOfWork,
    register: Register,
    incident: IncidentId,
    seen: int,
    make: Callable[[Case, Rank], CaseEvent],
    *,
    press: UUID | None = None,
) -> Case:
    """Lead a case on by one event. The same press, sent again because its answer was lost, is one event.

    Views do not stand in each other's way: a judge may not read the others' before giving one, so what they
    wrote meanwhile is nothing that this judge would have had to see.

    Args:
        work: the transaction, under the rights of who acts
        register: the same person's
        incident: the case
        seen: number of the last event that they had seen
        make: makes the event out of the case and of what they are in it
        press: the page's own id of this press; None: what is sent twice is told as written meanwhile

    Raises:
        NotFound: there is none, or none that may be seen
        WrittenMeanwhile: somebody else wrote first
        PressUsed: something else was pressed under this id
        FontsMissing: a decision cannot be printed here, so it is none
        DomainError: the machine refuses it, and nothing is changed
    """
    for _ in range(_TRIES):
        case, events = register.read(incident)
        rank = register.rank(case.department)
        if press is not None and _is_pressed(work, incident, press, events, make, rank):
            return case
        event = make(case, rank)
        if not _may_follow(event, events[seen:], seen=seen, last=case.number):
            raise WrittenMeanwhile
        after = advance(case, event)
        try:
            append(work.connection, incident, case.number, replace(written(event), press=press))
        except WrittenMeanwhile:
            continue  # written while this one was weighed: read again, and ask again whether it may follow
        _beside(work, incident, event)
        ending = after.decision.ending.value if after.decision else None
        found_at = after.finding.at if after.finding else None
        standing = Standing(stage=after.stage.value, found_at=found_at, ending=ending)
        note_standing(work.connection, incident, standing, event.at)
        if isinstance(event, Decided | Filed):
            print_decision(work.connection, register.profile, incident, [*events, event])
        return after
    raise WrittenMeanwhile


def _may_follow(event: CaseEvent, since: list[CaseEvent], *, seen: int, last: int) -> bool:
    """Say whether what was written after somebody looked changes nothing of what they do."""
    if seen == last:
        return True
    # Of statements the machine itself knows which version stands: views or quotes beside it change none.
    if isinstance(event, NewStatement):
        return seen < last
    others_views = all(isinstance(one, ViewGiven) and one.by != event.by for one in since)
    return seen < last and isinstance(event, ViewGiven) and others_views


def _is_pressed(  # noqa: PLR0913, PLR0917  the press, and what it would write
    work: UnitOfWork, incident: IncidentId, press: UUID, events: list[CaseEvent],
    make: Callable[[Case, Rank], CaseEvent], rank: Rank,
) -> bool:  # fmt: skip
    """Say whether this very press is written already.

    Raises:
        PressUsed: something else stands under its id
    """
    number = number_of_press(work.connection, incident, press)
    if number is None:
        return False
    there, sent = events[number - 1], make(case_of(events[: number - 1]), rank)
    if written(there).kind != written(sent).kind or there.by != sent.by:
        raise PressUsed
    # Whom one press calls is asked anew each time, and may be others by now.
    if not isinstance(there, JudgesCalled) and written(there).body != written(sent).body:
        raise PressUsed
    return True


def _beside(work: UnitOfWork, incident: IncidentId, event: CaseEvent) -> None:
    """Write the rows by which lists and rights find what an event says."""
    match event:
        case JudgesCalled():
            for judge in event.judges:
                call_judge(work.connection, incident, judge.account, judge.rank.value, event.at)
        case CallLinked():
            link_call(work.connection, incident, event.call, event.at)
            work.announce(IncidentOpened(incident=incident, call=event.call))
        case QuoteLinked():
            link_quote(work.connection, incident, UUID(str(event.quote)), event.at)
        case FindingWithdrawn():
            work.announce(FindingFell(incident=incident))
        case _:
            pass
