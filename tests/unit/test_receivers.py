"""Where a receiver may stand, what it is told, and how it knows that it was us."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.receiver_address import ReceiverRefused, chosen_address, may_be_told, read_receiver
from core.webhook import Event, signed_headers, webhook_body, webhook_secret

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",  # noqa: S104  an address, nothing listens
        "224.0.0.1",
        "100.64.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
        "fe80::1%eth0", "localhost", "", "0177.0.0.1",
    ],
)  # fmt: skip
def test_nothing_inside_the_hall_or_the_machine_is_told_unless_it_is_listed(address: str) -> None:
    assert not may_be_told(address, ())


def test_what_the_profile_lists_is_told_and_its_neighbour_is_not() -> None:
    assert may_be_told("10.20.30.4", ("10.20.30.0/24",))
    assert not may_be_told("10.20.31.4", ("10.20.30.0/24",))
    assert not may_be_told("127.0.0.1", ("127.0.0.0/8",))  # our own machine is never one
    assert may_be_told("8.8.8.8", ())


@given(st.ip_addresses())
def test_whatever_is_told_is_public(address: object) -> None:
    found = ip_address(str(address))
    if may_be_told(str(found), ()):
        assert found.is_global
        assert not any(
            found in ip_network(one)
            for one in ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "64:ff9b::/96")
            if ip_network(one).version == found.version
        )


def test_a_name_of_which_one_address_is_inside_is_not_told_at_all() -> None:
    with pytest.raises(ReceiverRefused):
        chosen_address(["8.8.8.8", "10.0.0.1"], ())
    with pytest.raises(ReceiverRefused):
        chosen_address([], ())
    assert chosen_address(["8.8.8.8", "1.1.1.1"], ()) == "8.8.8.8"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.jp/", "https://", "https://a:b@c.jp/", "https://a.jp/#x", "https://a.jp:0/", "https://あ.jp/",
        "https://a.jp:99999/", "ftp://a.jp", "//a.jp", "https://a b.jp/", "https://a.jp/\r\nx: y", "https://[::1",
        "https://fe80::1%25eth0/", "https://a.jp\\@b.jp/", "https://" + "a" * 500,
    ],
)  # fmt: skip
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(ReceiverRefused):
        read_receiver(url)


@given(st.text(max_size=80) | st.text(max_size=60).map(lambda rest: f"https://{rest}"))
def test_whatever_is_typed_is_read_or_refused(url: str) -> None:
    with suppress(ReceiverRefused):
        found = read_receiver(url)
        assert found.path.startswith("/")
        assert not {"\r", "\n", " "} & set(found.named + found.path)


@given(st.binary(min_size=32, max_size=32), st.uuids(), st.text(max_size=20))
def test_a_receiver_proves_what_came_with_its_secret_alone(key: bytes, webhook: UUID, subject: str) -> None:
    secret, delivery = webhook_secret(key, webhook), uuid4()
    body = webhook_body(Event.CALL_RINGING, subject, "kokuho", NOW)
    headers = signed_headers(secret, delivery, body, NOW)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()

    assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
    assert webhook_secret(key, uuid4()) != secret
    assert json.loads(body)["data"] == {"kind": "call", "id": subject, "department": "kokuho"}
