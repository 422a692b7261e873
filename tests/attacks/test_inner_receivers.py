"""A webhook's address that means this machine or the inner network: nobody there is spoken to.

That a refusal is kept with the message and told is shown in tests/integration/test_webhooks.py.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence

import pytest

from core.profile.integrations import ReceiverRules
from runtime import https_post
from runtime.https_post import HttpsPost, Told

pytestmark = pytest.mark.enable_socket

INNER = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "169.254.169.254", "10.0.0.5", "192.168.1.1", "::1", "fd00::1",  # noqa: S104  refused
    "::ffff:127.0.0.1", "fe80::1", "224.0.0.1", "no address",
)  # fmt: skip
REFUSED = Told(answered=None, code="receiver-refused")


def sent(port: int, names: Sequence[str]) -> Told:
    """Tell a receiver whose name stands for these addresses; the trust holds nobody's certificate."""
    post = HttpsPost(
        ReceiverRules(patience_seconds=1), trust=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        resolve=lambda _host, _port: names,
    )  # fmt: skip
    return post.send(f"https://receiver.example:{port}/", {}, b"{}")


def is_spoken_to(names: Sequence[str]) -> bool:
    """Whether a program of this machine got so much as a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        server.listen()
        sent(server.getsockname()[1], names)
        try:
            server.accept()[0].close()
        except TimeoutError:
            return False
        return True


def test_a_name_that_means_this_machine_is_not_spoken_to_and_would_be_without_the_guard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not is_spoken_to(["127.0.0.1"])

    def any_address(found: Sequence[str], _internal: object) -> str:
        return found[0]

    monkeypatch.setattr(https_post, "chosen_address", any_address)
    assert is_spoken_to(["127.0.0.1"])


@pytest.mark.parametrize("address", INNER)
def test_whatever_lies_inside_is_refused_even_beside_an_address_outside(address: str) -> None:
    assert sent(443, [address]) == REFUSED
    assert sent(443, ["93.184.216.34", address]) == REFUSED
