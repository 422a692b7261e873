"""What is known of a call's recording beyond the line's mode: asked for, told of, not wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingState:
    """Empty on a call that is recorded as its line always is."""

    asked_at: datetime | None = None
    """Recording on request: the key was pressed."""
    began_at: datetime | None = None
    """Asterisk records since then."""
    tells: int = 0
    """How often the announcement was played to both."""
    told_at: datetime | None = None
    """Its end, as Asterisk said."""
    explained_at: datetime | None = None
    """録音拒否: the operator was shown what to explain again."""
    explained_by: str | None = None
    """The order that was answered so."""
    stop_order: str | None = None
    stopped_at: datetime | None = None
    """The recording was stopped because it was not wanted."""


AS_THE_LINE_IS = RecordingState()
