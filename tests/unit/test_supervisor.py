"""The supervisor brings back what died or froze, and stops in reverse order."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.child import Child, ChildPlan
from runtime.supervisor import ServerDidNotStart, Supervisor
from tests.waiting import wait_until

BEATING = """
import pathlib, time
while True:
    pathlib.Path({beat!r}).touch(); time.sleep(0.05)
"""


def python(name: str, code: str, **more: object) -> ChildPlan:
    return ChildPlan(name=name, argv=[sys.executable, "-c", code], **more)  # type: ignore[arg-type]


def tended(child: Child, condition: Callable[[], bool]) -> bool:
    def look() -> bool:
        child.tend()
        return condition()

    return wait_until(look)


def test_a_process_that_was_killed_is_started_again_at_once() -> None:
    child = Child(python("clerk", "import time; time.sleep(60)"))
    child.start()
    first = child.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)

    assert tended(child, lambda: child.pid not in {None, first})
    child.stop()


def test_a_frozen_process_is_killed_and_started_again(tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    plan = python(
        "clerk",
        BEATING.format(beat=str(beat)),
        heartbeat=beat,
        heartbeat_limit=0.5,
        ready=beat.exists,
        ready_within=0.5,
    )
    child = Child(plan)
    child.start()
    assert child.wait_until_ready()
    first = child.pid
    assert first is not None

    os.kill(first, signal.SIGSTOP)

    assert tended(child, lambda: child.pid not in {None, first})
    child.stop()


def test_a_clock_that_is_set_forward_makes_no_process_look_frozen(tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    backdated = """
import os, pathlib, time
while True:
    pathlib.Path({beat!r}).touch(); os.utime({beat!r}, (time.time() - 3600,) * 2); time.sleep(0.05)
