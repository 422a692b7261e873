"""Processors are kept awake while somebody is on the telephone, and for no longer than that asks for."""

from __future__ import annotations

import os
import signal
import struct
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.supervisor import Supervisor
from runtime.wakefulness import AFTER_SECONDS, LONGEST_MICROSECONDS, VIRTUAL_MICROSECONDS, Wakefulness


@dataclass
class Machine:
    """A machine's leases, its kernel's files, and its clock."""

    leases: Path
    device: Path
    governor: Path
    seconds: float = 0.0

    def wakefulness(self) -> Wakefulness:
        return Wakefulness(self.leases, device=self.device, governor=self.governor, now=lambda: self.seconds)

    def a_call_comes(self) -> Path:
        lease = self.leases / "city-1.0.lease"
        lease.touch()
        return lease

    @property
    def wished(self) -> int | None:
        written = self.device.read_bytes()
        return int(struct.unpack("=i", written)[0]) if written else None


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "leases").mkdir()
    (tmp_path / "latency").touch()
    (tmp_path / "governor").write_text("menu\n")
    return Machine(tmp_path / "leases", tmp_path / "latency", tmp_path / "governor")


def test_nobody_is_kept_awake_while_nobody_calls(machine: Machine) -> None:
    (machine.leases / ".tsuwaroku-city-a.new").touch()  # prepared for a call that has not come
    awake = machine.wakefulness()
    awake.look()

    assert not awake.held
    assert machine.wished is None


def test_while_a_call_goes_on_and_a_little_longer_they_are_awake(machine: Machine) -> None:
    awake = machine.wakefulness()
    lease = machine.a_call_comes()
    awake.look()
    assert awake.held
    assert machine.wished == LONGEST_MICROSECONDS

    lease.unlink()
    machine.seconds = AFTER_SECONDS - 0.1
    awake.look()
    assert awake.held
    machine.seconds = AFTER_SECONDS
    awake.look()
    assert not awake.held


def test_a_virtual_machine_that_knows_no_light_sleep_does_not_sleep(machine: Machine) -> None:
    machine.governor.write_text("haltpoll\n")
    machine.a_call_comes()
    machine.wakefulness().look()

    assert machine.wished == VIRTUAL_MICROSECONDS


def test_where_the_device_is_missing_or_forbidden_calls_are_served_all_the_same(machine: Machine) -> None:
    machine.device.unlink()
    machine.a_call_comes()
    awake = machine.wakefulness()
    awake.look()
    awake.look()

    assert not awake.held


def test_without_a_folder_of_leases_nothing_is_wished(machine: Machine) -> None:
    machine.leases.rmdir()
    awake = machine.wakefulness()
    awake.look()

    assert not awake.held


def test_the_supervisor_looks_for_calls_each_time_it_looks_at_its_processes() -> None:
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    before = (
        signal.getsignal(signal.SIGTERM),
        signal.getsignal(signal.SIGINT),
        signal.getsignal(signal.SIGHUP),
    )
    supervisor = Supervisor([], each_look=look)
    try:
        supervisor.start_all()
        supervisor.run()
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT, signal.SIGHUP), before, strict=True):
            signal.signal(number, handler)

    assert looks == 3
