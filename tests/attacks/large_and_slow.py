"""Requests that are too large, never end, or are too many: the console keeps serving the others."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from api import guard, open_plays, prompt_http
from api.prompt_http import PromptHttp
from api.sessions import COOKIE, hash_of
from tests.attacks.attack import Attack, Guard
from tests.attacks.foreign_ids import grant_of
from tests.attacks.foreign_pages import someone
from tests.attacks.switches import patched, shakes
from tests.fixtures_attacked_hall import FORM

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

TOO_LARGE, WRONG_TYPE = "console.refused:too-large", "console.refused:wrong-content-type"
PATIENCE = 0.3
LONGEST_HEADER = 1_000_000
FORM_HEAD = (
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 60000\r\n\r\nlogin="
)


def large(hall: AttackedHall) -> bool:
    return someone(hall).post("/phone", phone="", padding="x" * 100_000).status_code == 303


def of_unknown_length(hall: AttackedHall) -> bool:
    who = someone(hall)

    def pieces() -> Iterator[bytes]:
        yield b"phone=&csrf="
        yield who.csrf.encode()

    answer = who.client.post("/phone", content=pieces(), headers=FORM, follow_redirects=False)
    return answer.status_code == 303


def with_files(hall: AttackedHall) -> bool:
    who = someone(hall)
    parts = {"phone": (None, ""), "csrf": (None, who.csrf), "file": ("a.wav", b"RIFF")}
    return who.client.post("/phone", files=parts, follow_redirects=False).status_code == 303


@contextmanager
def line_to(hall: AttackedHall) -> Generator[ssl.SSLSocket]:
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", hall.console.port), timeout=5) as plain,
        unchecked.wrap_socket(plain) as line,
    ):
        yield line


def answer_to(hall: AttackedHall, words: bytes) -> bytes:
    with line_to(hall) as line:
        try:
            line.sendall(words)
            return line.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return b""


def long_header(hall: AttackedHall) -> bool:
    words = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Much: " + b"a" * LONGEST_HEADER + b"\r\n\r\n"
    return answer_to(hall, words).startswith(b"HTTP/1.1 204")


@contextmanager
def room_for_headers(hall: AttackedHall) -> Generator[None]:
    assert hall.console.server is not None
    config = hall.console.server.config
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "h11_max_incomplete_event_size", 2 * LONGEST_HEADER)
        yield


def is_kept(hall: AttackedHall, beginning: bytes) -> bool:
    """Whether the console still holds the line to somebody who has long stopped being prompt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompt_http, "SECONDS_TO_ASK", PATIENCE)
        with line_to(hall) as line:
            line.sendall(beginning)
            line.settimeout(0.1)
            end = monotonic() + PATIENCE + 2.5
            while monotonic() < end:
                try:
                    line.sendall(b"a")
                    if line.recv(1024) == b"":
                        return False
                except TimeoutError:
                    continue
                except (ConnectionError, ssl.SSLError):
                    return False
            return True


def one_play_more(hall: AttackedHall) -> bool:
    grant, plays = grant_of(hall, "kanri"), hall.app.state.plays
    session = hash_of(hall.kanri.client.cookies[COOKIE])
    for _ in range(6):
        plays.enter(session)
    try:
        return hall.kanri.get(f"/recordings/{grant}/audio").status_code == 200
    finally:
        for _ in range(6):
            plays.leave(session)


ALL_SIZES = patched(guard, "is_too_large", shakes)
FOR_EVER = patched(PromptHttp, "_hang_up", lambda _line: None)
ATTACKS = (
    Attack(name="a form that is larger than any of ours", guard=ALL_SIZES, told=TOO_LARGE, attempt=large),
    Attack(
        name="a form that does not say how long it is", guard=ALL_SIZES, told=TOO_LARGE,
        attempt=of_unknown_length,
    ),
    Attack(
        name="a form with files in it", guard=patched(guard, "is_no_form", shakes), told=WRONG_TYPE,
        attempt=with_files,
    ),
    Attack(
        name="a header of a million letters", told="library:uvicorn.error", attempt=long_header,
        guard=Guard(name="api.server.console_server: h11_max_incomplete_event_size", away=room_for_headers),
    ),
    Attack(
        name="a header that comes by letters", guard=FOR_EVER, told="console.hung_up:too-slow",
        attempt=lambda hall: is_kept(hall, b"GET / HTTP/1.1\r\nHost: x\r\nX-"),
    ),
    Attack(
        name="a form that comes by letters", guard=FOR_EVER, told="console.hung_up:too-slow",
        attempt=lambda hall: is_kept(hall, FORM_HEAD),
    ),
    Attack(
        name="more plays at once than a browser has connections", told="console.refused:too-many-plays",
        guard=patched(open_plays, "AT_ONCE", 100), attempt=one_play_more,
    ),
)  # fmt: skip