"""
    plan = python(
        "clerk",
        backdated.format(beat=str(beat)),
        heartbeat=beat,
        heartbeat_limit=0.5,
        ready=beat.exists,
        ready_within=0.5,
    )
    child = Child(plan)
    child.start()
    assert child.wait_until_ready()
    first = child.pid
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        child.tend()
        time.sleep(0.02)

    assert child.pid == first
    child.stop()


def test_a_process_that_keeps_dying_is_started_ever_more_slowly() -> None:
    child = Child(python("broken", "raise SystemExit(3)"))
    child.start()
    end = time.monotonic() + 2.0

    while time.monotonic() < end:
        child.tend()
        time.sleep(0.02)

    assert 2 <= child.starts <= 5


def test_a_start_that_fails_stops_what_was_started_before_it() -> None:
    first = python("database", "import time; time.sleep(60)")
    second = python("console", "raise SystemExit(1)", ready=lambda: False, ready_within=5.0)
    supervisor = Supervisor([first, second])

    with pytest.raises(ServerDidNotStart):
        supervisor.start_all()

    assert supervisor.children[0].pid is None


def test_what_fails_between_two_starts_leaves_nothing_running() -> None:
    def lose_the_keys(name: str) -> None:
        raise LookupError(name)

    plans = [python("database", "import time; time.sleep(60)"), python("console", "raise SystemExit(1)")]
    supervisor = Supervisor(plans, between=lose_the_keys)

    with pytest.raises(LookupError):
        supervisor.start_all()

    assert [child.starts for child in supervisor.children] == [1, 0]
    assert supervisor.children[0].pid is None


def test_what_may_come_later_keeps_nothing_from_starting() -> None:
    console = python("console", "raise SystemExit(1)", ready=lambda: False, required=False)
    supervisor = Supervisor([console, python("telephony", "import time; time.sleep(60)")])

    supervisor.start_all()

    assert supervisor.children[1].pid is not None
    supervisor.stop_all()


def test_a_start_that_fails_leaves_a_server_alone_that_served_before_it() -> None:
    serving = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    kept = python("asterisk", "pass", running_already=lambda: serving.pid)
    supervisor = Supervisor([kept, python("database", "raise SystemExit(1)", ready=lambda: False)])

    with pytest.raises(ServerDidNotStart):
        supervisor.start_all()

    assert serving.poll() is None
    serving.kill()
    serving.wait()


def test_a_machine_that_cannot_start_one_part_goes_on_looking_after_it(tmp_path: Path) -> None:
    program = tmp_path / "clerk"
    program.symlink_to("/bin/true")
    child = Child(ChildPlan(name="clerk", argv=[str(program)], dies_with_supervisor=False))
    child.SLOWEST = 0.1
    child.start()
    program.unlink()
    wait_until(lambda: child.tend() or child.pid is None)
    for _ in range(5):
        child.tend()

    program.symlink_to("/bin/sleep")
    child.plan = ChildPlan(name="clerk", argv=[str(program), "60"], dies_with_supervisor=False)

    assert tended(child, lambda: child.pid is not None)
    child.stop()


def test_whoever_watches_is_told_once_that_a_part_is_started_again() -> None:
    told: list[str] = []
    supervisor = Supervisor([python("speech", "raise SystemExit(1)")], tell=told.append)
    supervisor.start_all()
    end = threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGTERM))
    end.start()

    supervisor.run()

    assert [line for line in told if "speech" in line and "起動し直します" in line] == told
    assert len(told) == 1


def test_a_closed_terminal_ends_all_parts_in_order_as_ctrl_c_does(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path / "pid", hang_up="--default-signal=HUP") as (supervisor, asterisk, close):
        close()

        assert supervisor.wait(10) != -signal.SIGHUP
        assert not _runs(asterisk())


def test_who_was_told_to_outlive_the_terminal_goes_on_looking_after_the_calls(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path / "pid", hang_up="--ignore-signal=HUP") as (_, asterisk, close):
        first = asterisk()
        close()

        os.kill(first, signal.SIGKILL)  # its start again is told to a terminal that is gone

        wait_until(lambda: asterisk() not in {0, first} and _runs(asterisk()))


def test_one_part_that_cannot_be_stopped_does_not_save_the_others() -> None:
    class Stubborn(Child):
        def stop(self) -> None:
            raise PermissionError

    supervisor = Supervisor([python("database", "import time; time.sleep(60)")])
    supervisor.children.append(Stubborn(python("stubborn", "pass")))
    supervisor.start_all()

    supervisor.stop_all()

    assert supervisor.children[0].pid is None


def test_children_end_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    mark = tmp_path / "child.pid"
    inner = (
        f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    outer = (
        "import sys, time; from runtime.child import Child, ChildPlan;"
        f"child = Child(ChildPlan(name='clerk', argv=[sys.executable, '-c', {inner!r}]));"
        "child.start(); time.sleep(60)"
    )
    parent = Child(python("supervisor", outer, environment={"PYTHONPATH": str(Path.cwd())}))
    parent.start()
    wait_until(lambda: mark.exists() and mark.read_text() != "")
    pid = int(mark.read_text())

    assert parent.pid is not None
    os.kill(parent.pid, signal.SIGKILL)

    wait_until(lambda: not _runs(pid))
    parent.stop()


@contextmanager
def at_a_terminal(
    mark: Path, *, hang_up: str
) -> Generator[tuple[subprocess.Popen[bytes], Callable[[], int], Callable[[], None]]]:
    """Give a supervisor at a terminal of its own, the id of its server, and how to close the terminal."""
    serve = (
        f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    supervise = (
        "import sys; from core.logs import start_logging; from runtime.child import ChildPlan;"
        "from runtime.supervisor import Supervisor; start_logging('supervisor');"
        f"argv = [sys.executable, '-c', {serve!r}];"
        "plan = ChildPlan(name='asterisk', argv=argv, dies_with_supervisor=False);"
        "supervisor = Supervisor([plan], tell=lambda line: print(line, flush=True));"
        "supervisor.start_all(); supervisor.run()"
    )
    ours, theirs = pty.openpty()
    supervisor = subprocess.Popen(
        ["setsid", "--ctty", "env", hang_up, sys.executable, "-c", supervise],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)

    def asterisk() -> int:
        return int(mark.read_text() or 0) if mark.exists() else 0

    try:
        wait_until(asterisk)
        yield supervisor, asterisk, lambda: os.close(ours)
    finally:
        supervisor.terminate()
        supervisor.wait(10)
        if _runs(asterisk()):
            os.kill(asterisk(), signal.SIGKILL)


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]
    except FileNotFoundError:
        return False
