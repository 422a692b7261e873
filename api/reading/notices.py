"""Notices of a request as its officers make them: which step has one, and to whom it goes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from api.disclosure_texts import KINDS
from api.notice_names import NAMES, TO_THIRD_PERSONS
from api.parts import ConsoleParts
from api.reading.disclosures import open_days_of
from api.wording import HERE
from core.errors import NotFound
from core.ids import RequestId
from core.profile.disclosure import Disclosure
from disclosure import request_events as on
from disclosure.desk import read_request
from disclosure.notices.articles import articles
from disclosure.notices.fields import Addressee, Notice, Typed, fields_of
from disclosure.notices.kinds import notice_of
from disclosure.notices.template import filled
from disclosure.steps import request_of
from storage.disclosures import SealedPerson, people_of


def make_notice(  # noqa: PLR0913, PLR0917  the transaction, which step, what was typed and the hall's rules
    connection: Connection,
    parts: ConsoleParts,
    rules: Disclosure,
    request: RequestId,
    number: int,
    typed: Typed,
) -> tuple[str, bytes]:
    """Return what the notice about a step is called, and its Word file.

    Raises:
        NotFound: the request may not be seen, or has no such step, or nobody is told of it in writing
        TemplateBroken: the city's own Word file cannot be used
    """
    after, events = read_request(connection, request)
    if not 1 < number <= len(events):
        raise NotFound
    event = events[number - 1]
    kind = notice_of(event, after.kind)
    if kind is None:
        raise NotFound
    agencies = {str(one.id): one.name for one in parts.profile.agencies}
    notice = Notice(
        kind=kind, event=event, before=request_of(events[: number - 1]), after=request_of(events[:number]),
        agency=agencies.get(after.agency, after.agency), kind_name=KINDS[after.kind],
        to=_addressee(parts, event, people_of(connection, request)),
        article=articles().of(kind, after.kind, event), typed=typed,
        today=parts.clock.now().astimezone(HERE).date(),
    )  # fmt: skip
    return NAMES[kind], filled(parts.notices.of(kind), fields_of(notice, open_days_of(rules)))


def _addressee(parts: ConsoleParts, event: on.RequestEvent, people: Iterable[SealedPerson]) -> Addressee:
    opened = [
        (one, parts.numbers.open_name(one.name), parts.numbers.open_name(one.address) if one.address else "")
        for one in people
    ]
    if isinstance(event, TO_THIRD_PERSONS):
        # Never the requester: who asks is none of a third person's business, and the other way round.
        return next(
            (Addressee(name=name, address=where) for one, name, where in opened if one.id == event.person),
            Addressee(name="", address=""),
        )
    first = {one.part: Addressee(name=name, address=where) for one, name, where in reversed(opened)}
    asks = first.get("requester", Addressee(name="", address=""))
    agent = first.get("agent")
    return Addressee(name=agent.name, address=agent.address, stands_for=asks.name) if agent else asks
