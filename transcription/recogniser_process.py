"""The process in which recognition runs: it answers questions until nobody asks any more.

It knows no key, no database and no call, only a sound: whatever a crafted or broken sound does to the
libraries that hear it, it does here. It ends with its parent.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from core.logs import get_log, start_logging
from transcription.engine import ModelMissing
from transcription.hearing import Hears
from transcription.process_limits import ProcessLimits
from transcription.recogniser_wire import answer, read_question, refusal

OUT_OF_MEMORY = "memory"
_LOOK_SECONDS = 1.0

log = get_log()


def serve(hears: Hears, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer every question; a fault is answered by its kind, and ends the process if it was memory."""
    while (asked := read_question(questions)) is not None:
        piece, vocabulary = asked
        try:
            said = hears.hear(piece, vocabulary, _nothing)
            told = answer(hears.model(), said)
        except ModelMissing:
            told = refusal(ModelMissing.code)
        except MemoryError:
            answers.write(refusal(OUT_OF_MEMORY))
            answers.flush()
            return
        except Exception as fault:  # noqa: BLE001  whatever a library raises, its words may quote what it heard
            log.warning("recogniser.failed", error=type(fault).__name__)
            told = refusal(type(fault).__name__)
        answers.write(told)
        answers.flush()


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for questions and answers, so that no library can write between them."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.close(nowhere)
    return questions, answers


def end_with_parent(parent: int) -> None:
    """End as soon as the parent, a process id, is gone: also in the middle of a sound."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _nothing() -> None:
    """Nobody asks in here whether to go on: the parent ends this process instead."""


def main(settings: dict[str, Any]) -> None:
    """Take the limits first, then the model.

    Args:
        settings: ``cache``, ``model_dir``, ``device``, ``compute_type``, ``memory_bytes``, ``parent``
    """
    ProcessLimits(memory_bytes=settings["memory_bytes"], wall=settings["device"] == "cpu").take()
    questions, answers = own_pipes()
    start_logging("recogniser")
    end_with_parent(settings["parent"])
    from transcription.hearing import Hearing
    from transcription.model_files import ModelFiles
    from transcription.whisper import WhisperEngine

    model_dir = settings["model_dir"]
    files = ModelFiles(Path(settings["cache"]), model_dir=None if model_dir is None else Path(model_dir))
    engine = WhisperEngine(files, device=settings["device"], compute_type=settings["compute_type"])
    serve(Hearing(engine), questions, answers)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
