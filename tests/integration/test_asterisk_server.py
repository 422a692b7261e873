"""Our own Asterisk: nobody's root, on loopback, quiet, and alive again after a crash with its recordings."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runtime.asterisk_rootfs import OLDEST, AsteriskProgram
from runtime.asterisk_server import AsteriskServer
from runtime.niceness import ASTERISK_NICE
from telephony.asterisk_config.plan import AMI_PORT
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_asterisk import KOKUHO, SpokenTo, running_asterisk
from tests.niceness_allowed import may_raise_priority
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

_LOOPBACK = {"0100007F"}


def _pid(server: AsteriskServer) -> int:
    assert server.process is not None
    return server.process.pid


def _sockets(pid: int, table: str) -> list[tuple[str, int, str]]:
    """(address, port, state) of every socket of a process, addresses as the kernel writes them."""
    own = set[str]()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        target = str(link.readlink())
        if target.startswith("socket:["):
            own.add(target[8:-1])
    rows = [line.split() for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]]
    return [
        (row[1].partition(":")[0], int(row[1].partition(":")[2], 16), row[3]) for row in rows if row[9] in own
    ]


def test_it_is_new_enough_and_runs_without_root(asterisk: AsteriskServer) -> None:
    status = Path(f"/proc/{_pid(asterisk)}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    capabilities = next(line for line in status.splitlines() if line.startswith("CapEff:")).split()[1]

    assert asterisk.program.version >= OLDEST
    assert "0" not in uids
    assert int(capabilities, 16) == 0


def test_every_thread_goes_before_everybody_else_where_the_machine_allows(asterisk: AsteriskServer) -> None:
    pid = _pid(asterisk)
    expected = ASTERISK_NICE if may_raise_priority() else os.getpriority(os.PRIO_PROCESS, 0)
    threads = [int(thread.name) for thread in Path(f"/proc/{pid}/task").iterdir()]

    assert len(threads) > 10
    assert {os.getpriority(os.PRIO_PROCESS, one) for one in threads} == {expected}
    assert {os.sched_getscheduler(one) for one in threads} == {os.SCHED_OTHER}, "decision 0066"


def test_nobody_outside_this_machine_can_speak_to_it(asterisk: AsteriskServer) -> None:
    pid, plan = _pid(asterisk), asterisk.plan
    listening = [(address, port) for address, port, state in _sockets(pid, "tcp") if state == "0A"]
    udp = _sockets(pid, "udp")

    # ARI, and AMI on a loopback address of its own (the kernel writes the first byte last).
    assert sorted(port for _, port in listening) == sorted([plan.http_port, AMI_PORT])
    assert all(address.endswith("7F") for address, _ in listening)
    assert not [one for one in _sockets(pid, "tcp6") if one[2] == "0A"]
    assert ("0100007F", plan.sip_port) in {(address, port) for address, port, _ in udp}
    # What else is open is the resolver's own socket; it serves nobody.
    assert len([one for one in udp if one[0] not in _LOOPBACK]) <= 1


def test_it_starts_without_a_word_of_complaint(asterisk_program: AsteriskProgram, open_folder: Path) -> None:
    with running_asterisk(open_folder / "quiet", asterisk_program) as server:
        lines = (server.plan.home / "log/messages").read_text().splitlines()

    assert [line for line in lines if "ERROR" in line or "WARNING" in line] == []


def test_its_user_may_not_change_what_it_is_told(asterisk: AsteriskServer) -> None:
    home = asterisk.plan.home
    if os.geteuid() != 0:
        pytest.skip("without root everything belongs to the caller")

    for path in (home, home / "etc", home / "etc/pjsip.conf", home / "sounds/rokuon.wav"):
        assert path.stat().st_uid == 0
        assert not path.stat().st_mode & (stat.S_IWGRP | stat.S_IRWXO)


def test_recordings_outlive_a_crash_and_the_next_caller_is_served(
    asterisk_program: AsteriskProgram, open_folder: Path
) -> None:
    with running_asterisk(open_folder / "crash", asterisk_program) as server:
        ask = SpokenTo(server)
        with TrunkCaller(server.plan.sip_port) as caller:
            caller.invite("0300000101")
            caller.wait_for(200)
            caller.talk(6.0)
            server.kill()
        server.start()
        name = ask.recording_of(KOKUHO)
        torn = ask.recordings.fetch(f"{name}_r")
        facts = ask.facts_of(KOKUHO)
        with TrunkCaller(server.plan.sip_port) as caller:
            caller.invite("0300000101")
            caller.wait_for(200)
            caller.hang_up()
        wait_until(lambda: ask.recording_of(KOKUHO) != name)

    assert (len(torn) - 44) / 16000 > 6.0 - 2.1, "at most one buffer of two seconds may be lost"
    assert facts["ended"] == "", "nobody saw the end of that call"
    assert facts["number"] == "0300000999"
