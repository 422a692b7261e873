"""What a process logs is for the service's eyes only, and a talkative one does not fill the disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runtime import log_folder
from runtime.log_folder import KEPT, LogFolder


@pytest.fixture
def logs(tmp_path: Path) -> LogFolder:
    folder = LogFolder(path=tmp_path / "log")
    folder.prepare()
    return folder


def test_nobody_else_may_read_a_log(logs: LogFolder) -> None:
    logs.of("api").write_bytes(b"")
    logs.of("api").chmod(0o644)
    with logs.open("api"), logs.open("worker"):
        pass

    assert stat.S_IMODE(logs.path.stat().st_mode) == 0o750
    assert {stat.S_IMODE(logs.of(name).stat().st_mode) for name in ("api", "worker")} == {0o640}


def test_a_log_that_grew_large_is_put_aside_while_its_writer_goes_on(
    logs: LogFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_folder, "LARGEST", 10)
    with logs.open("api") as log:
        log.write(b"the first long line\n")
        logs.rotate()
        log.write(b"next\n")
        logs.rotate()

    assert logs.of("api").read_bytes() == b"next\n"
    assert (logs.path / "api.log.1").read_bytes() == b"the first long line\n"
    assert stat.S_IMODE((logs.path / "api.log.1").stat().st_mode) == 0o640


def test_what_asterisk_logs_is_put_aside_here_and_it_goes_on_writing(
    logs: LogFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_folder, "LARGEST", 10)
    messages = tmp_path / "messages"
    logs.rotate_foreign(messages, "asterisk")
    with messages.open("ab", buffering=0) as log:
        for line in (b"the first long line\n", b"the second long line\n", b"next\n"):
            log.write(line)
            logs.rotate_foreign(messages, "asterisk")

    assert messages.read_bytes() == b"next\n"
    assert (logs.path / "asterisk.log.1").read_bytes() == b"the second long line\n"
    assert (logs.path / "asterisk.log.2").read_bytes() == b"the first long line\n"
    assert stat.S_IMODE((logs.path / "asterisk.log.1").stat().st_mode) == 0o640


@pytest.mark.parametrize("disguise", ["link", "second name", "pipe"])
def test_no_file_of_ours_is_emptied_in_the_place_of_a_foreign_log(
    logs: LogFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disguise: str
) -> None:
    monkeypatch.setattr(log_folder, "LARGEST", 10)
    ours, messages = tmp_path / "key", tmp_path / "messages"
    ours.write_bytes(b"a key of thirty letters and more")
    match disguise:
        case "link":
            messages.symlink_to(ours)
        case "second name":
            messages.hardlink_to(ours)
        case _:
            os.mkfifo(messages)

    logs.rotate_foreign(messages, "asterisk")

    assert ours.read_bytes() == b"a key of thirty letters and more"
    assert list(logs.path.iterdir()) == []


def test_only_the_last_few_logs_are_kept(logs: LogFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_folder, "LARGEST", 0)
    for number in range(KEPT + 3):
        with logs.open("api") as log:
            log.write(b"%d" % number)
        logs.rotate()

    kept = {path.name: path.read_bytes() for path in logs.path.iterdir()}
    assert kept == {"api.log": b""} | {
        f"api.log.{place}": b"%d" % (KEPT + 3 - place) for place in range(1, KEPT + 1)
    }
