"""A city with an Asterisk of its own: what `asterisk-config` wrote for it starts there as it stands."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.profile.model import CityProfile
from runtime.asterisk_rootfs import AsteriskProgram
from runtime.home import ServiceUsers
from runtime.rendering import CITY_HOME
from telephony.asterisk.ari_address import AriAddress
from tests.fixtures_asterisk import free_pair, free_port

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

ROOT = Path(__file__).parents[2]


def write_for_city(out: Path, home: Path, http_port: int) -> None:
    """Type the command as the city does."""
    ports = {
        "SIP_PORT": free_port(socket.SOCK_DGRAM),
        "SIP_TLS_PORT": free_pair(),
        "HTTP_PORT": http_port,
        "RTP_START": 42000,
        "RTP_END": 42099,
    }
    environment = {f"TSUWAROKU_ASTERISK__{name}": str(port) for name, port in ports.items()}
    subprocess.run(
        [sys.executable, "-m", "runtime", "asterisk-config", "--out", str(out)],
        check=True,
        cwd=ROOT,
        env={**os.environ, **environment, "TSUWAROKU_HOME": str(home)},
    )


def follow_the_instructions(out: Path, program: AsteriskProgram, user: str | None) -> Path:
    """Do what the README in the folder says: the city's own places, and the server's user."""
    home = out / "asterisk"
    places = (
        (str(CITY_HOME / "asterisk"), str(home)),
        (r"(?m)^astmoddir => .*", f"astmoddir => {program.modules}"),
        (r"(?m)^astdatadir => .*", f"astdatadir => {program.data}"),
    )
    for file in (home / "etc").glob("*.conf"):
        text = file.read_text()
        for old, new in places:
            text = re.sub(old, new, text)
        file.write_text(text)
    out.chmod(0o755)
    if user is not None:
        subprocess.run(["chown", "-R", f"{user}:{user}", str(home)], check=True)
    return home / "etc/asterisk.conf"


@contextmanager
def started(program: AsteriskProgram, configuration: Path, user: str | None) -> Generator[None]:
    """Start it as the README says, and wait until it says itself that all of it is there."""
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"] if user else []
    environment = {**os.environ, **program.environment}
    command = [*as_user, *program.argv, "-C", str(configuration)]
    server = subprocess.Popen([*command, "-f"], env=environment, cwd="/", stdout=subprocess.DEVNULL)
    try:
        asked = [*command, "-rx", "core waitfullybooted"]
        for _ in range(100):
            told = subprocess.run(
                asked, env=environment, cwd="/", capture_output=True, text=True, check=False
            )
            if "fully booted" in told.stdout:
                break
            server_ended = server.poll() is not None
            assert not server_ended
        else:
            raise AssertionError("never fully booted")
        yield
    finally:
        server.terminate()
        server.wait(10)


def ari(port: int, password: str, path: str) -> Any:  # noqa: ANN401  JSON
    address = AriAddress(url="", user="tsuwaroku", password=password)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", f"/ari/{path}", headers=address.headers())
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def test_what_was_written_for_the_city_starts_knows_every_phone_and_has_every_sound(
    asterisk_program: AsteriskProgram, open_folder: Path, sakura_profile: CityProfile
) -> None:
    users = ServiceUsers.for_this_machine()
    users.create()
    out, port = open_folder / "for-the-city", free_port(socket.SOCK_STREAM)
    write_for_city(out, open_folder / "city-home", port)
    configuration = follow_the_instructions(out, asterisk_program, users.pbx)
    password = re.search(r"(?m)^password ?= ?(\S+)", (configuration.parent / "ari.conf").read_text())
    assert password is not None

    with started(asterisk_program, configuration, users.pbx):
        phones = {str(one["resource"]) for one in ari(port, password[1], "endpoints/PJSIP")}
        modules = {one["name"]: one["status"] for one in ari(port, password[1], "asterisk/modules")}
        channels = ari(port, password[1], "channels")

    assert {str(one.id) for one in sakura_profile.phones} <= phones
    assert {one for one, status in modules.items() if status != "Running"} == set()
    assert channels == []
    wanted = {f"{one.id}.wav" for one in sakura_profile.announcements} | {"hold.wav"}
    assert wanted <= {file.name for file in (configuration.parents[1] / "sounds").rglob("*.wav")}
