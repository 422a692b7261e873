"""Keeps the processes of one machine running: starts them in order, restarts the dead and the frozen.

The supervisor itself is small and touches no call, no audio and no database.
"""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from core.errors import DomainError
from core.logs import get_log
from runtime.child import Child, ChildPlan

log = get_log()

ROUND_SECONDS = 60.0
_TOLD_AT = frozenset({0, 1, 5, 50, 500})  # failures in a row; every one would bury the other lines


class ServerDidNotStart(DomainError):
    """起動できなかった部品があります。"""

    code = "server-did-not-start"
    http_status = 503


class Supervisor:
    """Starts children in the order given, each only when the one before is ready.

    Args:
        plans: what to run
        between: called with a child's name when it is ready, before the next one starts
        tell: says a line to whoever watches the terminal
        each_minute: done about once a minute while everything runs
        each_look: done with every look at the children, several times a second
    """

    LOOK_EVERY = 0.1  # seconds; a dead telephony process is back within this plus its own start

    def __init__(
        self,
        plans: Sequence[ChildPlan],
        *,
        between: Callable[[str], None] | None = None,
        tell: Callable[[str], None] = lambda _line: None,
        each_minute: Callable[[], None] = lambda: None,
        each_look: Callable[[], None] = lambda: None,
    ) -> None:
        self.children = [Child(plan) for plan in plans]
        self._between = between
        self._tell = tell
        self._each_minute = each_minute
        self._each_look = each_look
        self._stopping = threading.Event()

    @property
    def is_stopping(self) -> bool:
        """Say whether somebody asked us to stop, perhaps before everything had started."""
        return self._stopping.is_set()

    def start_all(self) -> None:
        """Start every child.

        Raises:
            ServerDidNotStart: one that the others need was not ready in its time; whatever fails, those
                already started are stopped again. What served before we came goes on serving.
        """
        ends = [signal.SIGTERM, signal.SIGINT]
        # A terminal that is closed ends us as Ctrl-C does: by default it would end us alone, and leave the
        # telephone exchange with its calls to nobody. Who started us with nohup wants us to outlive it.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            ends.append(signal.SIGHUP)
        for number in ends:
            signal.signal(number, lambda _number, _frame: self._stopping.set())
        try:
            self._start_in_order()
        except BaseException:
            self._stop([child for child in self.children if not child.is_kept])
            raise

    def _start_in_order(self) -> None:
        for child in self.children:
            if self._stopping.is_set():
                break
            child.start()
            if not child.wait_until_ready(self._stopping):
                self._do_without(child.plan)
            elif self._between is not None and not self._stopping.is_set():
                self._between(child.plan.name)

    def _do_without(self, plan: ChildPlan) -> None:
        log.error("child.not-ready", kind=plan.name)
        where = f"記録は {plan.log_file} にあります。" if plan.log_file else ""
        if plan.required:
            raise ServerDidNotStart(f"{plan.name} が起動しませんでした。{where}")
        self._say(f"    {plan.name} がまだ起動していません。ほかの部品を先に動かします。{where}")

    def run(self) -> None:
        """Look after the children until a signal asks us to end, then stop them in reverse order."""
        next_round = time.monotonic() + ROUND_SECONDS
        while not self._stopping.wait(self.LOOK_EVERY):
            for child in self.children:
                self._tend(child)
            self._each_look()
            if time.monotonic() >= next_round:
                next_round = time.monotonic() + ROUND_SECONDS
                self._go_round()
        self.stop_all()

    def _tend(self, child: Child) -> None:
        if child.tend() and child.failures in _TOLD_AT:
            where = f"（記録は {child.plan.log_file}）" if child.plan.log_file else ""
            self._say(f"    {child.plan.name} が止まったので、起動し直します{where}。")

    def _say(self, line: str) -> None:
        with suppress(OSError):  # the terminal may be gone; whom nobody watches still looks after the others
            self._tell(line)

    def _go_round(self) -> None:
        try:
            self._each_minute()
        except OSError as error:
            log.warning("supervisor.round-failed", code=type(error).__name__)

    def stop_all(self) -> None:
        """Stop the children, the last started first; one that cannot be stopped does not save the others."""
        self._stop(self.children)

    def _stop(self, children: Sequence[Child]) -> None:
        for child in reversed(children):
            try:
                child.stop()
            except (OSError, subprocess.SubprocessError) as error:
                log.error("child.not-stopped", kind=child.plan.name, code=type(error).__name__)  # noqa: TRY400  no texts
