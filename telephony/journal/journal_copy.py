"""Copies all journals of this machine into the database, in order, for as long as it takes.

Calls never wait for it: while the database is away it tries again, and catches up. The database's own rows
are its memory of how far it came; after a restart it reads the files again, and what is known already
changes nothing. A copied file stays for a day and is then removed, unless its writer still lives.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from core.clock import Clock
from core.logs import get_log
from storage.alarms import raise_alarm
from storage.database import Database, DatabaseAway
from storage.unit_of_work import Announces, UnitOfWork
from telephony.journal.call_writing import write_entries
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.journal_files import cut_torn_end, is_being_written, journal_files, read_from

ENTRIES_AT_ONCE = 500
LOOK_SECONDS = 0.25
"""How often it looks by itself; a writer of the same process wakes it."""

GATHER_SECONDS = 0.03
"""How long it lets gather what woke it. What happens to a call comes in bursts; copied event by event, and at
once, it would take the interpreter from the very thread that answers the caller and joins both sides."""

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0
KEPT = timedelta(days=1)

_DAMAGE_KNOWN = text("""
    SELECT EXISTS (SELECT 1 FROM alarms WHERE code = 'journal-damaged' AND detail->>'file' = :file
                   AND (detail->>'count')::integer >= :count)
""")

log = get_log()


class JournalCopy:
    """One copier per machine is enough; two do no harm.

    Args:
        database: the worker role's
        announcer: who hears that a call ended
        root: the folder of all processes' journals
        clock: for the age of files
    """

    def __init__(self, database: Database, announcer: Announces, root: Path, clock: Clock) -> None:
        self._database = database
        self._announcer = announcer
        self._root = root
        self._clock = clock
        self._offsets: dict[Path, int] = {}
        self._damaged: dict[Path, int] = {}
        self._awake = threading.Event()
        self._complete_at = time.monotonic()

    @property
    def behind_seconds(self) -> float:
        """For how long the database may have lacked something that is on disk."""
        return time.monotonic() - self._complete_at

    def wake(self) -> None:
        """Say that something was written. Any thread; returns at once."""
        self._awake.set()

    def run(self, stop: threading.Event) -> None:
        """Copy until told to stop (set ``stop``, then `wake`). Nothing that goes wrong ends it."""
        pause = FIRST_WAIT_SECONDS
        while not stop.is_set():
            if self._awake.wait(LOOK_SECONDS):
                stop.wait(GATHER_SECONDS)
            self._awake.clear()
            try:
                self.run_once()
                self._complete_at = time.monotonic()
                self.remove_old()
            except DatabaseAway:
                log.warning("journal.database_away", milliseconds=round(pause * 1000))
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_WAIT_SECONDS)
            except Exception:
                log.exception("journal.copy_failed")
                stop.wait(LONGEST_WAIT_SECONDS)
            else:
                pause = FIRST_WAIT_SECONDS

    def run_once(self) -> int:
        """Copy what was written since the last time.

        Returns:
            number of entries that the database did not know

        Raises:
            DatabaseAway: it cannot be reached; nothing is lost, try again
        """
        copied = 0
        for file in self._in_order():
            with suppress(FileNotFoundError):
                copied += self._copy(file)
        return copied

    def remove_old(self) -> int:
        """Remove files that are copied, a day old and nobody's any more. Returns how many."""
        removed = 0
        for file in journal_files(self._root):
            with suppress(FileNotFoundError):
                removed += self._remove(file)
        return removed

    def _in_order(self) -> list[Path]:
        """Sort oldest first, so that who took a call over comes after whom it was taken from."""
        files = list[tuple[float, Path]]()
        for file in journal_files(self._root):
            with suppress(FileNotFoundError):
                status = file.stat()
                if status.st_size > self._offsets.get(file, 0):
                    files.append((status.st_mtime, file))
        return [file for _, file in sorted(files)]

    def _copy(self, file: Path) -> int:
        copied = 0
        while True:
            offset = self._offsets.get(file, 0)
            reading = read_from(file, offset)
            for first in range(0, len(reading.entries), ENTRIES_AT_ONCE):
                copied += self._write(reading.entries[first : first + ENTRIES_AT_ONCE])
            if reading.damaged:
                self._tell_of_damage(file, reading.damaged)
            self._offsets[file] = reading.offset
            if reading.offset == offset:
                return copied

    def _write(self, entries: Sequence[JournalEntry]) -> int:
        try:
            with UnitOfWork(self._database, self._announcer) as work:
                return write_entries(work, entries)
        except Exception as failure:
            if _may_pass(failure):
                raise
            # One entry that the database will never take must not hold back all others behind it.
            if len(entries) > 1:
                return sum(self._write((one,)) for one in entries)
            log.exception("journal.entry_rejected", call=entries[0].call)
            self._alarm("journal-entry-rejected", 1)
            return 0

    def _tell_of_damage(self, file: Path, lines: int) -> None:
        """Raise the alarm once per damaged line: whoever starts reads the file from its beginning."""
        damaged = self._damaged.get(file, 0) + lines
        name = f"{file.parent.name}/{file.name}"
        with self._database.begin() as connection:
            told = connection.execute(_DAMAGE_KNOWN, {"file": name, "count": damaged}).scalar_one()
            if not told:
                log.error("journal.damaged", count=damaged)
                raise_alarm(connection, "journal-damaged", detail={"count": damaged, "file": name})
        self._damaged[file] = damaged

    def _alarm(self, code: str, count: int) -> None:
        with self._database.begin() as connection:
            raise_alarm(connection, code, detail={"count": count})

    def _remove(self, file: Path) -> bool:
        status = file.stat()
        written_at = datetime.fromtimestamp(status.st_mtime, UTC)
        if self._clock.now() - written_at < KEPT or is_being_written(file):
            return False
        if status.st_size - cut_torn_end(file) > self._offsets.get(file, 0):
            return False
        file.unlink()
        self._offsets.pop(file, None)
        self._damaged.pop(file, None)
        with suppress(OSError):
            file.parent.rmdir()  # only the last file's folder is empty
        return True


def _may_pass(failure: Exception) -> bool:
    """Say whether the database may take the same entry later: only what is wrong with the data never passes.

    A full disk, a lock held for too long, or a server that became read-only are none of the entry's fault.
    """
    if isinstance(failure, DatabaseAway):
        return True
    return isinstance(failure, SQLAlchemyError) and not isinstance(failure, (DataError, IntegrityError))
