"""Recognition on this machine: how many at the same time, with how much memory, started by which command."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from core.settings import SpeechSettings
from transcription.model_files import ModelFiles
from transcription.process_limits import MEGABYTE
from transcription.recogniser import Recogniser, RecogniserPlan
from transcription.slots import Slots
from transcription.whisper import WhisperEngine

PROGRAM = Path(__file__).resolve().parents[1]
MEMORY_MB = 1200
"""What a call of two hours may take with the base model."""
_BASE_BYTES = 146 * MEGABYTE
_TIMES_LARGER = 2
"""A larger model is held once and read in once."""
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "LANG", "TMPDIR")


def slots_of(settings: SpeechSettings, models: Path) -> Slots:
    """Build the places for recognition. Nothing is started before it is needed.

    Args:
        settings: model, device, numbers
        models: folder in which the base model is put together
    """
    files = ModelFiles(models, model_dir=settings.model_dir, watched=True)
    engine = WhisperEngine(files, device=settings.device, compute_type=settings.compute_type)

    def make() -> Recogniser:
        return Recogniser(lambda: plan_of(settings, models))

    return Slots(engine=engine, make=make, count=places(settings))


def plan_of(settings: SpeechSettings, models: Path) -> RecogniserPlan:
    """Say how one recogniser's process is started now; the model may have been exchanged since the last."""
    told = {
        "cache": str(models.absolute()),
        "model_dir": None if settings.model_dir is None else str(settings.model_dir.absolute()),
        "device": settings.device,
        "compute_type": settings.compute_type,
        "memory_bytes": memory_bytes(settings),
        "parent": os.getpid(),
    }
    return RecogniserPlan(
        argv=[sys.executable, "-m", "transcription.recogniser_process", json.dumps(told)],
        environment=_environment(os.environ),
        memory_bytes=memory_bytes(settings),
    )


def places(settings: SpeechSettings) -> int:
    """Say how many recognitions run at the same time: one for each core, as far as memory reaches."""
    if settings.workers is not None:
        return settings.workers
    if settings.device != "cpu":
        return 1
    room = _available_bytes() // memory_bytes(settings)
    return max(1, min(len(os.sched_getaffinity(0)), room))


def memory_bytes(settings: SpeechSettings) -> int:
    """Say how much one recognition may hold."""
    if settings.memory_mb is not None:
        return settings.memory_mb * MEGABYTE
    larger = 0
    if settings.model_dir is not None:
        try:
            larger = max(0, (settings.model_dir / "model.bin").stat().st_size - _BASE_BYTES)
        except OSError:
            larger = 0  # not there yet; it is looked at again when a process starts
    return MEMORY_MB * MEGABYTE + _TIMES_LARGER * larger


def _environment(of_this_process: Mapping[str, str]) -> dict[str, str]:
    """Return all that the process gets to know of us: no key, no address, no password."""
    passed = {name: of_this_process[name] for name in _PASSED_ON if name in of_this_process}
    ours = {
        "PYTHONPATH": str(PROGRAM),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }
    return passed | ours


def _available_bytes() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return 0
    return kilobytes * 1024
