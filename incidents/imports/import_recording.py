"""Handler `import_recording`: a recorder's file that waits becomes a recording of the vault, or is refused.

Twice the file is read, each time by a process of its own: once to weigh it, once to pack it; what is packed
is what was weighed, or nothing is. Then the original is sealed beside it, byte for byte: it is the evidence,
and what is heard and written down is made from it. May be killed anywhere and runs again: the file waits
sealed until recording and original both lie in the vault, and only then goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid5

import numpy as np

from core.clock import Clock
from core.ids import ImportId, RecordingId
from core.logs import get_log
from core.profile.model import CityProfile
from incidents.imports.decoder import Decoding, FileRefused
from incidents.imports.decoder_wire import Claims
from storage.access_rules import RecordingDestroyed
from storage.database import Database
from storage.imports import Waiting, forget_empty, note_kept, note_refusal, waiting_file
from storage.intake import FileLost, Intake, WaitingFile
from storage.recordings import NewRecording, seen
from storage.unit_of_work import Announces, UnitOfWork
from storage.vault import Vault
from telephony.capture.recording_periods import period_of
from telephony.sound.audio_files import SAMPLE_RATE, RecordingChanged, Samples
from telephony.sound.fingerprint import Fingerprint, Fingerprinting
from telephony.sound.flac import pack_flac

ORIGINAL_MEDIA_TYPE = "application/octet-stream"
"""Nothing is believed of what the file says it is."""
FORGOTTEN_AFTER = timedelta(days=7)
"""What was told of a file that never came."""
_RECORDINGS = UUID("0d1fd1d0-6c55-5a2b-b0c1-6a3f6f2b9a59")
_PIECE = 1 << 20

log = get_log()


class ImportRecording:
    """One run is one file; an hour of sound takes about 30 s of one core.

    Args:
        database: the worker role's
        announcer: hears that a recording was sealed
        vault: the worker's
        intake: where the file waits
        profile: how long a file may be, and how long a case's recording is kept
        clock: says when
    """

    def __init__(  # noqa: PLR0913  the collaborators of one handler
        self,
        *,
        database: Database,
        announcer: Announces,
        vault: Vault,
        intake: Intake,
        profile: CityProfile,
        clock: Clock,
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._vault = vault
        self._intake = intake
        self._profile = profile
        self._clock = clock

    def __call__(self, wanted: str) -> None:
        """Import a file, given the text of its import's id. Does nothing where nothing waits.

        Raises:
            ObjectStoreFull, ObjectStoreShut, ObjectStoreFailed, KeysAway, DatabaseAway: tried again later;
                the file waits
        """
        with self._database.begin() as connection:
            forget_empty(connection, self._clock.now() - FORGOTTEN_AFTER)
            waiting = waiting_file(connection, ImportId(UUID(wanted)))
        if waiting is None:
            return
        try:
            file = self._intake.open(waiting.id, waiting.taken)
            self._bring_in(waiting, file)
        except FileRefused as refusal:
            self._refuse(waiting, refusal.reason)
        except RecordingChanged:
            self._refuse(waiting, "unreadable")  # it does not read twice alike
        except FileLost:
            log.warning("import.lost", wanted=str(waiting.id))
            self._refuse(waiting, "lost")

    def _bring_in(self, waiting: Waiting, file: WaitingFile) -> None:
        recording = RecordingId(uuid5(_RECORDINGS, str(waiting.id)))
        weighing = self._decoding(file)
        prints, loudest = Fingerprinting(), 0
        for block in prints.through(_both_sides(weighing)):
            loudest = max(loudest, int(np.abs(block.astype(np.int32)).max(initial=0)))
        with self._database.begin() as connection:
            sealed = seen(connection, recording) is not None
        if not sealed:
            self._seal(waiting, file, recording, prints.result, silent=not loudest)
        self._keep(waiting, file, recording, weighing.claims)

    def _seal(
        self, waiting: Waiting, file: WaitingFile, recording: RecordingId, of: Fingerprint, *, silent: bool
    ) -> None:
        new = NewRecording(
            id=recording, subject=waiting.subject, department=waiting.department, operator_id=None,
            practice=False, recording_class="incident", usable=waiting.usable,
            started_at=waiting.recorded_at, samples=of.samples, sample_rate=SAMPLE_RATE,
            samples_sha256=of.sha256, findings=("silent",) if silent else (), tracks="room",
            # From the day it came: a recorder that lay in a drawer for years is no reason to destroy at once.
            destroy_after=waiting.arrived_at + period_of("incident", self._profile.keeping),
        )  # fmt: skip
        with UnitOfWork(self._database, self._announcer) as work:
            self._vault.seal(work, new, pack_flac(_both_sides(self._decoding(file)), of))

    def _keep(self, waiting: Waiting, file: WaitingFile, recording: RecordingId, claims: Claims) -> None:
        try:
            with UnitOfWork(self._database, self._announcer) as work:
                self._vault.add_derived(work, recording, "original", ORIGINAL_MEDIA_TYPE, _bytes_of(file))
                note_kept(work.connection, waiting.id, recording, claims)
        except RecordingDestroyed:
            self._refuse(waiting, "destroyed")
            return
        self._intake.drop(waiting.taken.object_key)
        log.info("import.kept", wanted=str(waiting.id), recording=str(recording), bytes=file.size)

    def _refuse(self, waiting: Waiting, reason: str) -> None:
        with self._database.begin() as connection:
            refused = note_refusal(connection, waiting.id, reason)
        if refused:
            self._intake.drop(waiting.taken.object_key)
            log.info("import.refused", wanted=str(waiting.id), reason=reason)

    def _decoding(self, file: WaitingFile) -> Decoding:
        return Decoding(file.read, file.size, self._profile.imports.longest.total_seconds())


def _both_sides(decoding: Decoding) -> Iterator[Samples]:
    """A master has two sides; of a room both hold the one track."""
    for block in decoding.sound():
        yield np.repeat(block[:, np.newaxis], 2, axis=1)


def _bytes_of(file: WaitingFile) -> Iterator[bytes]:
    for start in range(0, file.size, _PIECE):
        yield file.read(start, min(_PIECE, file.size - start))
