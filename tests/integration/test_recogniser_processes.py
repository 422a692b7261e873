"""Recognition dies by itself: whatever happens to its process, the other recordings are still heard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from runtime.child import Child, ChildPlan
from tests.fakes.odd_recogniser import MODEL
from tests.fakes.speech_engine import SaysTheSame
from transcription.engine import ModelIdentity, ModelMissing
from transcription.pieces import Piece
from transcription.process_limits import MEGABYTE, NICE
from transcription.recogniser import Recogniser, RecogniserPlan
from transcription.slots import RecognitionGivenUp, Slots, WorkerEnds

pytestmark = pytest.mark.real
PROGRAM = Path(__file__).parents[2]
MEMORY = 300 * MEGABYTE
SECOND = Piece(start=3.0, caller=np.ones(8000, np.int16), hall=np.zeros(8000, np.int16))
LONG = Piece(start=0.0, caller=np.ones(8000 * 1800, np.int16), hall=np.zeros(8000 * 1800, np.int16))


class NotWanted(Exception):
    """The recording was destroyed meanwhile."""


class SameModel(SaysTheSame):
    """Knows which model should listen."""

    def model(self) -> ModelIdentity:
        return MODEL


@dataclass(frozen=True)
class Asked:
    process: int
    samples: int
    secret: str


def on() -> None:
    """Go on."""


def asked(slots: Slots, *order: str, piece: Piece = SECOND, go_on: Callable[[], None] = on) -> Asked:
    (said,) = slots.hear(piece, order, go_on)
    process, samples, secret = said.text.split()
    assert said.start == piece.start
    return Asked(int(process), int(samples), secret)


@pytest.fixture
def slots_of() -> Iterator[Callable[..., Slots]]:
    made: list[Slots] = []

    def make(count: int = 1, *, renew_after: int = 50, memory: int = MEMORY, **more: float) -> Slots:
        plan = RecogniserPlan(
            argv=[sys.executable, "-m", "tests.fakes.odd_recogniser", str(memory), str(os.getpid())],
            environment={"PYTHONPATH": str(PROGRAM), "PATH": os.environ["PATH"]},
            memory_bytes=memory,
        )
        plan = replace(plan, **more)
        slots = Slots(
            engine=SameModel(), make=lambda: Recogniser(lambda: plan), count=count, renew_after=renew_after
        )
        made.append(slots)
        return slots

    yield make
    for slots in made:
        slots.close()


def test_one_process_hears_one_recording_after_the_other_and_is_renewed_in_time(
    slots_of: Callable[..., Slots],
) -> None:
    slots = slots_of(renew_after=3)

    first, second, third, fourth = (asked(slots).process for _ in range(4))

    assert first == second == third != fourth
    assert os.getpid() not in {first, fourth}
    assert asked(slots, piece=LONG).samples == len(LONG.caller)


def test_the_process_knows_no_secret_takes_no_time_from_calls_and_ends_first_without_memory(
    slots_of: Callable[..., Slots], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TSUWAROKU_SECRET", "key")
    process = asked(slots := slots_of()).process

    assert asked(slots).secret == "-"
    assert os.getpriority(os.PRIO_PROCESS, process) == NICE
    proc = Path(f"/proc/{process}")
    assert (proc / "oom_score_adj").read_text().strip() == "1000"
    assert nice_of_session(process) in {NICE, None}
    limits = (proc / "limits").read_text()
    assert "Max core file size        0                    0" in limits
    assert f"Max data size             {2 * MEMORY}" in limits


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("die", "killed"),
        ("crash", "crashed"),
        ("eat", "memory"),
        ("burst", "memory"),
        ("fault", "fault"),
        ("babble", "not-an-answer"),
    ],
)
def test_a_recording_that_ends_two_processes_is_given_up_and_the_next_one_is_heard(
    slots_of: Callable[..., Slots], order: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    slots = slots_of()

    with pytest.raises(RecognitionGivenUp) as given_up:
        slots.hear(SECOND, (order,), on)

    assert given_up.value.reason == reason
    assert asked(slots).samples == 8000
    assert slots.most_memory_bytes < 2 * MEMORY
    assert "words that were heard" not in "".join(capfd.readouterr())


def test_a_process_that_computes_too_long_or_stands_still_is_ended(slots_of: Callable[..., Slots]) -> None:
    for order, reason, limit in (
        ("spin", "too-long", {"patience": 0.1, "start_seconds": 0.5}),
        ("hang", "stands-still", {"still_seconds": 1.0}),
    ):
        slots = slots_of(**limit)
        with pytest.raises(RecognitionGivenUp) as given_up:
            slots.hear(SECOND, (order,), on)
        assert given_up.value.reason == reason
        assert asked(slots).samples == 8000


def test_a_recording_whose_process_died_once_is_heard_alone(
    slots_of: Callable[..., Slots], tmp_path: Path
) -> None:
    slots = slots_of(2)
    at_work: list[str] = []

    def hear(*order: str) -> Asked:
        at_work.append(order[0])
        return asked(slots, *order)

    with ThreadPoolExecutor(3) as threads:
        neighbour = threads.submit(hear, "wait")
        died = threads.submit(hear, f"die {tmp_path / 'seen'}")
        later = [threads.submit(hear, "wait") for _ in range(3)]

        assert died.result(30).samples == 8000
        assert {one.result(30).samples for one in (neighbour, *later)} == {8000}
    assert len(at_work) == 5


def test_a_recording_that_is_no_longer_wanted_stops_at_once(slots_of: Callable[..., Slots]) -> None:
    slots = slots_of()
    first = asked(slots).process
    looked = 0

    def go_on() -> None:
        nonlocal looked
        looked += 1
        if looked == 2:
            raise NotWanted

    began = time.monotonic()
    with pytest.raises(NotWanted):
        slots.hear(SECOND, ("hang",), go_on)

    assert time.monotonic() - began < 5
    assert first not in slots.pids
    assert asked(slots).process != first


def test_who_waits_for_a_place_may_stop_waiting(slots_of: Callable[..., Slots]) -> None:
    slots = slots_of()
    stopped = threading.Event()

    def until_stopped() -> None:
        if stopped.is_set():
            raise NotWanted

    def not_wanted() -> None:
        raise NotWanted

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(slots.hear, SECOND, ("hang",), until_stopped)
        while not slots.pids:
            time.sleep(0.01)
        with pytest.raises(NotWanted):
            slots.hear(SECOND, (), not_wanted)
        stopped.set()
        with pytest.raises(NotWanted):
            held.result(10)
    assert asked(slots).samples == 8000


def test_a_worker_that_stops_gives_its_work_back(slots_of: Callable[..., Slots]) -> None:
    slots = slots_of()
    with ThreadPoolExecutor(2) as threads:
        held = threads.submit(slots.hear, SECOND, ("hang",), on)
        while not slots.pids:
            time.sleep(0.01)
        waiting = threads.submit(slots.hear, SECOND, (), on)
        slots.close()

        for one in (held, waiting):
            with pytest.raises(WorkerEnds):
                one.result(10)


def test_without_the_right_model_nothing_is_heard(slots_of: Callable[..., Slots], tmp_path: Path) -> None:
    for order in ("no-model", "other-model"):
        with pytest.raises(ModelMissing):
            slots_of().hear(SECOND, (order,), on)

    slots = slots_of()
    before = asked(slots).process
    assert asked(slots, f"other-model {tmp_path / 'seen'}").process != before, "one that holds the old model"


def test_the_process_ends_with_its_worker(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    parent = (
        "import os, pathlib, subprocess, sys, time\n"
        "order = [sys.executable, '-m', 'tests.fakes.odd_recogniser', '300000000', str(os.getpid())]\n"
        "child = subprocess.Popen(order,"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        'child.stdin.write(b\'{"start": 0, "bytes": [0, 0], "vocabulary": ["hang"]}\\n\')\n'
        "child.stdin.flush()\n"
        f"pathlib.Path({str(told)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", parent], cwd=PROGRAM)
    try:
        _wait(lambda: told.exists() and told.read_text() != "")
        recogniser = int(told.read_text())
        _wait(lambda: os.getpriority(os.PRIO_PROCESS, recogniser) == NICE)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        _wait(lambda: not Path(f"/proc/{recogniser}/cmdline").exists() or not _lives(recogniser))
    finally:
        worker.kill()


def test_the_priority_of_a_part_of_the_service_counts_beside_other_sessions_too() -> None:
    child = Child(ChildPlan(name="speech", argv=["sleep", "600"], nice=15))
    child.start()
    try:
        assert child.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == 15
        assert nice_of_session(child.pid) in {15, None}
    finally:
        child.stop()


def nice_of_session(process: int) -> int | None:
    """How the kernel weighs the whole session against others; None where it does not group sessions."""
    try:
        told = Path(f"/proc/{process}/autogroup").read_text()
    except OSError:
        return None
    return int(told.split()[-1])


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait(happened: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
