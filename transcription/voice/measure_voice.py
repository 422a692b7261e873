"""Reacts to a sealed recording: measures the voices and keeps the figures beside it.

Handler `measure_voice`. May run twice; what the same rules have measured is not measured again. What is
closed for use (未告知) or kept for hours only (一時保持) is not listened to; opening and flagging ask again.
A room (録音機のファイル) has one track: there is no caller's voice in it to be measured.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol
from uuid import UUID

from core.clock import Clock
from core.facts import VoiceMeasured
from core.ids import RecordingId
from core.logs import get_log
from storage.access_log import ActorKind
from storage.access_rules import RecordingDestroyed
from storage.database import Database
from storage.unit_of_work import Announces, UnitOfWork
from storage.vault import OpenedRecording
from telephony.sound.audio_files import UnreadableRecording
from telephony.sound.flac import unpack_flac
from transcription.pieces import pieces
from transcription.repository import recorded_call
from transcription.voice.measures import VERSION, measure
from transcription.voice.rows import keep_measures, measured_version

log = get_log()


class OpensForMeasuring(Protocol):
    """The vault's door for a process of ours: storage.vault.Vault."""

    def open_for_process(
        self, actor_kind: ActorKind, recording: RecordingId, *, purpose: str
    ) -> OpenedRecording:
        """Open the master of a recording; written down once, whatever is read."""
        ...


class MeasureVoice:
    """One run is one recording; an hour of call takes about 15 s of one core.

    Args:
        database: the worker role's
        announcer: who hears that a recording was measured
        vault: opens the sealed recordings
        clock: when it was measured
    """

    def __init__(
        self, *, database: Database, announcer: Announces, vault: OpensForMeasuring, clock: Clock
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._vault = vault
        self._clock = clock

    def __call__(self, recording: str) -> None:
        """Measure a recording, given the text of its id. Does nothing where there is nothing to do.

        Raises:
            SealBroken, ObjectMissing: people must look at this one
            ObjectStoreFailed, DatabaseAway: tried again later
        """
        wanted = RecordingId(UUID(recording))
        with self._database.begin() as connection:
            call = recorded_call(connection, wanted)
            done = measured_version(connection, wanted) == VERSION
        if call is None or done or not call.usable or call.destroyed or call.only_buffered or call.room:
            return
        try:
            with suppress(RecordingDestroyed):
                opened = self._vault.open_for_process("derivation", wanted, purpose="voice-measures")
                measures = measure(pieces(unpack_flac(opened.read, opened.size)))
                with UnitOfWork(self._database, self._announcer) as work:
                    # Locked: who destroys it meanwhile waits for us, or we find it destroyed.
                    now = recorded_call(work.connection, wanted, locked=True)
                    if now is not None and now.usable and not now.destroyed:
                        keep_measures(work.connection, wanted, measures, self._clock.now())
                        work.announce(VoiceMeasured(recording=wanted))
        except UnreadableRecording:
            log.info("voice.unreadable", recording=wanted)  # transcription raises the alarm
            return
        log.info("voice.measured", recording=wanted)
