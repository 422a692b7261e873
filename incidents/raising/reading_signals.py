"""Finds the signals of an ended call and lays them down for people to look at.

Handler `read_signals` reacts to a saved transcript, and to measures of voices that come after it. May run
twice: the same rules find the same rows. Practice calls raise none. It acts on nobody: a signal asks people
to look.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from core.clock import Clock
from core.ids import CallId, DepartmentId, RecordingId
from core.logs import get_log
from core.profile.model import CityProfile
from incidents.raising.call_facts import call_facts, read_before_it
from incidents.signals.rules import SignalRules, signal_rules
from incidents.signals.signal import Signal
from storage.database import Database
from storage.disaster_switch import signals_are_off
from storage.signals import FoundSignal, keep_signals
from transcription.repository import recorded_call
from transcription.revisions import read_revision

log = get_log()


class ReadSignals:
    """One run is one recording.

    Args:
        database: the worker role's
        profile: the city's figures and words
        clock: when it was found
    """

    def __init__(self, *, database: Database, profile: CityProfile, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looking = SignalsOfCall(profile)

    def __call__(self, recording: str, revision: str | None = None) -> None:
        """Find the signals of a recorded call, given the text of its id; the revision is the one people read.

        Without a revision it is the measures that came: where there are no words yet, the transcript will
        ask again, and of what never becomes text `WordlessSignals` asks.

        Raises:
            DatabaseAway: tried again later
        """
        wanted = RecordingId(UUID(recording))
        self._read(wanted, revision)
        with self._database.begin() as connection:
            late = read_before_it(connection, wanted)
        # A long call is written down after the short one that followed it: that one can be compared only now.
        for one in late:
            self._read(one, None)

    def _read(self, wanted: RecordingId, revision: str | None) -> None:
        with self._database.begin() as connection:
            # Locked: whoever destroys it meanwhile waits for us, and takes these rows along.
            call = recorded_call(connection, wanted, locked=True)
            if call is None or call.practice or call.destroyed or not call.usable:
                return
            if revision is None and read_revision(connection, wanted) is None:
                return
            count = self._looking.look(connection, call.call, wanted, self._clock)
        if count is not None:
            log.info("signals.read", recording=wanted, revision=revision, count=count)


class SignalsOfCall:
    """The city's rules, and where what they find is kept."""

    def __init__(self, profile: CityProfile) -> None:
        self._profile = profile
        self._rules: SignalRules = signal_rules(profile)

    def look(
        self, connection: Connection, call: CallId, recording: RecordingId | None, clock: Clock
    ) -> int | None:
        """Find the signals of a call and keep them.

        Args:
            connection: the worker role's
            call: an ended one
            recording: with which the rows go; None where no sound is kept
            clock: when it was found

        Returns:
            how many; None where nothing is looked for: practice, calls of ours, calls that go on
        """
        facts = call_facts(connection, call, self._profile)
        if facts is None:
            return None
        now = clock.now()
        found = self._rules.of(facts)
        if signals_are_off(connection, now):
            # In a disaster people are loud and call everywhere; lives are at stake all the same.
            found = tuple(one for one in found if one.kind.urgent)
        keep_signals(
            connection, call, recording, DepartmentId(facts.department), [row_of(one) for one in found], now
        )
        return len(found)


def row_of(one: Signal) -> FoundSignal:
    """Return a signal as it is kept: figures and places, no word."""
    return FoundSignal(
        kind=one.kind.value,
        urgent=one.kind.urgent,
        rule=one.rule,
        version=one.version,
        value=one.value,
        limit=one.limit,
        utterances=one.utterances,
        seconds=one.at,
    )
