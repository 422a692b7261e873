"""A machine that has a new enough Asterisk of its own is served by that one, as the service's own user."""

from __future__ import annotations

import http.client
import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from runtime.asterisk_rootfs import OLDEST, AsteriskProgram, find_asterisk
from runtime.asterisk_server import AsteriskServer
from runtime.home import PBX_USER
from runtime.niceness import ASTERISK_NICE
from telephony.asterisk.ari_address import AriAddress
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_asterisk import KOKUHO, SpokenTo, running_asterisk
from tests.niceness_allowed import may_raise_priority
from tests.recorded_files import closed_calls
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

_NEVER = Path("/nowhere/to-build")


@pytest.fixture
def installed(asterisk_program: AsteriskProgram, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prefix with the real program, its modules and its data, laid out and found as an installed one is.

    A machine that has one already shows its own.
    """
    tree = asterisk_program.rootfs
    if tree is None:
        return Path(asterisk_program.argv[0]).parent.parent
    prefix = open_folder / "installed"
    (prefix / "sbin").mkdir(parents=True)
    for folder in ("lib", "share"):
        (prefix / folder).symlink_to(tree / "usr" / folder)
    settings = (f"{name}={value}" for name, value in asterisk_program.environment.items())
    program = prefix / "sbin/asterisk"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(("env", *settings, *asterisk_program.argv))} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return prefix


def _facts(pid: int) -> Mapping[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _version_told_by(server: AsteriskServer) -> str:
    address = AriAddress(
        url=server.plan.ari_url, user=server.plan.ari_user, password=server.plan.ari_password
    )
    connection = http.client.HTTPConnection("127.0.0.1", server.plan.http_port, timeout=5)
    connection.request("GET", "/ari/asterisk/info", headers=address.headers())
    version: str = json.load(connection.getresponse())["system"]["version"]
    connection.close()
    return version


def test_the_machines_own_asterisk_serves_a_caller_and_no_other_is_built(
    installed: Path, open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = find_asterisk(cache=_NEVER)

    assert program.rootfs is None
    assert program.argv == (str(installed / "sbin/asterisk"),)
    assert program.version >= OLDEST
    assert program.modules.is_relative_to(installed)
    assert (program.data / "rest-api").is_dir()
    assert capsys.readouterr().out == "", "nothing was passed over"

    with running_asterisk(open_folder / "served-by-its-own", program) as server:
        assert server.process is not None
        pid = server.process.pid
        facts = _facts(pid)
        version = _version_told_by(server)
        with TrunkCaller(server.plan.sip_port) as caller:
            caller.invite("0300000101")
            caller.wait_for(200)
            caller.talk(6.0)
            caller.wait_for_hang_up()
        served = SpokenTo(server).facts_of(KOKUHO)
        wait_until(lambda: any(closed_calls(server.plan.recordings)))
        recorded = list(server.plan.recordings.glob(f"{KOKUHO}_*_[rt].wav"))
        niceness = os.getpriority(os.PRIO_PROCESS, pid)

    assert version.startswith(".".join(map(str, program.version)))
    assert served["notice"] == "SUCCESS", "its announcement was played from our folder"
    assert caller.heard_packets > 200
    assert len(recorded) == 2
    if os.geteuid() == 0:
        assert "0" not in facts["Uid"].split()
        assert int(facts["CapEff"], 16) == 0
        assert (server.plan.home / "run").owner() == PBX_USER
    assert niceness == ASTERISK_NICE or not may_raise_priority()
