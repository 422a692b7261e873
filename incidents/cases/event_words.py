"""Events as they are written down, and read again. Pure.

The name of an event and the names of its fields stand in the register for as long as the case is kept: they
are never renamed. A field that is added has a default, so that older events can still be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from incidents.cases import events as on
from storage.incidents import EventRow

_KINDS: Mapping[str, type[on.CaseEvent]] = {
    "opened": on.Opened,
    "call-linked": on.CallLinked,
    "quote-linked": on.QuoteLinked,
    "statement": on.NewStatement,
    "kinds": on.KindsNamed,
    "judges-called": on.JudgesCalled,
    "view": on.ViewGiven,
    "finding-withdrawn": on.FindingWithdrawn,
    "handling-ended": on.HandlingEnded,
    "measure": on.MeasureTaken,
    "alert": on.AlertRaised,
    "submitted": on.Submitted,
    "head-checked": on.HeadChecked,
    "council-agreed": on.CouncilAgreed,
    "returned": on.Returned,
    "decided": on.Decided,
    "filed": on.Filed,
    "closed": on.Closed,
}
_NAMES: Mapping[type[on.CaseEvent], str] = {kind: name for name, kind in _KINDS.items()}
_READERS: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}
_BESIDE = {"at", "by", "rank"}


def name_of(event: on.CaseEvent) -> str:
    """Return the name under which an event is written down."""
    return _NAMES[type(event)]


def written(event: on.CaseEvent) -> EventRow:
    """Return an event as it is written down."""
    name = name_of(event)
    body = _READERS[name].dump_python(event, mode="json", exclude=_BESIDE)
    return EventRow(kind=name, at=event.at, by=event.by, rank=event.rank.value, body=body)


def read(row: EventRow) -> on.CaseEvent:
    """Return the event that was written down.

    Raises:
        KeyError: a later release has written it
        pydantic.ValidationError: it is none of ours
    """
    event: on.CaseEvent = _READERS[row.kind].validate_python(
        {**row.body, "at": row.at, "by": row.by, "rank": row.rank}
    )
    return event
