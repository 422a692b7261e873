"""Who calls is nobody's business but the office's: in whatever letters, Asterisk's log never quotes it."""

from __future__ import annotations

import pytest

from runtime.asterisk_server import AsteriskServer
from tests.fakes.trunk_caller import TrunkCaller

NUMBER = b"0399887755"

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("さくら花子".encode("shift_jis"), id="shift-jis"),
        pytest.param("さくら花子".encode("iso2022_jp"), id="iso-2022-jp"),
        pytest.param("さくら花子".encode("euc_jp"), id="euc-jp"),
        pytest.param("桜".encode() * 700, id="long"),
        pytest.param(b"\x01\x7f\x1b[2J%n%s${SHELL(id)}", id="control-characters"),
    ],
)
def test_a_name_in_any_letters_leaves_the_number_out_of_the_log(
    asterisk: AsteriskServer, name: bytes
) -> None:
    with TrunkCaller(asterisk.plan.sip_port) as caller:
        caller.invite("0300000101", b'"' + name + b'" <sip:' + NUMBER + b"@127.0.0.3>")
        caller.wait_for(200)
        caller.hang_up()

    assert NUMBER not in (asterisk.plan.home / "log/messages").read_bytes()
    assert name not in (asterisk.plan.home / "log/messages").read_bytes()
