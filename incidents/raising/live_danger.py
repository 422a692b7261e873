"""Watches the words of calls that go on for danger to life: a sheet is at hand while there is time to act.

It stands before the rows of live text and passes every line on. Only settled words of the caller are looked
at, only for 110番 and 命の相談; live text is a guess, so a person hears and decides. Words are looked for as
they are written; how they sound is looked for in the transcript.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from core.clock import Clock
from core.ids import CallId, DepartmentId
from core.logs import get_log
from core.profile.model import CityProfile
from incidents.raising.reading_signals import row_of
from incidents.signals.facts import CallFacts, Said
from incidents.signals.rules import signal_rules
from incidents.signals.signal import Signal
from storage.database import Database
from storage.live_text import LiveLine
from storage.signals import keep_live_signal
from transcription.utterance import Track

log = get_log()


class WritesLines(Protocol):
    """Where lines go (`storage.live_text.LiveLines`). May raise DatabaseAway."""

    def write(self, call: CallId, line: LiveLine) -> None:
        """Write a line as it stands now."""
        ...


class LiveDanger:
    """Lines on their way to their rows.

    Args:
        lines: where they go
        database: the worker role's
        profile: the city's phrases
        clock: when it was found
    """

    def __init__(self, lines: WritesLines, *, database: Database, profile: CityProfile, clock: Clock) -> None:
        self._lines = lines
        self._database = database
        self._clock = clock
        self._rules = signal_rules(profile)

    def write(self, call: CallId, line: LiveLine) -> None:
        """Write a line, then look at it.

        Raises:
            DatabaseAway: the words are lost like any of live text; the transcript finds them again
        """
        self._lines.write(call, line)
        if not line.settled or line.track != Track.CALLER.value or not line.text:
            return
        found = self.dangers_in(line.text, line.at)
        if not found:
            return
        now = self._clock.now()
        with self._database.begin() as connection:
            new = [keep_live_signal(connection, call, row_of(one), line.at, now) for one in found]
        log.info("signals.live", call=call, count=sum(new))

    def dangers_in(self, said: str, at: datetime) -> list[Signal]:
        """Return the dangers to life in what a caller said at a moment. Pure."""
        words = Said(number=0, side=Track.CALLER, start=0.0, end=0.0, text=said)
        alone = CallFacts(department=DepartmentId(""), when=at, seconds=0.0, one_number=False, said=(words,))
        return [one for one in self._rules.of(alone) if one.kind.urgent]
