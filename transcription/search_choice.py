"""Which calls a search is kept to, besides words and time; the database applies it together with rights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ids import AccountId, LineId
from transcription.utterance import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where nothing is said, everything is meant.

    ``times``: only callers whose number called at least so often in the period of the search, counted over
    the calls that the asker may see. Lengths are those of the talk.
    """

    line: LineId | None = None
    operator: AccountId | None = None
    track: Track | None = None
    flagged: bool | None = None
    shortest: timedelta | None = None
    longest: timedelta | None = None
    times: int | None = None

    def literal(self, after: datetime | None, before: datetime | None) -> str:
        """Write the choice, and the period that repeated calls are counted in, as the database reads it."""
        said: dict[str, object] = {
            "line": self.line,
            "operator": None if self.operator is None else str(self.operator),
            "track": None if self.track is None else self.track.value,
            "flagged": self.flagged,
            "shortest": None if self.shortest is None else self.shortest.total_seconds(),
            "longest": None if self.longest is None else self.longest.total_seconds(),
            "times": self.times,
        }
        period = {
            "since": "-infinity" if after is None else after.isoformat(),
            "until": "infinity" if before is None else before.isoformat(),
        }
        return json.dumps({name: one for name, one in said.items() if one is not None} | period)
