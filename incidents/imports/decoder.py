"""A reader's process as its parent sees it: fed with ranges, and ended when it takes too much or too long."""

from __future__ import annotations

import os
import selectors
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from core.errors import DomainError
from core.logs import get_log
from incidents.imports.decoder_wire import Claims, NotOfADecoder, Refusal, Wanted, read_told
from telephony.sound.audio_files import SAMPLE_RATE, Samples
from transcription.process_limits import MEGABYTE

PROGRAM = Path(__file__).resolve().parents[2]
MEMORY_BYTES = 300 * MEGABYTE
SILENT_SECONDS = 60.0
"""A reader that says nothing for so long is not waited for."""
LONGEST_SECONDS = 1800.0
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG")

log = get_log()


class FileRefused(DomainError):
    """音声ファイルを取り込めませんでした。"""

    code = "file-refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        """``unreadable``, ``no-sound``, ``too-long`` or ``too-slow``."""


class Decoding:
    """One reading of one file.

    Args:
        read: gives bytes of the file from a place on
        size: of the file in bytes
        longest: seconds of sound that are taken
        silent_seconds: how long the process may say nothing
    """

    def __init__(
        self,
        read: Callable[[int, int], bytes],
        size: int,
        longest: float,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._read = read
        self._size = size
        self._longest = round(longest * SAMPLE_RATE)
        self._silent = silent_seconds
        self.claims: Claims = {}
        """What the file says of itself; there once the first sound has come."""

    def sound(self) -> Iterator[Samples]:
        """Yield the sound: mono, 8 kHz, shape (n,).

        Raises:
            FileRefused
            whatever ``read`` raises
        """
        process = subprocess.Popen(
            [sys.executable, "-m", "incidents.imports.decoder_process", str(self._size), str(MEMORY_BYTES),
             str(round(LONGEST_SECONDS)), str(os.getpid())],
            env={"PYTHONPATH": str(PROGRAM), **{k: os.environ[k] for k in _PASSED_ON if k in os.environ}},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield from self._told(process)
        except (NotOfADecoder, BrokenPipeError):
            log.warning("decoder.died", status=process.poll())
            raise FileRefused("unreadable") from None
        finally:
            _end(process)

    def _told(self, process: subprocess.Popen[bytes]) -> Iterator[Samples]:
        asking, telling = _pipes(process)
        pipe = _Patient(telling, self._silent)
        taken = 0
        while (told := read_told(pipe.read)) is not None:
            match told:
                case Wanted(start=start, length=length):
                    found = self._read(start, length) if length and start < self._size else b""
                    asking.write(struct.pack("<I", len(found)) + found)
                case Refusal(code=code):
                    raise FileRefused(code)
                case dict():
                    self.claims = told
                case _:
                    taken += len(told)
                    if taken > self._longest:
                        raise FileRefused("too-long")
                    yield told
        if not taken:
            raise FileRefused("no-sound")


class _Patient:
    """Reads a pipe, and waits so long and no longer."""

    def __init__(self, pipe: IO[bytes], silent_seconds: float) -> None:
        self._pipe = pipe
        self._silent = silent_seconds
        self._ends = time.monotonic() + LONGEST_SECONDS

    def read(self, size: int) -> bytes:
        found = bytearray()
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._pipe, selectors.EVENT_READ)
            while len(found) < size:
                if not waiting.select(self._silent) or time.monotonic() > self._ends:
                    raise FileRefused("too-slow")
                block = os.read(self._pipe.fileno(), size - len(found))
                if not block:
                    break
                found += block
        return bytes(found)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise NotOfADecoder
    return process.stdin, process.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
