"""Reacts to a sealed recording: listens to each side by itself and saves what was said as a revision.

May run twice and may be killed anywhere: nothing is written before everything has been heard, and what
the same model has heard with the same options is not saved again. What is closed for use (未告知) is not
listened to, nor what the city does not want as text; what stops being wanted while it is heard stops too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Literal, Protocol
from uuid import UUID

from sqlalchemy import Connection, text

from core.clock import Clock
from core.errors import DomainError
from core.facts import TranscriptSaved
from core.ids import LineId, RecordingId, RevisionId
from core.logs import get_log
from storage.alarms import raise_alarm
from storage.database import Database, DatabaseAway
from storage.unit_of_work import Announces, UnitOfWork
from storage.vault import OpenedRecording
from telephony.sound.audio_files import UnreadableRecording
from telephony.sound.flac import unpack_flac
from transcription.engine import ModelIdentity, ModelMissing
from transcription.hearing import Hears
from transcription.need import Overtaken, is_overtaken, wish_of
from transcription.pieces import pieces
from transcription.progress import Progress, note, state_of
from transcription.repository import (
    RecordedCall,
    Transcript,
    add_revision,
    is_transcribed,
    recorded_call,
)
from transcription.slots import RecognitionGivenUp
from transcription.speech_detection import VERSION
from transcription.utterance import Utterance

SAVE_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 60.0)
"""Seconds between the tries to save what was heard, while the database is away."""

log = get_log()


class NoLongerWanted(DomainError):
    """この録音は、聞いているあいだに廃棄されたか、利用停止になりました。"""

    code = "no-longer-wanted"


class OpensRecordings(Protocol):
    """The vault's door for a process of ours: storage.vault.Vault."""

    def open_for_process(
        self, actor_kind: Literal["transcription"], recording: RecordingId
    ) -> OpenedRecording:
        """Open the master of a recording; written down once, whatever is read."""
        ...


