"""Writes down every event of every call, on this machine's disk, before anything is done about it.

One thread writes and makes durable what has gathered since its last trip, so thirty calls at once share one
trip to the disk. What the disk refuses stays in line and is written as soon as it can be: who submitted it is
told at once, acts all the same (the citizen's call comes first), and raises the alarm.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from pathlib import Path

from core.ids import CallId
from core.logs import get_log
from telephony.call.call import Call
from telephony.call.events import CallEvent
from telephony.journal.journal_entry import JournalEntry, write_line
from telephony.journal.journal_file import JournalFile
from telephony.journal.journal_files import JournalledCall, cut_torn_end, journal_files, journalled_calls
from telephony.journal.journal_scan import perhaps_open
from telephony.journal.journal_terms import first_of_term
from telephony.journal.living_processes import process_lives

ROTATE_BYTES = 16 * 1024 * 1024
RETRY_SECONDS = 0.5

BACKLOG_LINES = 100_000
"""About 50 MB, or hours of calls. Beyond that the oldest lines that no disk took are given up."""

REMEMBERED_CALLS = 100_000

log = get_log()


class JournalUnwritable(Exception):
    """The disk does not take the journal. A process without a journal claims no calls."""


class _Waiting:
    """A line on its way to the disk, and the promise that it will get there."""

    __slots__ = ("line", "written")

    def __init__(self, line: bytes) -> None:
        self.line = line
        self.written: Future[None] = Future()


class CallJournal:
    """The append-only journal of one process: a folder of its own under the root that all processes share.

    While the process lives it holds a lock on its current file, so others can tell it from a dead one's.
    """

    def __init__(
        self,
        root: Path,
        process: str,
        *,
        rotate_bytes: int = ROTATE_BYTES,
        hurry: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the root that all processes share and this one's name.

        ``hurry`` is called once by the thread that writes: whoever leads calls waits for it.
        """
        self._root = root
        self._folder = root / process
        self._rotate_bytes = rotate_bytes
        self._hurry = hurry
        self._file: JournalFile | None = None
        self._number = 0
        self._seqs: dict[CallId, int] = {}
        self._line: deque[_Waiting] = deque()
        self._awake = threading.Condition()
        self._closing = False
        self._writable = False
        self._thread = threading.Thread(target=self._write_for_ever, name="journal", daemon=True)

    @property
    def writable(self) -> bool:
        """Whether the disk took the last lines. While it is False, no calls should be claimed."""
        return self._writable

    def open(self) -> None:
        """Start a new file and prove that the disk takes it.

        Raises:
            JournalUnwritable: it does not; the process must not claim calls.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            old = sorted(self._folder.glob("[0-9]*.jsonl"))
            for file in old[-1:]:
                cut_torn_end(file)
            self._number = int(old[-1].stem) if old else 0
            self._next_file()
        except OSError as failure:
            self._let_go()
            log.error("journal.unwritable", code=str(failure.errno))  # noqa: TRY400  the number says it all
            raise JournalUnwritable from None
        self._writable = True
        self._thread.start()

    def submit(self, call: CallId, event: CallEvent, *, refused: bool = False) -> Future[None]:
        """Put an event in line and return at once. Numbers are given here: in line order is call order.

        Returns:
            A future that is done when the event is durable. It fails with JournalUnwritable as soon as the
            disk refuses; the event stays in line all the same and is written when the disk takes it again.
        """
        with self._awake:
            seq = self._seqs.get(call, 0) + 1
            self._seqs[call] = seq
            if len(self._seqs) > REMEMBERED_CALLS:
                del self._seqs[next(iter(self._seqs))]
            waiting = _Waiting(write_line(JournalEntry(call=call, seq=seq, event=event, refused=refused)))
            if len(self._line) >= BACKLOG_LINES:
                self._line.popleft()
            self._line.append(waiting)
            self._awake.notify()
        return waiting.written

    def append(self, call: CallId, event: CallEvent, *, refused: bool = False) -> None:
        """Write an event and return when it is durable; for callers with a thread to spare.

        Raises:
            JournalUnwritable: the disk refused; the event stays in line.
        """
        self.submit(call, event, refused=refused).result()

    def open_calls(self) -> list[Call]:
        """Rebuild every call that goes on and that no other living process leads, and its numbers.

        Whoever wrote of a call last leads it. All processes' files are looked through.
        """
        known = journalled_calls(self._root, perhaps_open(journal_files(self._root)))
        with self._awake:
            for call, journalled in known.items():
                self._seqs[call] = max(self._seqs.get(call, 0), journalled.seq)
        still = [one for one in known.values() if not one.ended]
        others = {one.writer for one in still} - {self._folder.name}
        leading = {process for process in others if process_lives(self._root, process)}
        return [one.call for one in still if one.writer not in leading]

    def read_open(self, calls: Collection[CallId]) -> list[JournalledCall]:
        """Rebuild those of these calls that have not ended, whoever wrote of them. Reads files."""
        return [one for one in journalled_calls(self._root, calls).values() if not one.ended]

    def take_over(self, journalled: JournalledCall, term: int) -> None:
        """Begin a new term for a call of which ``journalled`` was read since nobody else leads it."""
        with self._awake:
            self._seqs[journalled.call.id] = first_of_term(term, journalled.seq)

    def close(self) -> None:
        """Write what is in line, if the disk takes it, and let the files go."""
        with self._awake:
            self._closing = True
            self._awake.notify()
        if self._thread.is_alive():
            self._thread.join()
        self._writable = False
        self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write_for_ever(self) -> None:
        self._hurry()
        while True:
            with self._awake:
                while not self._line and not self._closing:
                    self._awake.wait()
                batch = tuple(self._line)
            if not batch:
                return
            try:
                self._write(b"".join(one.line for one in batch))
            except OSError as failure:
                self._fail(batch, failure)
                with self._awake:
                    if self._closing:
                        return
                    self._awake.wait(RETRY_SECONDS)
                continue
            self._keep_promises(batch)

    def _keep_promises(self, batch: tuple[_Waiting, ...]) -> None:
        self._writable = True
        with self._awake:
            for one in batch:
                if self._line and self._line[0] is one:
                    self._line.popleft()
        for one in batch:
            if not one.written.done():
                one.written.set_result(None)
        if self._file is not None and not self._line:
            self._file.fill_ahead()

    def _fail(self, batch: tuple[_Waiting, ...], failure: OSError) -> None:
        if self._writable:
            log.error("journal.unwritable", code=str(failure.errno), count=len(batch))
        self._writable = False
        for one in batch:
            if not one.written.done():
                one.written.set_exception(JournalUnwritable())

    def _write(self, lines: bytes) -> None:
        file = self._file
        if file is None or file.size >= self._rotate_bytes:
            file = self._next_file()
        file.write(lines)

    def _next_file(self) -> JournalFile:
        """Begin the next file; the last one is let go only then."""
        # Counted also when what follows fails: no name can be made a second time.
        self._number += 1
        file = JournalFile(self._folder / f"{self._number:08d}.jsonl")
        self._let_go()
        self._file = file
        return file
