"""A recogniser's process as its parent sees it: started when needed, watched, killed when it must be.

It is killed when it takes more memory than it may, when it computes longer than the sound is worth, when it
stands still, and when nobody wants its answer any more. Time is counted as it computed, not by the clock:
where calls need the machine, recognition waits, and waiting is no fault.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from core.errors import DomainError
from core.logs import get_log
from transcription.engine import SAMPLE_RATE, ModelIdentity
from transcription.pieces import Piece
from transcription.process_limits import MEGABYTE
from transcription.recogniser_wire import CouldNotHear, NotAnAnswer, question, read_answer
from transcription.utterance import Utterance

LOOK_SECONDS = 0.25
ASK_SECONDS = 1.0
_READ_BYTES = 1 << 20
_LONGEST_ANSWER = 64 * MEGABYTE
_TICK = os.sysconf("SC_CLK_TCK")

log = get_log()


class RecogniserDied(DomainError):
    """音声認識のプロセスが途中で止まりました。録音は無事です。"""

    code = "recogniser-died"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        """``killed``, ``crashed``, ``memory``, ``too-long``, ``stands-still`` and others: a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecogniserPlan:
    """How a recogniser's process is started, and what it may take.

    Args:
        argv: its command
        environment: all it gets to know; no key and no address of a database
        memory_bytes: what it may hold in memory
        patience: seconds of computing that a second of sound may take, beside ``start_seconds``
        still_seconds: how long it may do nothing at all
    """

    argv: Sequence[str]
    environment: Mapping[str, str]
    memory_bytes: int
    patience: float = 10.0
    start_seconds: float = 300.0
    still_seconds: float = 300.0

    def longest(self, piece: Piece) -> float:
        """Say how many seconds of computing a piece may take."""
        return self.start_seconds + self.patience * max(len(piece.caller), len(piece.hall)) / SAMPLE_RATE


@dataclass(slots=True, kw_only=True)
class _Watched:
    """What is remembered between two looks, for one question."""

    longest: float
    began: float
    computed: float
    moved_at: float = field(default_factory=time.monotonic)


class Recogniser:
    """One process at a time, used by one thread at a time."""

    def __init__(self, plan: Callable[[], RecogniserPlan]) -> None:
        """Take what says, whenever a process is started, how that is done and what it may take."""
        self._plan_now = plan
        self._plan = plan()
        self._process: subprocess.Popen[bytes] | None = None
        self.heard = 0
        """Pieces that the present process has heard."""
        self.most_memory_bytes = 0
        """The most that any process of this recogniser was seen to hold."""

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def hear(
        self, piece: Piece, vocabulary: tuple[str, ...], go_on: Callable[[], None]
    ) -> tuple[ModelIdentity, list[Utterance]]:
        """Have a piece heard, by a fresh process where there is none.

        Raises:
            CouldNotHear: the process lives and says why it gives no answer
            RecogniserDied: it ended, or had to be ended
            whatever ``go_on`` raises: the process was ended for it
        """
        process = self._process if self.pid is not None and self._process is not None else self._start()
        try:
            line = self._ask(process, question(piece, vocabulary), self._plan.longest(piece), go_on)
            found = read_answer(line)
        except CouldNotHear:
            self.heard += 1
            raise
        except NotAnAnswer:
            self.stop()
            raise RecogniserDied("not-an-answer") from None
        except BaseException:
            self.stop()
            raise
        self.heard += 1
        return found

    def end(self) -> None:
        """Kill the process and leave the rest to the thread that uses it. May be called from any thread."""
        if (process := self._process) is not None:
            process.kill()

    def stop(self) -> None:
        """End the process at once. It holds nothing that is not elsewhere."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self.heard = 0

    def _start(self) -> subprocess.Popen[bytes]:
        self.stop()
        self._plan = self._plan_now()
        try:
            process = subprocess.Popen(
                self._plan.argv,
                env=dict(self._plan.environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError:
            raise RecogniserDied("not-started") from None
        self._process = process
        log.info("recogniser.started", pid=process.pid)
        return process

    def _ask(
        self,
        process: subprocess.Popen[bytes],
        blocks: Sequence[bytes],
        longest: float,
        go_on: Callable[[], None],
    ) -> bytes:
        asking, answering = _pipes(process)
        to_write = [memoryview(block) for block in blocks if block]
        answer = bytearray()
        computed = _computed_seconds(process.pid)
        watched = _Watched(longest=longest, began=computed, computed=computed)
        asked_at = time.monotonic()
        with selectors.DefaultSelector() as pipes:
            pipes.register(asking, selectors.EVENT_WRITE)
            pipes.register(answering, selectors.EVENT_READ)
            while not answer.endswith(b"\n"):
                ready = {key.fileobj for key, _ in pipes.select(LOOK_SECONDS)}
                if asking in ready and not _write_some(asking, to_write):
                    pipes.unregister(asking)
                if answering in ready:
                    found = os.read(answering.fileno(), _READ_BYTES)
                    if not found:
                        raise RecogniserDied(self._how_it_ended(process))
                    answer += found
                self._look(process.pid, watched, len(answer))
                if time.monotonic() - asked_at >= ASK_SECONDS:
                    go_on()
                    asked_at = time.monotonic()
        return bytes(answer)

    def _look(self, pid: int, watched: _Watched, answered: int) -> None:
        held = _held_bytes(pid)
        self.most_memory_bytes = max(self.most_memory_bytes, held)
        if held > self._plan.memory_bytes:
            raise RecogniserDied("memory")
        if answered > _LONGEST_ANSWER:
            raise RecogniserDied("not-an-answer")
        now, computed = time.monotonic(), _computed_seconds(pid)
        if computed != watched.computed:
            watched.computed, watched.moved_at = computed, now
        if computed - watched.began > watched.longest:
            raise RecogniserDied("too-long")
        if now - watched.moved_at > self._plan.still_seconds:
            raise RecogniserDied("stands-still")

    @staticmethod
    def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
        status = process.wait()
        log.warning("recogniser.ended", pid=process.pid, status=status)
        return "killed" if status == -signal.SIGKILL else "crashed"


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    asking, answering = process.stdin, process.stdout
    if asking is None or answering is None:
        raise RecogniserDied("not-started")
    os.set_blocking(asking.fileno(), False)
    return asking, answering


def _write_some(pipe: IO[bytes], blocks: list[memoryview]) -> bool:
    """Write what the pipe takes; say whether anything is left."""
    try:
        while blocks:
            blocks[0] = blocks[0][os.write(pipe.fileno(), blocks[0][:_READ_BYTES]) :]
            if not blocks[0]:
                blocks.pop(0)
    except BlockingIOError:
        pass
    except BrokenPipeError:
        blocks.clear()  # it has ended; its other pipe says so at once
    return bool(blocks)


def _held_bytes(pid: int) -> int:
    """Return how much memory a process holds; 0 for one that is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _computed_seconds(pid: int) -> float:
    """Return how long a process has computed; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        user, system = fields.rpartition(")")[2].split()[11:13]
    except (OSError, ValueError):
        return 0.0
    return (int(user) + int(system)) / _TICK
