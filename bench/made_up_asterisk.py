"""An Asterisk of which only the recordings are there: two tracks of any length, made up while they are read.

Nothing of them is kept anywhere, so that what a measurement sees is what the reader needs. The talk is the
practice dialogues said again and again; before it, the caller is sent the announcement.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import cast
from urllib.parse import unquote, urlsplit

import numpy as np
import soundfile

SAMPLE_RATE = 8000
TALK_FROM = 10
"""Seconds from the first sample; the announcement is shorter."""

_DIALOGUES = Path(__file__).parents[1] / "runtime" / "practice" / "dialogues"


@dataclass(slots=True)
class RecordingsFolder:
    """What lies there: files by name, each as its length and its content again and again."""

    url: str
    prompt: bytes
    files: dict[str, tuple[int, bytes, bytes]] = field(default_factory=dict[str, tuple[int, bytes, bytes]])

    def place(self, name: str, facts: str, seconds: int) -> None:
        """Let a call of a length have been recorded."""
        pieces = [soundfile.read(file, dtype="int16")[0] for file in sorted(_DIALOGUES.glob("d?.wav"))]
        caller, hall = np.concatenate(pieces).T
        length = 2 * SAMPLE_RATE * seconds
        header = struct.pack(
            "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + length, b"WAVE", b"fmt ", 16, 1, 1, SAMPLE_RATE,
            2 * SAMPLE_RATE, 2, 16, b"data", length,
        )  # fmt: skip
        lead = bytes(2 * SAMPLE_RATE * TALK_FROM)
        said = self.prompt + lead[len(self.prompt) :]
        self.files = {
            f"{name}_r": (44 + length, header + lead, np.ascontiguousarray(caller, "<i2").tobytes()),
            f"{name}_t": (44 + length, header + said, np.ascontiguousarray(hall, "<i2").tobytes()),
            f"{name}_facts": (len(facts), facts.encode(), b""),
        }


@contextmanager
def made_up_asterisk(prompt: bytes) -> Generator[RecordingsFolder]:
    """Serve an empty folder on a free port of loopback.

    Args:
        prompt: the announcement's samples, 16 bits at 8 kHz
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Ari)
    folder = RecordingsFolder(url=f"http://127.0.0.1:{server.server_port}/ari", prompt=prompt)
    server.folder = folder  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield folder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Ari(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        """Be quiet."""

    def do_GET(self) -> None:
        files = self._folder.files
        match self._segments():
            case ["recordings", "stored"]:
                self._answer(json.dumps([{"name": name} for name in files]).encode())
            case ["recordings", "stored", name, "file"] if name in files:
                self._send(*files[name])
            case ["channels"]:
                self._answer(b"[]")
            case _:
                self.send_error(404)

    def do_DELETE(self) -> None:
        self._folder.files.pop(self._segments()[2], None)
        self._answer(b"")

    @property
    def _folder(self) -> RecordingsFolder:
        return cast("RecordingsFolder", self.server.folder)  # type: ignore[attr-defined]

    def _segments(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.split("/")[2:]]

    def _answer(self, body: bytes) -> None:
        self._send(len(body), body, b"")

    def _send(self, length: int, front: bytes, again: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        try:
            self.wfile.write(front[:length])
            left = length - len(front)
            while left > 0:
                self.wfile.write(memoryview(again)[:left])
                left -= len(again)
        except ConnectionError:
            self.close_connection = True  # who only looked at the beginning has gone