class Transcriber:
    """Turns recordings into transcripts.

    Args:
        database: under the worker's role
        announcer: who hears that a transcript was saved
        vault: opens the sealed recordings
        hears: the recogniser
        clock: when a revision was made
        vocabulary: the city's own words, for their spelling
        only_flagged: says of a line whether its calls become text only when flagged or asked for
        masks_numbers: whether 個人番号 and card numbers are left out
        pause: waits so many seconds
    """

    def __init__(  # noqa: PLR0913  collaborators come through the constructor
        self,
        *,
        database: Database,
        announcer: Announces,
        vault: OpensRecordings,
        hears: Hears,
        clock: Clock,
        vocabulary: tuple[str, ...] = (),
        only_flagged: Callable[[LineId], bool] = lambda _: False,
        masks_numbers: bool = True,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._vault = vault
        self._hears = hears
        self._clock = clock
        self._vocabulary = vocabulary
        self._only_flagged = only_flagged
        self._masks_numbers = masks_numbers
        self._pause = pause

    def transcribe_recording(self, recording: str) -> None:
        """Transcribe a recording, given the text of its id. Does nothing where there is nothing to do.

        Raises:
            ModelMissing: the model is not there or not the one it should be; an alarm says so, the
                recording is as it was, and a later try will find it
            Overtaken: one of higher need waits; this one is done after it
            RecognitionGivenUp: the recogniser died of it twice
        """
        name = RecordingId(UUID(recording))
        with self._database.begin() as connection:
            # Locked: a promotion that announced this job, or found it waiting, is through before we look.
            call = recorded_call(connection, name, locked=True)
            if call is None or not call.usable or call.destroyed or call.only_buffered:
                log.info("transcript.not-wanted", recording=name)
                return
            if state_of(connection, name).reason == UnreadableRecording.code:
                log.info("transcript.unreadable", recording=name)
                return
            wish = wish_of(connection, name)
            if not wish.needed and self._only_flagged(wish.line):
                note(connection, name, Progress.NOT_WANTED, self._clock.now())
                log.info("transcript.not-asked-for", recording=name)
                return
        try:
            self._write_down(call)
        except RecognitionGivenUp as fault:
            self._note(name, Progress.FAILED, fault.reason)
            raise
        except NoLongerWanted:
            log.info("transcript.no-longer-wanted", recording=name)
        except UnreadableRecording as fault:
            # Trying again would not mend it, and an empty text would say that nobody spoke. People are told.
            with self._database.begin() as connection:
                note(connection, name, Progress.FAILED, self._clock.now(), reason=fault.code)
                raise_alarm(connection, "recording-unreadable", recording=name)
        except DomainError as fault:
            self._note(name, Progress.WAITING, fault.code)
            raise

    def park(self, connection: Connection, recording: str) -> None:
        """Show that a recording was given up after too many tries, in the transaction of the alarm."""
        note(connection, RecordingId(UUID(recording)), Progress.FAILED, self._clock.now(), reason="parked")

    def _write_down(self, call: RecordedCall) -> None:
        name = call.recording
        model = self._model()
        options = self._options()
        with self._database.begin() as connection:
            if is_transcribed(connection, name, model, options):
                note(connection, name, Progress.DONE, self._clock.now())
                log.info("transcript.already-there", recording=name)
                return
            note(connection, name, Progress.WORKING, self._clock.now())
        utterances = self._hear(name, room=call.room)
        transcript = Transcript(
            model=model, options=options, utterances=utterances, masks_numbers=self._masks_numbers
        )
        revision = self._save(call, transcript)
        if revision is not None:
            log.info("transcript.saved", recording=name, revision=revision, count=len(utterances))

    def _note(self, recording: RecordingId, progress: Progress, reason: str) -> None:
        try:
            with self._database.begin() as connection:
                if (call := recorded_call(connection, recording, locked=True)) and not call.destroyed:
                    note(connection, recording, progress, self._clock.now(), reason=reason)
        except DatabaseAway:
            log.warning("transcript.state-not-noted", recording=recording)

    def _model(self) -> ModelIdentity:
        try:
            return self._hears.model()
        except ModelMissing:
            # One alarm for the installation, not one for every recording that waits.
            with self._database.begin() as connection:
                raise_alarm(connection, ModelMissing.code)
            raise

    def _options(self) -> Mapping[str, str | int | float | bool]:
        return {
            **self._hears.options,
            "speech_detection": VERSION,
            "vocabulary": "、".join(self._vocabulary),
        }

    def _hear(self, recording: RecordingId, *, room: bool) -> tuple[Utterance, ...]:
        said = list[Utterance]()
        go_on = _Wanted(self._database, recording)
        master = self._vault.open_for_process("transcription", recording)
        for piece in pieces(unpack_flac(master.read, master.size), room=room):
            said += self._hears.hear(piece, self._vocabulary, go_on)
        return tuple(sorted(said, key=lambda utterance: (utterance.start, utterance.track)))

    def _save(self, call: RecordedCall, transcript: Transcript) -> RevisionId | None:
        """Save what was heard. Minutes of work are not thrown away because the database is away for some."""
        for seconds in SAVE_PAUSES:
            try:
                return self._save_once(call, transcript)
            except DatabaseAway:
                log.warning("transcript.waits-for-database", recording=call.recording, seconds=seconds)
                self._pause(seconds)
        return self._save_once(call, transcript)

    def _save_once(self, call: RecordedCall, transcript: Transcript) -> RevisionId | None:
        with UnitOfWork(self._database, self._announcer) as work:
            # Minutes have passed: the recording may have been destroyed or closed, or a twin was faster.
            now = recorded_call(work.connection, call.recording, locked=True)
            if now is None or now.destroyed or not now.usable:
                return None
            if is_transcribed(work.connection, call.recording, transcript.model, transcript.options):
                return None
            revision = add_revision(work.connection, now, transcript, self._clock.now())
            note(work.connection, call.recording, Progress.DONE, self._clock.now())
            work.announce(TranscriptSaved(recording=call.recording, revision=revision))
            work.connection.execute(text("SELECT pg_notify('tsuwaroku_calls', :call)"), {"call": call.call})
            return revision


class _Wanted:
    """Looks, while a recording is heard, whether it is still to be written down, and now."""

    def __init__(self, database: Database, recording: RecordingId) -> None:
        self._database = database
        self._recording = recording
        self._overtaken_before = False

    def __call__(self) -> None:
        """Raise what should end the work; a database that is away ends nothing."""
        try:
            with self._database.begin() as connection:
                call = recorded_call(connection, self._recording)
                overtaken = is_overtaken(connection, self._recording)
        except DatabaseAway:
            return
        if call is None or call.destroyed or not call.usable:
            raise NoLongerWanted
        # Seen twice: one that is just being fetched by a free worker waits for nobody.
        if overtaken and self._overtaken_before:
            raise Overtaken
        self._overtaken_before = overtaken
