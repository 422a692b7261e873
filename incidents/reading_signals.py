"""Reacts to a saved transcript: finds the signals of its call and lays them down for people to look at.

Handler `read_signals`. May run twice: the same rules find the same rows. Practice calls raise none. It acts
on nobody: a signal asks people to look.
"""

from __future__ import annotations

from uuid import UUID

from core.clock import Clock
from core.ids import RecordingId
from core.logs import get_log
from core.profile.model import CityProfile
from incidents.call_facts import call_facts, read_before_it
from incidents.signals.rules import signal_rules
from incidents.signals.signal import Signal
from storage.database import Database
from storage.disaster_switch import signals_are_off
from storage.signals import FoundSignal, keep_signals
from transcription.repository import recorded_call

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
        self._profile = profile
        self._clock = clock
        self._rules = signal_rules(profile)

    def __call__(self, recording: str, revision: str | None = None) -> None:
        """Find the signals of a recorded call, given the text of its id; the revision is the one people read.

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
        now = self._clock.now()
        with self._database.begin() as connection:
            # Locked: whoever destroys it meanwhile waits for us, and takes these rows along.
            call = recorded_call(connection, wanted, locked=True)
            if call is None or call.practice or call.destroyed or not call.usable:
                return
            facts = call_facts(connection, wanted, self._profile)
            if facts is None:
                return
            found = self._rules.of(facts)
            if signals_are_off(connection, now):
                # In a disaster people are loud and call everywhere; lives are at stake all the same.
                found = tuple(one for one in found if one.kind.urgent)
            rows = [_row(one) for one in found]
            keep_signals(connection, call.call, wanted, call.department, rows, now)
        log.info("signals.read", recording=wanted, revision=revision, count=len(rows))


def _row(one: Signal) -> FoundSignal:
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
