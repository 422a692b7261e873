"""What somebody without manners sends to the console: it answers politely, and keeps serving the others."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import pytest

from api.app import create_app
from api.attempts import SignInLater
from api.sign_in import SignInRefused
from core.actors import Purpose, Role
from core.ids import AccountId
from tests.fixtures_console import Console, Visitor
from tests.office import PASSWORD, Office

pytestmark = pytest.mark.real

HOME = "10.0.0.1"
MEGABYTE = 1_000_000


def speak(console: Console, words: bytes) -> bytes:
    """Say something to the console's port and return what it answers until it hangs up."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", console.port), timeout=5) as plain,
        unchecked.wrap_socket(plain) as connection,
    ):
        heard = b""
        try:
            connection.sendall(words)
            while piece := connection.recv(65536):
                heard += piece
        except (ConnectionError, ssl.SSLError):
            return heard
        return heard


@pytest.mark.parametrize("end", [b"\r\n\r\n", b""], ids=["ended", "endless"])
def test_a_header_without_end_is_cut_off_and_not_kept(console: Console, end: bytes) -> None:
    answer = speak(console, b"GET / HTTP/1.1\r\nHost: x\r\nX-Much: " + b"a" * MEGABYTE + end)

    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert b"401" not in answer[:16], "it was read as a request"
    assert speak(console, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[9:12] == b"204"


@pytest.mark.parametrize(
    ("since", "until"),
    [("0001-01-01", "2026-12-31"), ("0001-01-01", "0001-01-02"), ("2026-01-01", "9999-12-30")],
)
def test_the_ends_of_the_calendar_are_no_period(
    office: Office, visitor: Callable[[AccountId], Visitor], since: str, until: str
) -> None:
    boss = visitor(office.account("sato", Role.SUPERVISOR))

    asked = boss.post("/search", words="録音", since=since, until=until, purpose=Purpose.FACT_CHECK.id)

    assert asked.status_code == 422
    assert "期間は" in asked.text


def test_guessing_from_everywhere_does_not_keep_a_person_out_of_the_own_desk(office: Office) -> None:
    """Somebody goes on guessing from many addresses and takes every moment in which a try is allowed."""
    account = office.account("sato", Role.OPERATOR)
    prove = create_app(office.parts).state.sign_in.prove
    assert prove("sato", PASSWORD, HOME) == account
    for number in range(25):
        with pytest.raises(SignInRefused):
            prove("sato", "wrong", f"10.0.9.{number}")

    with pytest.raises(SignInLater):
        prove("sato", PASSWORD, "10.0.0.77")  # anywhere else one waits a little
    assert prove("sato", PASSWORD, HOME) == account


def test_at_the_own_desk_wrong_tries_are_counted_all_the_same(office: Office) -> None:
    office.account("sato", Role.OPERATOR)
    prove = create_app(office.parts).state.sign_in.prove
    prove("sato", PASSWORD, HOME)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            prove("sato", "wrong", HOME)

    with pytest.raises(SignInLater):
        prove("sato", PASSWORD, HOME)
