"""A city under its systemd unit: it works, each part reads its own alone, and no file gives a secret away."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import placement
from runtime.home import DATABASE_USER, PBX_USER, SERVICE_USER, ServiceUsers
from runtime.niceness import ASTERISK_NICE
from runtime.practice.order import PracticeOutcome
from tests.city_service import Row
from tests.fixtures_city import City
from tests.hardened_city import (
    Planted,
    go_through_the_console,
    hardened_city,
    keys_of,
    knock_at_asterisk,
)
from tests.niceness_allowed import may_raise_priority
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk, pytest.mark.root]

PARTS = ("telephony-1", "telephony-2", "worker", "speech", "live-text", "api")
SERVERS = ("postgres", "asterisk")


@pytest.fixture(scope="module")
def planted() -> Planted:
    return Planted()


@pytest.fixture(scope="module")
def city(planted: Planted) -> Iterator[City]:
    if ServiceUsers.for_this_machine().service is None:
        pytest.skip("without root every part runs as the caller")
    if shutil.which("systemd-analyze") is None or not placement.is_public(placement.PROGRAM):
        pytest.skip("needs systemd's words for system calls, and a checkout that every user can read")
    with hardened_city(planted) as running:
        yield running


@pytest.fixture(scope="module")
def practised(city: City, planted: Planted) -> tuple[PracticeOutcome, Row, list[Row]]:
    """A call with words in it, after everything secret was handed in."""
    keys_of(city, planted)
    go_through_the_console(city, planted)
    knock_at_asterisk(city, planted)
    with city.practice() as practice:
        outcome = practice.finish()
    recording = city.sealed_recording(city.ended_call())
    return outcome, recording, city.utterances(recording)


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_under_the_unit_a_call_is_led_recorded_sealed_and_written_down(
    practised: tuple[PracticeOutcome, Row, list[Row]],
) -> None:
    outcome, recording, utterances = practised

    assert outcome.connected
    assert recording["sealed_at"] is not None
    assert utterances


def test_no_part_holds_a_right_of_root_but_what_the_unit_leaves_to_the_supervisor(city: City) -> None:
    assert city.supervisor is not None
    kept = status_of(city.supervisor.pid)["CapBnd"]
    pids = {part: city.pid_of(part) for part in (*PARTS, *SERVERS)}
    told = {part: status_of(pid) for part, pid in pids.items()}

    assert int(kept, 16).bit_count() == 7
    assert {one["CapBnd"] for one in told.values()} == {kept}
    assert {int(one["CapEff"], 16) for one in told.values()} == {0}
    assert {one["NoNewPrivs"] for one in told.values()} == {"1"}
    assert {one["Seccomp"] for one in told.values()} == {"2"}
    assert {one["Uid"].split()[0] for one in told.values()} == {
        str(pwd.getpwnam(name).pw_uid) for name in (SERVICE_USER, DATABASE_USER, PBX_USER)
    }
    for pid in pids.values():
        assert os.statvfs(f"/proc/{pid}/root/etc").f_flag & os.ST_RDONLY


def test_real_time_is_still_given_to_who_leads_calls(city: City) -> None:
    if subprocess.run(["chrt", "--rr", "20", "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine gives nobody real time")

    for part in ("telephony-1", "telephony-2"):
        assert os.sched_getscheduler(city.pid_of(part)) & ~os.SCHED_RESET_ON_FORK == os.SCHED_RR, part


def test_asterisk_goes_before_every_ordinary_process(city: City) -> None:
    if not may_raise_priority():
        pytest.skip("this machine lets nobody raise a priority")

    assert os.getpriority(os.PRIO_PROCESS, city.pid_of("asterisk")) == ASTERISK_NICE


# Files ------------------------------------------------------------------------------------------------------


def seen_by(user: str, home: Path, may: str) -> set[str]:
    """Return the rooms of the home in which a user may read, or write, a file or a folder's content."""
    group = "nogroup" if user == "nobody" else user
    told = subprocess.run(
        ["setpriv", f"--reuid={user}", f"--regid={group}", "--init-groups",
         "find", str(home), "-mindepth", "1", "(", "-type", "f", "-o", "-type", "d", ")", f"-{may}"],
        capture_output=True, text=True, check=False, cwd="/",
    ).stdout  # fmt: skip
    return {str(Path(line).relative_to(home)) for line in told.splitlines()}


def rooms(paths: set[str]) -> set[str]:
    return {path.split("/")[0] for path in paths}


def test_a_stranger_on_the_machine_reads_and_writes_nothing_of_the_city(
    city: City, practised: tuple[PracticeOutcome, Row, list[Row]]
) -> None:
    assert practised
    assert seen_by("nobody", city.home, "readable") == set()
    assert seen_by("nobody", city.home, "writable") == set()


