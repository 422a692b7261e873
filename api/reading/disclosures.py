"""What the desk of requests shows: which is due when, what happened to one, and what can be done next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from api.disclosure_texts import ANSWERS, KINDS, STAGES, STEP_FORMS, TROUBLES, Field, StepForm
from api.notice_names import TO_THIRD_PERSONS, notice_asks, notice_name
from api.parts import ConsoleParts
from api.reading.third_persons import ThirdPersonSeen, places_told, third_persons_seen
from core.ids import RequestId
from core.profile.disclosure import Disclosure, RequestKind
from core.profile.model import CityProfile
from disclosure.clock import Limits, limits_of
from disclosure.decisions import held_until
from disclosure.desk import requests_at_hand
from disclosure.event_words import read
from disclosure.offers import offered
from disclosure.open_days import OpenDays
from disclosure.request import Request, Stage
from disclosure.request_events import Answer
from disclosure.steps import request_of
from storage.disclosures import StepRow, events_of, people_of

_SOON = 7
"""Days before the target at which a request is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRequest:
    """A request and its clock."""

    id: RequestId
    request: Request
    kind: str
    agency: str
    stage: str
    limits: Limits
    days_left: int | None
    """Until the target; less than nothing: it has passed. None: it is decided, or the clock stands."""
    troubles: tuple[str, ...]

    @property
    def urgent(self) -> bool:
        """Whether it is due within the week, or late."""
        return self.days_left is not None and self.days_left <= _SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPerson:
    """Somebody of a request, with their name opened."""

    id: str
    part: str
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """Something that happened, as the page tells it."""

    number: int
    title: str
    on: date
    said: str
    writer: str
    notice: str
    """What the notice about it is called; nothing: nobody outside is told of it."""
    asks: tuple[Field, ...]
    """What an officer is asked for it."""
    places: str
    """Of a letter to a third person: the marked passages of the request's recordings, to begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureSeen:
    """One request as its page shows it."""

    due: DueRequest
    steps: tuple[StepSeen, ...]
    people: tuple[SeenPerson, ...]
    """Without third persons."""
    third_persons: tuple[ThirdPersonSeen, ...]
    held_until: date | None
    offered: tuple[tuple[str, StepForm], ...]
    things: Mapping[str, Mapping[str, str]]
    """What a step may speak of, by kind: what it is called, by id."""


def open_days_of(rules: Disclosure) -> OpenDays:
    """Return the city's open days."""
    return OpenDays(rules.closed)


def due_requests(
    connection: Connection, profile: CityProfile, rules: Disclosure, today: date
) -> list[DueRequest]:
    """Return every request that this person may see: what is due first, then what waits or is decided."""
    days = open_days_of(rules)
    found = [
        due_of(one, request, profile, days, today) for one, request in requests_at_hand(connection).items()
    ]
    return sorted(found, key=lambda one: (one.days_left is None, one.days_left or 0, one.request.receipt))


def due_of(
    request_id: RequestId, request: Request, profile: CityProfile, days: OpenDays, today: date
) -> DueRequest:
    """Return a request with its clock."""
    limits = limits_of(request.course, request.term, days)
    undecided = request.stage is Stage.OPEN or request.rest_is_owed
    aim = limits.target if request.stage is Stage.OPEN else limits.rest
    return DueRequest(
        id=request_id, request=request, kind=KINDS[request.kind],
        agency=next((one.name for one in profile.agencies if one.id == request.agency), request.agency),
        stage=STAGES[request.stage], limits=limits,
        days_left=(aim - today).days if undecided and aim is not None else None,
        troubles=tuple(TROUBLES[one] for one in limits.troubles),
    )  # fmt: skip


def disclosure_seen(
    connection: Connection, request_id: RequestId, parts: ConsoleParts, rules: Disclosure, today: date
) -> DisclosureSeen:
    """Return one request as its page shows it.

    Raises:
        NotFound: there is none, or none that may be seen, or it is not led here
    """
    rows = events_of(connection, request_id)
    request = request_of([read(row) for row in rows])
    days = open_days_of(rules)
    people = tuple(
        SeenPerson(
            id=str(one.id), part=one.part, name=parts.numbers.open_name(one.name),
            address=parts.numbers.open_name(one.address) if one.address else "",
        )
        for one in people_of(connection, request_id)
        if one.part != "third-person"
    )  # fmt: skip
    others = third_persons_seen(connection, parts, request_id, request)
    return DisclosureSeen(
        due=due_of(request_id, request, parts.profile, days, today),
        steps=tuple(_steps(rows, request.kind, others)),
        people=people,
        third_persons=others,
        held_until=held_until(request, days),
        offered=tuple((name, STEP_FORMS[name]) for name in offered(request)),
        things=_things(request, parts.profile, others),
    )


def _steps(
    rows: Iterable[StepRow], kind: RequestKind, others: Iterable[ThirdPersonSeen]
) -> Iterable[StepSeen]:
    places = {one.id: places_told(one.passages) for one in others}
    for row in rows:
        event = read(row)
        form = STEP_FORMS.get(row.kind)
        said = next((str(row.body[one]) for one in _SAID if row.body.get(one)), "")
        if row.kind == "decided":
            said = "　".join(filter(None, (ANSWERS[Answer(row.body["answer"])], said)))
        if row.body.get("fee") is not None:
            said = f"{said}　費用 {row.body['fee']:,}円"
        yield StepSeen(
            number=row.number, title=form.title if form else "受け付けた", on=row.on, said=said,
            writer=row.writer, notice=notice_name(event, kind), asks=notice_asks(event, kind),
            places=places.get(str(event.person), "") if isinstance(event, TO_THIRD_PERSONS) else "",
        )  # fmt: skip


_SAID = ("shown", "what", "reason", "method", "to", "filed", "number")


def _things(
    request: Request, profile: CityProfile, others: Iterable[ThirdPersonSeen]
) -> dict[str, dict[str, str]]:
    departments = {str(one.id): one.name for one in profile.departments}
    names = {one.id: one.name for one in others}
    third = {str(key): names.get(str(key), "第三者") for key in request.third_persons}
    proceedings = {
        str(key): (one, f"{one.since:%Y-%m-%d} の{'訴訟' if one.lawsuit else '審査請求'}")
        for key, one in request.proceedings.items()
        if one.ended is None
    }
    return {
        "departments": departments,
        "inquiries": {
            str(key): departments.get(one.department, one.department)
            for key, one in request.inquiries.items()
            if one.answered is None
        },
        "people": {
            key: name
            for key, name in third.items()
            if any(str(one) == key and kept.answered is None for one, kept in request.third_persons.items())
        },
        "unasked": {
            key: name
            for key, name in names.items()
            if not any(str(one) == key for one in request.third_persons)
        },
        "objectors": {
            key: name
            for key, name in third.items()
            if any(str(one) == key and kept.objects for one, kept in request.third_persons.items())
        },
        "reviews": {key: name for key, (one, name) in proceedings.items() if not one.lawsuit},
        "unconsulted": {
            key: name for key, (one, name) in proceedings.items() if not one.lawsuit and one.consulted is None
        },
        "unadvised": {
            key: name
            for key, (one, name) in proceedings.items()
            if not one.lawsuit and one.consulted is not None and one.advised is None
        },
        "suits": {key: name for key, (one, name) in proceedings.items() if one.lawsuit},
    }
