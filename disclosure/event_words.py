"""Events of a request as they are written down, and read again. Pure.

The name of an event and the names of its fields stand in the register for as long as the request is kept:
they are never renamed. A field that is added has a default, so that older events can still be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from disclosure import request_events as on
from storage.disclosures import StepRow

_KINDS: Mapping[str, type[on.RequestEvent]] = {
    "received": on.Received,
    "identity-checked": on.IdentityChecked,
    "agent-cleared": on.AgentCleared,
    "amending-asked": on.AmendingAsked,
    "amending-done": on.AmendingDone,
    "inquiry-sent": on.InquirySent,
    "inquiry-answered": on.InquiryAnswered,
    "third-person-asked": on.ThirdPersonAsked,
    "third-person-answered": on.ThirdPersonAnswered,
    "objector-told": on.ObjectorTold,
    "extended": on.Extended,
    "split-told": on.SplitTold,
    "decided": on.Decided,
    "notice-reached": on.NoticeReached,
    "method-chosen": on.MethodChosen,
    "carried-out": on.CarriedOut,
    "taken-back": on.TakenBack,
    "passed-on": on.PassedOn,
    "review-asked": on.ReviewAsked,
    "review-consulted": on.ReviewConsulted,
    "review-advised": on.ReviewAdvised,
    "review-ruled": on.ReviewRuled,
    "sued": on.Sued,
    "suit-ended": on.SuitEnded,
    "closed": on.Closed,
}
_NAMES: Mapping[type[on.RequestEvent], str] = {kind: name for name, kind in _KINDS.items()}
_READERS: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}
_BESIDE = {"at", "by", "on"}


def name_of(event: on.RequestEvent) -> str:
    """Return the name under which an event is written down."""
    return _NAMES[type(event)]


def written(event: on.RequestEvent) -> StepRow:
    """Return an event as it is written down."""
    name = name_of(event)
    body = _READERS[name].dump_python(event, mode="json", exclude=_BESIDE)
    return StepRow(kind=name, at=event.at, by=event.by, on=event.on, body=body)


def read(row: StepRow) -> on.RequestEvent:
    """Return the event that was written down.

    Raises:
        KeyError: a later release has written it
        pydantic.ValidationError: it is none of ours
    """
    event: on.RequestEvent = _READERS[row.kind].validate_python(
        {**row.body, "at": row.at, "by": row.by, "on": row.on}
    )
    return event
