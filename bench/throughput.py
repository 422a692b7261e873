"""How fast calls are written down when every core works: a process for each worker, one thread in it.

Wall time from the first sound to the last word, the model being loaded; memory is the highest of one process.
"""

from __future__ import annotations

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bench.labelled_call import LabelledCall
from bench.ways_to_hear import our_way
from core.logs import start_logging
from transcription.engine import SAMPLE_RATE
from transcription.model_files import ModelFiles
from transcription.utterance import CALL_TRACKS, Track
from transcription.whisper import WhisperEngine

_engines = dict[str, WhisperEngine]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """What so many workers did together."""

    times_real_time: float
    wall_seconds: float
    peak_memory_mb: int
    cpu_rtf: float
    """Seconds of computing for a second of call: tells of our work where the machine is busy with others'."""


def measure_throughput(
    calls: list[LabelledCall], minutes: float, workers: int, cache: Path, model_dir: Path | None
) -> Throughput:
    """Give each worker a call of so many minutes at the same time."""
    call = _long_call(calls, minutes)
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_load, initargs=(cache, model_dir)
    ) as pool:
        list(pool.map(_hear, [calls[0]] * workers))  # the model is loaded now
        begin = time.monotonic()
        done = list(pool.map(_hear, [call] * workers))
        wall = time.monotonic() - begin
    return Throughput(
        times_real_time=round(workers * call.seconds / wall, 1),
        wall_seconds=round(wall, 1),
        peak_memory_mb=max(peak for peak, _ in done),
        cpu_rtf=round(sum(cpu for _, cpu in done) / (workers * call.seconds), 3),
    )


def _long_call(calls: list[LabelledCall], minutes: float) -> LabelledCall:
    length = round(minutes * 60 * SAMPLE_RATE)
    sides = {track: np.concatenate([call.sides[track] for call in calls]) for track in CALL_TRACKS}
    again = -(-length // len(sides[Track.CALLER]))
    return LabelledCall(
        name="long",
        sides={track: np.tile(sound, again)[:length] for track, sound in sides.items()},
        phrases=(),
    )


def _load(cache: Path, model_dir: Path | None) -> None:
    start_logging("bench")  # to standard error: standard output holds the figures alone
    _engines["own"] = WhisperEngine(ModelFiles(cache, model_dir=model_dir))


def _hear(call: LabelledCall) -> tuple[int, float]:
    """Return the highest memory of this process so far in MB, and the seconds computed."""
    begin = time.process_time()
    our_way(_engines["own"], ())(call)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, time.process_time() - begin
