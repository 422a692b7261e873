"""The desk of requests as people use it: opened, read, led on, each step under the rights of who takes it.

Reading, asking the machine and writing the event happen in one transaction; the event carries the number of
the last one that its writer had seen. Of two officers who write at once the later one is told to look again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from core.errors import WrittenMeanwhile
from core.ids import RequestId
from disclosure import request_events as on
from disclosure.event_words import read, written
from disclosure.refusals import FoundOpen
from disclosure.request import Request
from disclosure.steps import advance, received, request_of
from storage.disclosures import append, events_of, led_requests, number_of_press
from storage.presses import PressUsed
from storage.request_found import Said, found_of


def begin(connection: Connection, request: RequestId, first: on.Received) -> None:
    """Begin to lead a request that was opened in the same transaction; sent twice, it is one.

    Raises:
        RequestWordsMissing: it has no receipt number
        PressUsed: another request has this id
    """
    received(first)
    try:
        append(connection, request, 0, written(first))
    except WrittenMeanwhile:
        _, (there, *_) = read_request(connection, request)
        if replace(there, at=first.at) != first:
            raise PressUsed from None


def read_request(connection: Connection, request: RequestId) -> tuple[Request, list[on.RequestEvent]]:
    """Return a request and everything that happened to it.

    Raises:
        NotFound: there is none, or none that may be seen, or it is not led here
    """
    events = [read(row) for row in events_of(connection, request)]
    return request_of(events), events


def requests_at_hand(connection: Connection) -> dict[RequestId, Request]:
    """Return every request that this person may see, open ones first."""
    return {
        one: request_of([read(row) for row in rows]) for one, rows in led_requests(connection).items() if rows
    }


def take_step(  # noqa: PLR0913, PLR0917  the transaction, the request, what was seen and what is pressed
    connection: Connection,
    request: RequestId,
    seen: int,
    make: Callable[[Request], on.RequestEvent],
    today: date,
    press: UUID,
) -> Request:
    """Lead a request on by one event. The same press, sent again because its answer was lost, is one event.

    Args:
        connection: under the rights of who acts
        request: which one
        seen: number of the last event that they had seen
        make: makes the event out of the request
        today: in the hall
        press: the page's own id of this press

    Raises:
        NotFound: there is none, or none that may be seen
        WrittenMeanwhile: somebody else wrote first
        PressUsed: something else was pressed under this id
        FoundOpen: it decides, and something that was found is neither in nor left out
        DomainError: the machine refuses it, and nothing is changed
    """
    known, events = read_request(connection, request)
    pressed = number_of_press(connection, request, press)
    if pressed is not None:
        before = request_of(events[: pressed - 1])
        if replace(make(before), at=events[pressed - 1].at) != events[pressed - 1]:
            raise PressUsed
        return known
    if known.number != seen:
        raise WrittenMeanwhile
    event = make(known)
    if isinstance(event, on.Decided) and any(one.said is Said.OPEN for one in found_of(connection, request)):
        raise FoundOpen
    after = advance(known, event, today=today)
    append(connection, request, seen, replace(written(event), press=press))
    return after
