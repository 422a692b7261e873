"""The recogniser's hand: writes words of a call that goes on, as the process that hears it does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from core.ids import CallId
from storage.live_text import Following, LiveLine, LiveLines
from tests.office import Office


@dataclass(slots=True)
class LiveWords:
    """Speaks for one call. ``seconds`` says when each stretch began, counted from now."""

    office: Office
    call: CallId
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    change: int = 0

    def says(self, track: str, text: str, *, settled: bool = True, seconds: float | None = None) -> LiveLine:
        """Write a new line."""
        begun = self.now + timedelta(seconds=float(self.change) if seconds is None else seconds)
        line = LiveLine(id=uuid4(), track=track, at=begun, text=text, settled=settled, change=self.change)
        return self.changes(line)

    def changes(self, line: LiveLine, **to: object) -> LiveLine:
        """Write the line again, as it is understood now."""
        self.change += 1
        now = replace(line, change=self.change, **to)  # type: ignore[arg-type]
        LiveLines(self.office.worker).write(self.call, now)
        return now

    def follows(self, state: Following = Following.ON) -> None:
        """Say how the recogniser follows the call."""
        LiveLines(self.office.worker).tell({self.call: state}, [self.call])

    def falls_silent(self) -> None:
        """The recogniser has died, and whoever reads along has done so for a while."""
        self.office.write(
            "UPDATE live_watches SET since = now() - interval '1 minute' WHERE call_id = :call",
            {"call": self.call},
        )
        self.office.write(
            "UPDATE live_states SET at = now() - interval '1 minute' WHERE call_id = :call",
            {"call": self.call},
        )
        self.office.write("SELECT pg_notify('tsuwaroku_words', :call)", {"call": self.call})
