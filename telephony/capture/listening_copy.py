"""Makes what people need of a sealed recording: Opus/WebM for the ear, an outline for the eye.

Handler `derive_listening_copy`. Plain sound is in memory only, a few seconds of it, and never on a disk.
Running it again changes nothing; a recording that is destroyed meanwhile gets no copy and is no error. A
recording that is closed for use (未告知) gets its copies too: sealed as the recording is, with nobody let in
before it is opened.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from uuid import UUID

from sqlalchemy import text

from core.ids import RecordingId
from core.logs import get_log
from storage import recordings
from storage.access_rules import RecordingDestroyed
from storage.database import Database
from storage.recordings import ObjectKind
from storage.unit_of_work import Announces, UnitOfWork
from storage.vault import Blocks, Vault
from telephony.sound.flac import unpack_flac
from telephony.sound.opus import WEBM_MEDIA_TYPE, pack_for_listening
from telephony.sound.peaks import PEAKS_MEDIA_TYPE, draw_peaks

_WANTED: frozenset[ObjectKind] = frozenset({"listening", "peaks"})
_RECORDING = text("SELECT subject, samples FROM recordings WHERE id = :recording AND destroyed_at IS NULL")
_NOTIFY = text("SELECT pg_notify('tsuwaroku_calls', :call)")


class DeriveListeningCopy:
    """One run is one recording. An hour of sound takes about 15 s of one core; memory does not grow with it.

    Args:
        database: the worker role's
        announcer: for the unit of work; nothing is announced here
        vault: the worker's vault
    """

    def __init__(self, *, database: Database, announcer: Announces, vault: Vault) -> None:
        self._database = database
        self._announcer = announcer
        self._vault = vault

    def __call__(self, recording: str) -> None:
        """Derive what is missing.

        Raises:
            ListeningCopyFailed, UnreadableRecording, SealBroken, ObjectMissing: people must look at this one
            ObjectStoreFailed, DatabaseAway: tried again later
        """
        wanted = RecordingId(UUID(recording))
        with self._database.begin() as connection:
            row = connection.execute(_RECORDING, {"recording": wanted}).one_or_none()
            missing = _WANTED - recordings.objects_of(connection, wanted).keys()
        if row is None or not missing:
            return
        with suppress(RecordingDestroyed):
            opened = self._vault.open_for_process("derivation", wanted)
            sound = partial(unpack_flac, opened.read, opened.size)
            if "peaks" in missing:  # first: it is ready in a blink, and the page can draw
                self._keep(wanted, row.subject, "peaks", PEAKS_MEDIA_TYPE, draw_peaks(sound()))
            if "listening" in missing:
                packed = pack_for_listening(sound, row.samples)
                self._keep(wanted, row.subject, "listening", WEBM_MEDIA_TYPE, packed)

    def _keep(
        self, recording: RecordingId, call: str, kind: ObjectKind, media_type: str, data: Blocks
    ) -> None:
        with UnitOfWork(self._database, self._announcer) as work:
            self._vault.add_derived(work, recording, kind, media_type, data)
            work.connection.execute(_NOTIFY, {"call": call})
        get_log().info("recording.derived", recording=str(recording), kind=kind)
