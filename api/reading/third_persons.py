"""Third persons of a request (第86条): what was asked of them, and which passages are about them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from api.parts import ConsoleParts
from api.wording import HERE, position
from core.ids import RecordingId, RequestId
from disclosure.notices.fields import day_of
from disclosure.redaction.work import About, Work, work_of
from disclosure.redaction.work_event_words import read
from disclosure.request import Request
from storage.disclosures import people_of
from storage.redactions import work_rows_of_request
from storage.request_facts import accepted_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSeen:
    """Seconds of a recording that are about somebody."""

    recording: RecordingId
    arrived_at: datetime | None
    """Of the call; None: it does not belong to the request any more."""
    start: float
    end: float
    left_out: bool
    """Whether all of it is left out as things stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPersonSeen:
    """A third person as a request's page shows them."""

    id: str
    name: str
    address: str
    asked: date | None
    until: date | None
    answered: date | None
    objects: bool
    passages: tuple[PassageSeen, ...]


def third_persons_seen(
    connection: Connection, parts: ConsoleParts, request_id: RequestId, request: Request
) -> tuple[ThirdPersonSeen, ...]:
    """Return a request's third persons, the first first."""
    people = [one for one in people_of(connection, request_id) if one.part == "third-person"]
    if not people:
        return ()
    passages = _passages(connection, request_id)
    seen: list[ThirdPersonSeen] = []
    for one in people:
        kept = request.third_persons.get(one.id)
        seen.append(
            ThirdPersonSeen(
                id=str(one.id), name=parts.numbers.open_name(one.name),
                address=parts.numbers.open_name(one.address) if one.address else "",
                asked=kept.asked if kept else None, until=kept.until if kept else None,
                answered=kept.answered if kept else None, objects=bool(kept and kept.objects),
                passages=tuple(said for about, said in passages if about.person == one.id),
            )
        )  # fmt: skip
    return tuple(seen)


def third_person_names(
    connection: Connection, parts: ConsoleParts, request_id: RequestId
) -> tuple[tuple[str, str], ...]:
    """Return id and name of a request's third persons, the first first."""
    return tuple(
        (str(one.id), parts.numbers.open_name(one.name))
        for one in people_of(connection, request_id)
        if one.part == "third-person"
    )


def places_told(passages: Iterable[PassageSeen]) -> str:
    """Return where passages lie, as a letter says it: the day of the call, and from where to where of it."""
    by_call: dict[datetime, list[str]] = {}
    for one in passages:
        if one.arrived_at is not None:
            by_call.setdefault(one.arrived_at, []).append(
                f"{position(one.start)}から{position(math.ceil(one.end))}まで"
            )
    return "、".join(
        f"{day_of(at.astimezone(HERE).date())}の電話の録音の{'、'.join(places)}"
        for at, places in sorted(by_call.items())
    )


def _passages(connection: Connection, request_id: RequestId) -> list[tuple[About, PassageSeen]]:
    calls = {one.recording: one.arrived_at for one in accepted_of(connection, request_id)}
    found: list[tuple[About, PassageSeen]] = []
    for recording, rows in work_rows_of_request(connection, request_id).items():
        work = work_of([read(row) for row in rows])
        found += [
            (one, PassageSeen(
                recording=recording, arrived_at=calls.get(recording), start=one.span.start,
                end=one.span.end, left_out=_is_left_out(one, work),
            ))
            for one in _in_order(work.others.values())
        ]  # fmt: skip
    return found


def _in_order(passages: Iterable[About]) -> list[About]:
    return sorted(passages, key=lambda one: one.span.start)


def _is_left_out(passage: About, work: Work) -> bool:
    return any(
        gone.start <= passage.span.start and passage.span.end <= gone.end
        for gone in work.silent(passage.track)
    )
