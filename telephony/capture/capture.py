"""Takes a finished call's recording out of Asterisk and into the vault, and only then deletes it there.

Handler `capture_recording`. The order is the promise: fetch, weigh, seal and verify, commit, delete. Whatever
dies in between, the next run finds either the files or the sealed recording, so there is always one and never
two. Odd recordings are kept like all others. Files leave Asterisk by ARI only, and plain sound is never
written anywhere. The sound passes twice, a few seconds at a time: once to be weighed, once to be sealed, and
what is sealed is what was weighed, or nothing is.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Protocol

import numpy as np
from sqlalchemy import Connection, text

from core.clock import Clock
from core.errors import NotFound
from core.ids import CallId, LineId, recording_id_of
from core.logs import get_log
from core.profile.model import CityProfile
from core.profile.recording import RecordingMode
from storage.alarms import raise_alarm
from storage.database import Database
from storage.recordings import NewRecording
from storage.unit_of_work import Announces, UnitOfWork
from storage.vault import ObjectStoreFailed, SealBroken, Vault
from telephony.asterisk.ari_errors import AriRefused
from telephony.asterisk_config.call_record import record_name
from telephony.asterisk_config.plan import facts_name, recording_name
from telephony.capture.both_tracks import BothTracks, look_at_tracks
from telephony.capture.captured_call import (
    CapturedCall,
    complete_from_dialplan,
    read_captured_call,
    tell_listeners,
    worth_an_alarm,
    write_notice,
)
from telephony.capture.dialplan_facts import DialplanFacts, read_dialplan_facts
from telephony.capture.evidence import Evidence, weigh
from telephony.capture.findings import Finding
from telephony.capture.finished import RecordingNotFinished, is_finished
from telephony.capture.recording_omitted import NoSound, write_no_sound
from telephony.capture.recording_periods import kept_as, period_of
from telephony.capture.recording_promotion import promote_if_flagged
from telephony.capture.recording_span import silenced
from telephony.sound.audio_files import SAMPLE, SAMPLE_RATE, RecordedFile, Samples
from telephony.sound.flac import pack_flac

_LINE = text("SELECT line FROM calls WHERE id = :call")
_IS_DONE = text("""
    SELECT EXISTS (SELECT 1 FROM recordings WHERE id = :recording)
        OR EXISTS (SELECT 1 FROM calls WHERE id = :call AND no_sound IS NOT NULL)
""")

log = get_log()


class AsteriskRecordings(Protocol):
    """Asterisk's recordings: telephony.asterisk.stored_recordings.StoredRecordings."""

    def fetch(self, name: str) -> bytes:
        """Return a short file. Raises AriRefused (404 when there is none), AriAway."""
        ...

    def open(self, name: str) -> AbstractContextManager[RecordedFile]:
        """Open a file at its front. Raises AriRefused (404 when there is none), AriAway."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone is no fault. Raises AriRefused, AriAway."""
        ...

    def live_channels(self) -> Sequence[str]:
        """Name every channel that is up. Raises AriAway."""
        ...


class KnowsPrompts(Protocol):
    """The announcements' own samples: telephony.sound.prompts.Prompts."""

    def samples(self, announcement: str) -> Samples | None:
        """Return an announcement's samples, None if they are not there."""
        ...


