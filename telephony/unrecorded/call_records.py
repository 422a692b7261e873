"""Brings Asterisk's own records of calls into the database, by ARI, from whichever machine Asterisk runs on.

A record is written twice, at a call's beginning and at its end. One that ended is read once; one whose
channel is gone without an end belongs to a server that died, and is kept as it is. Files stay a day after
they were read, so that a database set back to yesterday's backup reads them again; then ARI erases them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from sqlalchemy import text

from core.clock import Clock
from core.ids import CallId
from core.logs import get_log
from core.profile.model import CityProfile
from storage.database import Database
from telephony.asterisk.ari_errors import AriRefused
from telephony.unrecorded.call_record import CallRecord, RecordName, read_call_record, read_record_name

FILE_KEPT = timedelta(days=1)
RECORD_KEPT = timedelta(days=90)
"""Longer than any comparison looks back; see docs/retention.md."""

_KNOWN = text("""
    SELECT call_id, imported_at FROM asterisk_call_records WHERE call_id = ANY (:calls)
""")
_WRITE = text("""
    INSERT INTO asterisk_call_records (call_id, line, department, practice, part_of, channel_kind,
                                       begun_at, ended_at, answered, offer, alone_from, imported_at)
    VALUES (:call, :line, :department, :practice, :part_of, :kind,
            :begun_at, :ended_at, :answered, :offer, :alone_from, :now)
    ON CONFLICT (call_id) DO NOTHING
""")
_FORGET = text("DELETE FROM asterisk_call_records WHERE begun_at < :before")

log = get_log()


class RecordFiles(Protocol):
    """Asterisk's recordings: telephony.asterisk.stored_recordings.StoredRecordings."""

    def list(self) -> Sequence[str]:
        """Name every file. Raises AriAway."""
        ...

    def fetch(self, name: str) -> bytes:
        """Return a short file. Raises AriRefused (404 when there is none), AriAway."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone is no fault. Raises AriRefused, AriAway."""
        ...

    def live_channels(self) -> Sequence[str]:
        """Name every channel that is up. Raises AriAway."""
        ...


class CallRecords:
    """A duty of the worker: run ``run_once`` every half minute or so. Several workers may.

    Args:
        asterisk: where the records lie
        database: the worker role's
        profile: whose lines they are
        clock: for the age of files and rows
    """

    def __init__(
        self, *, asterisk: RecordFiles, database: Database, profile: CityProfile, clock: Clock
    ) -> None:
        self._asterisk = asterisk
        self._database = database
        self._profile = profile
        self._clock = clock
        self._endless: set[CallId] = set()

    def run_once(self) -> int:
        """Read what is new, erase what was read a day ago.

        Returns:
            number of records that the database did not know

        Raises:
            AriAway, AriRefused, DatabaseAway: nothing is lost, look again later
        """
        files = self._asterisk.list()
        # Asked after the list: what has no end and no channel any more will never have an end.
        live = set(self._asterisk.live_channels())
        names = {name: told for name in files if (told := read_record_name(name)) is not None}
        calls = [one.call for one in names.values()]
        now = self._clock.now()
        with self._database.begin() as connection:
            known = {row.call_id: row.imported_at for row in connection.execute(_KNOWN, {"calls": calls})}
            connection.execute(_FORGET, {"before": now - RECORD_KEPT})
        new = 0
        for file, name in names.items():
            imported_at = known.get(name.call)
            if imported_at is None:
                new += name.call not in live and self._bring(file, name)
            elif now - imported_at >= FILE_KEPT:
                self._asterisk.delete(file)
        if new:
            log.info("call_records.read", count=new)
        return new

    def _bring(self, file: str, name: RecordName) -> bool:
        try:
            record = read_call_record(name, self._asterisk.fetch(file))
        except AriRefused:
            return False
        if record.ended_at is None and record.call not in self._endless:
            # Its end may be under way still: a channel of its own writes it when ARI had the call.
            self._endless.add(record.call)
            return False
        self._endless.discard(record.call)
        with self._database.begin() as connection:
            return connection.execute(_WRITE, self._row(record)).rowcount == 1

    def _row(self, record: CallRecord) -> dict[str, object]:
        line = self._profile.line(record.line)
        return {
            "call": record.call,
            "line": record.line,
            "department": line.department if line is not None else None,
            "practice": line.practice if line is not None else False,
            "part_of": record.part_of,
            "kind": record.channel_kind,
            "begun_at": record.begun_at,
            "ended_at": record.ended_at,
            "answered": record.answered,
            "offer": record.offer.value,
            "alone_from": record.alone_from,
            "now": self._clock.now(),
        }
