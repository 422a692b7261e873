"""One process under the supervisor: how it is started, how it is known to live, when it starts again.

A child that dies is started again, at once the first time, then ever more slowly up to a limit. A child that
has a heartbeat and stops beating is killed and started again: a frozen telephony process would otherwise hold
callers in silence.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.logs import get_log
from runtime.environment import for_others
from runtime.log_folder import LogFolder
from runtime.niceness import set_niceness
from runtime.real_time import give_real_time

LOOK_COUNTS_SECONDS = 0.5
"""How much of the time between two looks at a heartbeat counts at most."""

log = get_log()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildPlan:
    """What the supervisor needs to know of one process. Times are seconds."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    ours: bool = True
    """False for a program of others: it is told nothing of our environment, in which secrets are."""
    user: str | None = None
    group: str | None = None
    extra_groups: Sequence[str] = ()
    nice: int = 0
    real_time: int = 0
    """Priority in real time (1 to 99), for who has `stay_harmless` keep it from holding up the machine."""
    ready: Callable[[], bool] | None = None
    ready_within: float = 60.0
    heartbeat: Path | None = None
    heartbeat_limit: float = 2.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 8.0
    dies_with_supervisor: bool = True
    running_already: Callable[[], int | None] = lambda: None
    """Process id of one that a killed supervisor left behind and that still serves: kept, not doubled."""
    logs: LogFolder | None = None
    required: bool = True
    """False for what may come later: when its time is up, the others start without it."""

    def command(self) -> list[str]:
        """Return the full command: the child ends together with the supervisor where that is wanted."""
        if self.dies_with_supervisor:
            return ["setpriv", "--pdeathsig", "SIGTERM", *self.argv]
        return list(self.argv)

    @property
    def log_file(self) -> Path | None:
        """Where it logs, or None for the terminal."""
        return None if self.logs is None else self.logs.of(self.name)


class _LeftBehind:
    """A process that is not our child: it can be watched and signalled, but its status is not told to us."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0
        return 0 if state.rpartition(")")[2].split()[0] == "Z" else None

    def wait(self, timeout: float = 10.0) -> int:
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.05)
        return 0

    def send_signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # it ended by itself
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Child:
    """A process of ours and its history of starts."""

    QUIET_AFTER = 30.0  # seconds of life after which an end counts as a first one again
    SLOWEST = 5.0

    def __init__(self, plan: ChildPlan) -> None:
        self.plan = plan
        self.process: subprocess.Popen[bytes] | _LeftBehind | None = None
        self.starts = 0
        self._started_at = 0.0
        self._next_start = 0.0
        self._failures = 0
        self._beaten_at = 0
        self._looked_at = 0.0
        self._still_seconds = 0.0

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    def start(self) -> None:
        """Start the process, from the main thread only: the end-with-parent signal is per thread."""
        plan = self.plan
        left = plan.running_already()
        if left is not None:
            self.process = _LeftBehind(left)
            self._started_at = time.monotonic()
            log.info("child.kept", kind=plan.name, pid=left)
            return
        output = plan.logs.open(plan.name) if plan.logs is not None else None
        try:
            self.process = subprocess.Popen(
                plan.command(),
                env={**(os.environ if plan.ours else for_others(os.environ)), **plan.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output is not None else None,
                user=plan.user,
                group=plan.group,
                extra_groups=list(plan.extra_groups) if plan.user is not None else None,
                start_new_session=True,
            )
        finally:
            if output is not None:
                output.close()
        self.starts += 1
        self._started_at = time.monotonic()
        self._set_priority(self.process.pid)
        log.info("child.started", kind=plan.name, pid=self.process.pid, attempt=self.starts)

    def _set_priority(self, pid: int) -> None:
        """Set the priority from outside: the child's own user may not raise it. Later threads inherit it."""
        if self.plan.nice == 0:
            return
        try:
            set_niceness(pid, self.plan.nice)
            if self.plan.real_time:
                give_real_time(pid, self.plan.real_time)
        except OSError:
            log.warning("child.normal-priority", kind=self.plan.name)

    def wait_until_ready(self, stopping: threading.Event | None = None) -> bool:
        """Wait until the plan's own check passes; False when the time is up or the process ended.

        Whoever sets ``stopping`` ends the wait, and that is no fault.
        """
        if self.plan.ready is None:
            return True
        end = time.monotonic() + self.plan.ready_within
        while time.monotonic() < end:
            if self.plan.ready() or (stopping is not None and stopping.is_set()):
                return True
            if self.process is None or self.process.poll() is not None:
                return False
            time.sleep(0.05)
        return False

    @property
    def is_kept(self) -> bool:
        """Say whether it served before this supervisor came, perhaps with calls in it."""
        return isinstance(self.process, _LeftBehind)

    @property
    def failures(self) -> int:
        """How often it ended in a row, each time soon after its start."""
        return self._failures

    def tend(self) -> bool:
        """Look after the process: kill it when frozen, start it again when dead.

        Returns:
            whether its end was noticed just now
        """
        if self.process is None:
            return False
        status = self.process.poll()
        now = time.monotonic()
        if status is None:
            if self._is_frozen(now):
                log.error("child.frozen", kind=self.plan.name, pid=self.process.pid)
                self.process.kill()
                self.process.wait()
            return False
        has_just_ended = self._next_start == 0.0
        if has_just_ended:
            lived = now - self._started_at
            self._failures = 0 if lived > self.QUIET_AFTER else self._failures + 1
            pause = 0.0 if self._failures <= 1 else min(self.SLOWEST, 0.2 * 2**self._failures)
            self._next_start = now + pause
            log.error("child.ended", kind=self.plan.name, status=status, seconds=round(lived, 1))
        if now >= self._next_start:
            self._next_start = 0.0
            self._start_again(now)
        return has_just_ended

    def _start_again(self, now: float) -> None:
        try:
            self.start()
        except OSError as error:
            # No memory, no process, no file left: that is no reason to let the others down.
            log.error("child.not-started", kind=self.plan.name, code=type(error).__name__)  # noqa: TRY400  no texts
            self._next_start = now + self.SLOWEST

    def _is_frozen(self, now: float) -> bool:
        beat = self.plan.heartbeat
        if beat is None or now - self._started_at < self.plan.ready_within:
            return False
        try:
            beaten_at = beat.stat().st_mtime_ns
        except FileNotFoundError:
            return True
        # Counted look by look, never read off a clock: one that is set, or a machine that was paused with all
        # its processes, would make every one of them look frozen at once.
        self._still_seconds += min(now - self._looked_at, LOOK_COUNTS_SECONDS)
        if beaten_at != self._beaten_at:
            self._still_seconds = 0.0
        self._beaten_at, self._looked_at = beaten_at, now
        return self._still_seconds > self.plan.heartbeat_limit

    def stop(self) -> None:
        """Ask the process to end, and insist when its time is up."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.plan.stop_signal)
        try:
            self.process.wait(self.plan.stop_within)
        except subprocess.TimeoutExpired:
            log.warning("child.insisted", kind=self.plan.name)
            self.process.kill()
            self.process.wait()
