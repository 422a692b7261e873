"""What a long call takes of the machine: memory of the job and of its recogniser's process, and time.

The call is the practice dialogues, one after the other without a pause, so that nobody is ever silent for
long; it is unpacked, cut and heard as a worker does it. Memory is what each process really held at its most.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile

from core.settings import SpeechSettings
from runtime.speech import memory_bytes, slots_of
from telephony.sound.flac import unpack_flac
from transcription.engine import SAMPLE_RATE, Samples
from transcription.pieces import pieces
from transcription.process_limits import MEGABYTE

DIALOGUES = Path(__file__).parents[1] / "runtime" / "practice" / "dialogues"


def measure(arguments: list[str]) -> dict[str, object]:
    """Hear one call of so many minutes by one process."""
    options = ArgumentParser(prog="bench long_call")
    options.add_argument("--minutes", type=float, default=10.0, help="length of the call; 120 for two hours")
    options.add_argument("--model-dir", type=Path, default=None, help="another model's folder")
    chosen = options.parse_args(arguments)
    settings = SpeechSettings(model_dir=chosen.model_dir, workers=1)
    with tempfile.TemporaryDirectory() as models:
        call = _call(chosen.minutes * 60)
        slots = slots_of(settings, Path(models))
        slots.model()
        before = _most_megabytes(resource.RUSAGE_SELF)
        began, words = time.monotonic(), 0
        try:
            for piece in pieces(unpack_flac(lambda start, length: call[start : start + length], len(call))):
                words += sum(len(one.words) for one in slots.hear(piece, (), _go_on))
                print(f"heard up to {piece.start / 60:.0f} min and on", file=sys.stderr)
            wall = time.monotonic() - began
            most = slots.most_memory_bytes
        finally:
            slots.close()
    computed = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = chosen.minutes * 60
    return {
        "minutes": chosen.minutes,
        "words": words,
        "recogniser_peak_mb": round(most / MEGABYTE),
        "recogniser_peak_mb_by_the_kernel": _most_megabytes(resource.RUSAGE_CHILDREN),
        "job_peak_mb": _most_megabytes(resource.RUSAGE_SELF),
        "job_mb_before": before,
        "limit_mb": memory_bytes(settings) // MEGABYTE,
        "wall_seconds": round(wall, 1),
        "times_real_time": round(seconds / wall, 2),
        "cpu_per_second": round((computed.ru_utime + computed.ru_stime) / seconds, 3),
    }


def _call(seconds: float) -> bytes:
    """Pack the call block by block, so that making it takes no memory that the measurement would count."""
    file = BytesIO()
    with soundfile.SoundFile(file, "w", SAMPLE_RATE, 2, "PCM_16", format="FLAC") as packed:
        left = int(seconds * SAMPLE_RATE)
        for sound in _over_and_over():
            packed.write(sound[:left])
            left -= min(left, len(sound))
            if not left:
                break
    return file.getvalue()


def _over_and_over() -> Iterator[Samples]:
    while True:
        for path in sorted(DIALOGUES.glob("d?.wav")):
            yield np.asarray(soundfile.read(path, dtype="int16", always_2d=True)[0], dtype=np.int16)


def _go_on() -> None:
    """Nobody wants to stop it."""


def _most_megabytes(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024