class CaptureRecording:
    """One run is one call. An hour of talk takes some seconds; memory does not grow with the length.

    Args:
        asterisk: where the recordings lie
        vault: the worker's vault
        database: the worker role's
        announcer: who hears that a recording is sealed
        profile: for the periods of keeping
        prompts: what the announcements sound like
        clock: to tell a file that is being finished from one that never will be
    """

    def __init__(  # noqa: PLR0913  the ends of one pipe, all named
        self,
        *,
        asterisk: AsteriskRecordings,
        vault: Vault,
        database: Database,
        announcer: Announces,
        profile: CityProfile,
        prompts: KnowsPrompts,
        clock: Clock,
    ) -> None:
        self._asterisk = asterisk
        self._vault = vault
        self._database = database
        self._announcer = announcer
        self._profile = profile
        self._prompts = prompts
        self._clock = clock

    def __call__(self, call: str) -> None:
        """Capture the recording of a call that ended.

        Raises:
            NotFound: there is no such call
            RecordingNotFinished: it is still being written
            AriRefused, AriAway, RecordingChanged, DatabaseAway, ObjectStoreFailed, SealBroken: nothing was
                lost, try again
        """
        wanted = CallId(call)
        with self._database.begin() as connection:
            line = connection.execute(_LINE, {"call": wanted}).scalar_one_or_none()
            done = connection.execute(
                _IS_DONE, {"recording": recording_id_of(wanted), "call": wanted}
            ).scalar_one()
        if line is None:
            raise NotFound
        name = recording_name(LineId(line), wanted)
        left = () if done else self._capture(wanted, LineId(line), name)
        for file in (f"{name}_r", f"{name}_t", facts_name(LineId(line), wanted)):
            if file not in left:
                self._asterisk.delete(file)

    def _capture(self, call: CallId, line: LineId, name: str) -> Sequence[str]:
        """Seal what there is; return the files that must stay where they are."""
        record = self._fetch_if_there(record_name(line, call))
        live = call in self._asterisk.live_channels()
        dialplan = self._dialplan_facts(line, call)
        with self._database.begin() as connection:
            known = read_captured_call(connection, call, dialplan, self._mode_now)
        if known is None:
            raise NotFound
        tracks = look_at_tracks(self._asterisk, name)
        hung_up = None if known.ended_at is None else self._clock.now() - known.ended_at
        if not is_finished(tracks, record, hung_up, live=live):
            raise RecordingNotFinished
        reason = known.no_sound(found=bool(tracks.found))
        if not tracks.found and (tracks.unreadable or reason is None):
            self._write_off(known, dialplan, found=bool(tracks.unreadable))
            return tracks.unreadable
        evidence = self._weigh(known, tracks) if tracks.found else None
        if reason is not None:
            self._keep_no_sound(known, dialplan, evidence, reason)
        elif evidence is not None:
            self._seal(known, dialplan, evidence, tracks)
        return tracks.unreadable

    def _weigh(self, known: CapturedCall, tracks: BothTracks) -> Evidence:
        sound = silenced(tracks.sound(), known.seconds_untold)
        return weigh(tracks.caller, tracks.hall, sound, known.span, self._prompt(known))

    def _keep_no_sound(
        self, known: CapturedCall, dialplan: DialplanFacts | None, evidence: Evidence | None, why: NoSound
    ) -> None:
        with self._database.begin() as connection:
            if evidence is not None:
                self._tell_of(connection, known, dialplan, evidence, sealed=False)
            elif dialplan is not None:
                complete_from_dialplan(connection, known.id, dialplan, known.operator_id)
            write_no_sound(connection, known.id, why, recorded=evidence is not None)
            tell_listeners(connection, known.id)
        log.info("capture.no_sound", call=known.id, line=known.line, reason=why.value)

    def _dialplan_facts(self, line: LineId, call: CallId) -> DialplanFacts | None:
        facts = self._fetch_if_there(facts_name(line, call))
        return None if facts is None else read_dialplan_facts(facts)

    def _fetch_if_there(self, name: str) -> bytes | None:
        try:
            return self._asterisk.fetch(name)
        except AriRefused as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def _prompt(self, known: CapturedCall) -> Samples:
        line = self._profile.line(known.line)
        announcement = known.announcement or (line.announcement if line else "")
        found = self._prompts.samples(announcement)
        if found is None:
            log.warning("capture.prompt_missing", call=known.id, line=known.line)
            return np.zeros(0, dtype=SAMPLE)
        return found

    def _seal(
        self, known: CapturedCall, dialplan: DialplanFacts | None, evidence: Evidence, tracks: BothTracks
    ) -> None:
        sound = silenced(tracks.sound(), known.seconds_untold)
        new, master = self._new_recording(known, evidence), pack_flac(sound, evidence.sound)
        try:
            with UnitOfWork(self._database, self._announcer) as work:
                self._vault.seal(work, new, master)
                promote_if_flagged(work.connection, known.id, self._profile.keeping)  # flagged meanwhile
                self._tell_of(work.connection, known, dialplan, evidence)
        except (ObjectStoreFailed, SealBroken) as failure:
            with suppress(Exception), self._database.begin() as connection:
                # One alarm for the vault, not one for every call that waits.
                raise_alarm(connection, "vault-cannot-write", detail={"reason": failure.code})
            raise
        log.info(
            "capture.sealed", call=known.id, recording=str(new.id), seconds=round(evidence.seconds, 1),
            correlation=evidence.notice.correlation, count=len(evidence.findings),
        )  # fmt: skip

    def _tell_of(
        self,
        connection: Connection,
        known: CapturedCall,
        dialplan: DialplanFacts | None,
        evidence: Evidence,
        *,
        sealed: bool = True,
    ) -> None:
        if dialplan is not None:
            complete_from_dialplan(connection, known.id, dialplan, known.operator_id)
        write_notice(connection, known.id, evidence.notice)
        tell_listeners(connection, known.id)
        if known.practice:
            return
        recording = recording_id_of(known.id) if sealed else None
        # Of a call that keeps no sound one thing still matters: the caller was sent nothing.
        told = worth_an_alarm(known, evidence) & (frozenset(Finding) if sealed else {Finding.SILENT})
        for finding in sorted(told):
            detail = {"seconds": round(evidence.seconds, 1)}
            raise_alarm(connection, f"recording-{finding}", call=known.id, recording=recording, detail=detail)
        if not evidence.notice.proven and not evidence.left_early and known.announcement != "":
            correlation = {"correlation": evidence.notice.correlation}
            raise_alarm(connection, "notice-missing", call=known.id, recording=recording, detail=correlation)

    def _new_recording(self, known: CapturedCall, evidence: Evidence) -> NewRecording:
        kind = kept_as(practice=known.practice, flagged=known.marked, mode=known.mode)
        ended_at = known.ended_at or known.span.recorded_from + timedelta(seconds=evidence.seconds)
        return NewRecording(
            id=recording_id_of(known.id),
            subject=known.id,
            department=known.department,
            operator_id=known.operator_id,
            practice=known.practice,
            recording_class=kind,
            usable=evidence.notice.proven,
            started_at=evidence.recorded_from,
            samples=evidence.sound.samples,
            sample_rate=SAMPLE_RATE,
            samples_sha256=evidence.sound.sha256,
            findings=tuple(sorted(evidence.findings)),
            destroy_after=ended_at + period_of(kind, self._profile.keeping),
        )

    def _mode_now(self, line: LineId) -> str:
        known = self._profile.line(line)
        return (known.recording if known else RecordingMode.ALWAYS).value

    def _write_off(self, known: CapturedCall, dialplan: DialplanFacts | None, *, found: bool) -> None:
        """Nothing of this call can be sealed. A file that cannot be read stays, for people to look at."""
        with self._database.begin() as connection:
            if dialplan is not None:
                complete_from_dialplan(connection, known.id, dialplan, known.operator_id)
            write_notice(connection, known.id, None)
            tell_listeners(connection, known.id)
            if not known.practice:
                code = "recording-unreadable" if found else "recording-missing"
                raise_alarm(connection, code, call=known.id)
        log.error("capture.nothing_to_seal", call=known.id, line=known.line)
