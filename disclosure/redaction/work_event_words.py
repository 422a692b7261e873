"""The editor's events as they are written down, and read again. Pure.

Their names and the names of their fields stay for as long as the request is kept: never renamed. A field that
is added has a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from disclosure.redaction import work_events as on
from storage.redactions import WorkRow

_KINDS: Mapping[str, type[on.WorkEvent]] = {
    "masked": on.Masked,
    "grounded": on.Grounded,
    "unmasked": on.Unmasked,
    "about-other": on.AboutOther,
    "not-about-other": on.NotAboutOther,
    "declined": on.Declined,
    "undone": on.Undone,
}
_NAMES: Mapping[type[on.WorkEvent], str] = {kind: name for name, kind in _KINDS.items()}
_READERS: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}


def written(event: on.WorkEvent) -> WorkRow:
    """Return an event as it is written down."""
    name = _NAMES[type(event)]
    body = _READERS[name].dump_python(event, mode="json", exclude={"at", "by"})
    return WorkRow(kind=name, at=event.at, by=event.by, body=body)


def read(row: WorkRow) -> on.WorkEvent:
    """Return the event that was written down.

    Raises:
        KeyError: a later release has written it
        pydantic.ValidationError: it is none of ours
    """
    event: on.WorkEvent = _READERS[row.kind].validate_python({**row.body, "at": row.at, "by": row.by})
    return event
