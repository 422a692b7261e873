"""An Asterisk of which only the recordings folder is there: it speaks the part of ARI that capture uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit


@dataclass(slots=True)
class AsteriskFolder:
    """What the fake holds; tests fill it and look into it."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    channels: set[str] = field(default_factory=set[str])
    server: str = "city"
    refuse_deletes: bool = False
    breaks_off_after: int | None = None
    """Bytes of a file after which the connection ends, as when the server dies."""
    fetched: list[str] = field(default_factory=list[str])


@contextmanager
def asterisk_folder() -> Iterator[AsteriskFolder]:
    """Serve an empty folder on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Ari)
    server.folder = AsteriskFolder(url=f"http://127.0.0.1:{server.server_port}/ari")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.folder  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Ari(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def folder(self) -> AsteriskFolder:
        folder: AsteriskFolder = self.server.folder  # type: ignore[attr-defined]
        return folder

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        """Be quiet."""

    def do_GET(self) -> None:
        match self._segments():
            case ["recordings", "stored"]:
                self._answer_json([{"name": name, "format": "wav"} for name in sorted(self.folder.files)])
            case ["recordings", "stored", name, "file"] if name in self.folder.files:
                self.folder.fetched.append(name)
                self._answer(200, self.folder.files[name], "audio/x-wav", self.folder.breaks_off_after)
            case ["asterisk", "info"]:
                self._answer_json({"config": {"name": self.folder.server}})
            case ["channels"]:
                self._answer_json(
                    [{"id": channel, "state": "Up"} for channel in sorted(self.folder.channels)]
                )
            case _:
                self._answer(404, b'{"message":"not found"}')

    def do_DELETE(self) -> None:
        match self._segments():
            case ["recordings", "stored", _] if self.folder.refuse_deletes:
                self._answer(500, b'{"message":"Could not delete recording"}')
            case ["recordings", "stored", name] if self.folder.files.pop(name, None) is not None:
                self._answer(204)
            case _:
                self._answer(404, b'{"message":"not found"}')

    def _segments(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.split("/")[2:]]

    def _answer_json(self, body: object) -> None:
        self._answer(200, json.dumps(body).encode())

    def _answer(
        self, status: int, body: bytes = b"", kind: str = "application/json", cut: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body[:cut])
        except ConnectionError:
            self.close_connection = True  # who only looked at the beginning has gone
        if cut is not None and cut < len(body):
            self.close_connection = True
