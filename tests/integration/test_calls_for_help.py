"""From a desk phone help can be called: the number leaves by the carrier's gateway, untouched."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import aiohttp
import pytest

from runtime.asterisk_rootfs import AsteriskProgram
from telephony.asterisk.ari_address import AriAddress
from tests.fixtures_asterisk import TRUNK_ADDRESS, running_asterisk, town

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


async def test_119_dialled_on_a_desk_phone_reaches_the_carrier(
    open_folder: Path, asterisk_program: AsteriskProgram
) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as gateway:
        gateway.bind((TRUNK_ADDRESS, 0))
        gateway.settimeout(10)
        contact = f"sip:{TRUNK_ADDRESS}:{gateway.getsockname()[1]}"
        profile = town()
        trunk = profile.trunks[0].model_copy(update={"contact": contact})
        profile = profile.model_copy(update={"trunks": (trunk, *profile.trunks[1:])})
        with running_asterisk(open_folder / "help", asterisk_program, profile, instance="help") as server:
            plan = server.plan
            address = AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password)
            dialled = {"endpoint": "Local/119@from-phones", "app": "tsuwaroku-help-0"}
            async with aiohttp.ClientSession(headers=address.headers()) as session:
                await session.post(address.path("channels"), params=dialled)
                invite = await asyncio.to_thread(gateway.recv, 4096)

    assert re.match(rb"INVITE sip:119@", invite)
