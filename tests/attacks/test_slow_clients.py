"""Somebody who takes for ever over a request holds no connection of the console."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic, sleep
from uuid import uuid4

import pytest

from api import prompt_http
from api.sessions import COOKIE, Sessions
from core.actors import Role
from core.ids import ImportId
from storage.imports import NewImport, ask
from tests.fixtures_console import Console
from tests.office import HOKEN

pytestmark = pytest.mark.real

LIMIT = 0.6
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_http, "SECONDS_TO_ASK", LIMIT)


@contextmanager
def line_to(console: Console) -> Generator[ssl.SSLSocket]:
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", console.port), timeout=5) as plain,
        unchecked.wrap_socket(plain) as line,
    ):
        yield line


def is_cut(line: ssl.SSLSocket, trickle: bytes = b"") -> bool:
    """Go on sending, slowly, and say whether the console hung up within some seconds."""
    end = monotonic() + LIMIT + 3
    line.settimeout(0.1)
    while monotonic() < end:
        try:
            if trickle:
                line.sendall(trickle)
            if line.recv(65536) == b"":
                return True
        except TimeoutError:
            continue
        except (ConnectionError, ssl.SSLError):
            return True
    return False


@pytest.mark.parametrize(
    ("beginning", "trickle"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-", b"a"),
        (b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + FORM + b"Content-Length: 60000\r\n\r\n", b"a"),
        (b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + FORM + b"Content-Length: 60000\r\n\r\nlogin=a", b""),
    ],
    ids=["says nothing", "header by letters", "form by letters", "half a form"],
)
def test_a_request_that_does_not_end_loses_its_connection(
    console: Console, beginning: bytes, trickle: bytes
) -> None:
    with line_to(console) as line:
        if beginning:
            line.sendall(beginning)

        assert is_cut(line, trickle)


def test_a_browser_that_waits_between_two_pages_keeps_its_connection(console: Console) -> None:
    with line_to(console) as line:
        for _ in range(2):
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(65536).startswith(b"HTTP/1.1 204")
            sleep(LIMIT * 2)


def test_a_form_of_two_lengths_is_not_read(console: Console) -> None:
    with line_to(console) as line:
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + FORM
            + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n0\r\n\r\n"
        )  # fmt: skip

        assert line.recv(65536)[9:12] in {b"400", b"413"}


def begun_upload(console: Console, cookie: str) -> bytes:
    office = console.office
    by = office.account("kanri", Role.SUPERVISOR)
    parts = office.parts
    sessions = Sessions(parts.database, parts.clock, parts.settings, parts.profile.with_those_below)
    mine = sessions.open(by)
    known = sessions.find(mine)
    assert known is not None
    wanted = ImportId(uuid4())
    new = NewImport(
        id=wanted, department=HOKEN, incident=None, recorded_at=parts.clock.now(), estimated=False,
        place="x", recorded_by="x", held_by="x", notice="told", by=by, at=parts.clock.now(),
    )  # fmt: skip
    with parts.database.begin(known.actor) as connection:
        ask(connection, new)
    cookie = cookie or mine
    return (
        f"POST /imports/{wanted}/file HTTP/1.1\r\nHost: x\r\nCookie: {COOKIE}={cookie}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 60000\r\n\r\n"
        f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{known.csrf}\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF'
    ).encode()


def test_nobody_who_is_not_signed_in_holds_a_connection_with_a_file(console: Console) -> None:
    with line_to(console) as line:
        line.sendall(begun_upload(console, "nobody"))

        assert is_cut(line, b"a")