def test_each_part_reads_its_own_and_no_other_s(
    city: City, practised: tuple[PracticeOutcome, Row, list[Row]]
) -> None:
    assert practised
    service = seen_by(SERVICE_USER, city.home, "readable")
    database, pbx = (seen_by(user, city.home, "readable") for user in (DATABASE_USER, PBX_USER))

    assert rooms(database) == {"postgres"}
    assert rooms(pbx) == {"asterisk"}
    assert {"keys", "vault", "journal", "log"} <= rooms(service)
    assert "asterisk" not in rooms(service), "recordings come through ARI"
    assert not {path for path in service if path.startswith("postgres/data")}


def test_asterisk_cannot_change_what_it_is_told(
    city: City, practised: tuple[PracticeOutcome, Row, list[Row]]
) -> None:
    assert practised
    written = seen_by(PBX_USER, city.home, "writable")

    assert written
    assert not {path for path in written if path.startswith(("asterisk/etc", "asterisk/sounds"))}


def test_no_file_is_writable_for_a_group_and_every_key_is_its_owner_s_alone(
    city: City, practised: tuple[PracticeOutcome, Row, list[Row]]
) -> None:
    assert practised
    loose: set[str] = set()
    for path in city.home.rglob("*"):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue  # a running database makes files and removes them
        if (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and mode & stat.S_IWGRP:
            loose.add(str(path))
        if "keys" in path.relative_to(city.home).parts[:1]:
            wanted = 0o700 if stat.S_ISDIR(mode) else 0o600
            assert stat.S_IMODE(mode) == wanted, path

    assert loose == set()


# Secrets ----------------------------------------------------------------------------------------------------


def test_no_secret_stands_in_a_log_or_in_any_file_but_its_own(
    city: City, planted: Planted, practised: tuple[PracticeOutcome, Row, list[Row]]
) -> None:
    _, _, utterances = practised
    ended = "SELECT 1 FROM calls WHERE NOT practice AND ended_at IS NOT NULL"
    wait_until(lambda: city.rows(ended), 30, "a citizen's call")
    for number, one in enumerate(utterances):
        if len(one["text"]) >= 8:
            planted.plant(f"words {number}", one["text"])
    own = {city.home / "keys", city.home / "asterisk/etc"}
    searched: list[Path] = []
    told: dict[str, set[str]] = {}
    for file in (city.output, *city.home.rglob("*")):
        if not file.is_file() or file.is_symlink() or own & set(file.parents) or _is_model(city, file):
            continue
        try:
            found = planted.found_in(file.read_bytes())
        except FileNotFoundError:
            continue
        if city.home / "postgres" in file.parents:
            # Words and searches are kept there under its rights, and the mark of a form, which is worth
            # nothing without the session's cookie. Secrets are not.
            found = {what for what in found if not what.startswith(("words", "csrf"))}
        if found:
            told[str(file.relative_to(city.folder))] = found
        searched.append(file)

    assert len(planted.secrets) > 40
    assert {file.name for file in searched} >= {
        "supervisor.log",
        "api.log",
        "telephony-1.log",
        "postgres.log",
    }
    assert any("journal" in file.parts and file.suffix == ".jsonl" for file in searched)
    assert any(file == city.home / "asterisk/log/messages" for file in searched)
    assert told == {}


def test_the_search_would_have_found_them(city: City, planted: Planted) -> None:
    secrets = dict(planted.secrets)
    for what, secret in secrets.items():
        line = f'{{"event": "x", "words": "{secret}"}}'.encode()
        assert what in {name for name, form in planted.forms() if form in line}
    kept = b"".join(file.read_bytes() for file in (city.home / "keys").rglob("*") if file.is_file())
    assert planted.found_in(kept)


def test_no_secret_stands_in_a_command_line_and_servers_know_none_of_our_settings(
    city: City, planted: Planted
) -> None:
    every = [(pid.name, _cmdline(pid)) for pid in Path("/proc").iterdir() if pid.name.isdigit()]
    lines = [(name, line) for name, line in every if str(city.home).encode() in line]

    assert lines
    assert {name: planted.found_in(line) for name, line in lines if planted.found_in(line)} == {}
    for server in SERVERS:
        environment = Path(f"/proc/{city.pid_of(server)}/environ").read_bytes()
        assert b"TSUWAROKU_" not in environment, server
        assert not planted.found_in(environment), server
    assert b"TSUWAROKU_PROVIDER__CLIENT_SECRET" in Path(f"/proc/{city.pid_of('api')}/environ").read_bytes()


def _cmdline(pid: Path) -> bytes:
    try:
        return (pid / "cmdline").read_bytes()
    except OSError:
        return b""


def _is_model(city: City, file: Path) -> bool:
    return city.home / "models" in file.parents
