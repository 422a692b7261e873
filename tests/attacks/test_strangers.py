"""Who is no trunk and no phone of ours speaks to nobody, whatever name it gives."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress

import pytest

from runtime.asterisk_server import AsteriskServer
from tests.fakes.trunk_caller import SILENCE, TrunkCaller

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


@pytest.mark.parametrize(
    "name", [b"trunk-denwa", b"denwa", b"hoken1", b"renshu-caller", b"common", b"nobody"]
)
def test_a_borrowed_name_lets_no_stranger_in(asterisk: AsteriskServer, name: bytes) -> None:
    before = sorted(asterisk.plan.recordings.iterdir())

    with TrunkCaller(asterisk.plan.sip_port, address="127.0.0.9") as stranger:
        stranger.invite("0300000101", caller=b"<sip:" + name + b"@127.0.0.1>")

        assert stranger.wait_for(401, 200) == 401

    assert sorted(asterisk.plan.recordings.iterdir()) == before


def test_the_carrier_s_gateway_is_known_by_its_address_whatever_it_calls_the_citizen(
    asterisk: AsteriskServer,
) -> None:
    with TrunkCaller(asterisk.plan.sip_port) as caller:
        caller.invite("0300000101", caller=b"<sip:hoken1@127.0.0.3>")

        assert caller.wait_for(200) == 200
        caller.hang_up()


def test_a_stranger_who_sends_sound_to_a_silent_caller_s_port_hears_nothing(asterisk: AsteriskServer) -> None:
    """Asterisk would take the first sound it gets for the caller's, and send its own back there."""
    with TrunkCaller(asterisk.plan.sip_port) as caller, socket.socket(type=socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.9", 0))
        stranger.settimeout(0)
        caller.invite("0300000101")
        caller.wait_for(200)
        port = caller.media_port

        stolen = 0
        for number in range(75):
            packet = bytes([0x80, 0]) + struct.pack(">HII", number, number * 160, 7) + SILENCE
            stranger.sendto(packet, ("127.0.0.1", port))
            time.sleep(0.02)
            with suppress(BlockingIOError):
                stolen += len(stranger.recv(2048)) > 12
        caller.talk(1.0)
        caller.hang_up()

    assert stolen == 0
    assert caller.heard_packets > 50, "the announcement went to the caller"
