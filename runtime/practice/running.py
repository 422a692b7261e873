"""Runs a practice call in a process of its own, and tells how far it has come."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Self

from core.errors import DomainError
from core.logs import get_log
from runtime.practice.order import Moment, PracticeOrder, PracticeOutcome, Side
from runtime.practice.scenario import load_scenario
from runtime.real_time import may_run_in_real_time

_SPARE_SECONDS = 90.0  # announcement, ringing and an apology, beside the dialogue itself

_PRIORITY = 10

log = get_log()


class PracticeFailed(DomainError):
    """練習の通話ができませんでした。ほかの練習が終わっているか、交換機が動いているか確かめてください。"""

    code = "practice-failed"
    http_status = 503


class RunningPractice:
    """A practice call that is going on. Use it as a context: leaving it ends the call."""

    def __init__(self, order: PracticeOrder) -> None:
        self._limit = _SPARE_SECONDS + load_scenario(order.scenario).first(order.seconds).seconds
        self._outcome: PracticeOutcome | None = None
        self._error: str | None = None
        self._reached: set[Moment] = set()
        self._ended = False
        self._news = threading.Condition()
        # A telephone does not stutter because the machine is busy; these two must not either.
        hurry = ["chrt", "--rr", str(_PRIORITY)] if may_run_in_real_time(_PRIORITY) else []
        self._process = subprocess.Popen(
            [*hurry, sys.executable, "-m", "runtime.practice"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._command(order.to_json())
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def wait_for(self, moment: Moment, seconds: float = 30.0) -> None:
        """Wait until the call has come so far. Raises PracticeFailed when it has not in that time."""
        self._wait(lambda: moment in self._reached or self._error is not None, seconds)
        if moment not in self._reached:
            raise PracticeFailed

    def hang_up(self, side: Side) -> None:
        """Let one side hang up now."""
        self._command(f"hang-up {side}")

    def press(self, digits: str) -> None:
        """Let the operator press keys."""
        self._command(f"press {digits}")

    def finish(self) -> PracticeOutcome:
        """Wait for the end and return what came of it. Raises PracticeFailed when the phones failed."""
        self._wait(lambda: self._outcome is not None or self._error is not None, self._limit)
        self.stop()
        if self._outcome is None:
            log.error("practice.failed", code=self._error or "no-answer", status=self._process.returncode)
            raise PracticeFailed
        return self._outcome

    def stop(self) -> None:
        """End the process."""
        if self._process.poll() is None and self._outcome is None:
            self._process.kill()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _command(self, line: str) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()

    def _wait(self, happened: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        with self._news:
            while not happened() and not self._ended:
                if not self._news.wait(max(0.0, end - time.monotonic())):
                    break

    def _listen(self) -> None:
        with self._process.stdout as lines:  # pyright: ignore[reportOptionalContextManager]  it is a pipe
            for line in lines:
                with self._news:
                    self._note(line)
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _note(self, line: str) -> None:
        try:
            told: dict[str, str] = json.loads(line)
        except ValueError:
            return  # the native stack prints a word of its own now and then
        if "moment" in told:
            self._reached.add(Moment(told["moment"]))
        if "outcome" in told:
            self._outcome = PracticeOutcome.from_json(told["outcome"])
        if "error" in told:
            self._error = told["error"]


def practice_call(order: PracticeOrder) -> PracticeOutcome:
    """Hold a whole practice call. Raises PracticeFailed when the phones could not do it."""
    with RunningPractice(order) as running:
        return running.finish()
