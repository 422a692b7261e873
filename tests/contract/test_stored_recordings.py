"""What capture may expect of Asterisk's recordings folder, held against the fake and the real Asterisk."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.asterisk_server import AsteriskServer
from telephony.asterisk.ari_errors import AriAway, AriRefused
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.asterisk_config.plan import facts_name
from tests.fakes.stored_recordings import asterisk_folder
from tests.fakes.voices import voice


def wav(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(voice(1, seconds).tobytes())
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Folder:
    """One recordings folder, and how a file comes into it."""

    recordings: StoredRecordings
    place: Callable[[str, bytes], None]


@pytest.fixture(params=["fake", pytest.param("asterisk", marks=[pytest.mark.real, pytest.mark.asterisk])])
def folder(request: pytest.FixtureRequest) -> Iterator[Folder]:
    if request.param == "asterisk":
        plan = request.getfixturevalue("asterisk").plan
        real = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)
        spool: Path = plan.recordings

        def write(name: str, raw: bytes) -> None:
            file = spool / f"{name}.wav"
            file.write_bytes(raw)
            file.chmod(0o644)

        yield Folder(real, write)
        return
    with asterisk_folder() as fake:
        yield Folder(StoredRecordings(fake.url, "tsuwaroku", "secret"), fake.files.__setitem__)


def test_it_says_which_asterisk_it_is(folder: Folder) -> None:
    assert folder.recordings.server_name() == "city"


def test_a_file_comes_out_as_it_went_in_and_is_listed(folder: Folder) -> None:
    raw = wav(2.0)
    folder.place("kokuho_city-1795290506.1_r", raw)

    assert "kokuho_city-1795290506.1_r" in folder.recordings.list()
    assert folder.recordings.fetch("kokuho_city-1795290506.1_r") == raw


def test_a_file_is_read_piece_by_piece_and_again_from_its_front(folder: Folder) -> None:
    raw = wav(60.0)
    folder.place("kokuho_city-1795290506.7_r", raw)

    for _ in range(2):
        with folder.recordings.open("kokuho_city-1795290506.7_r") as file:
            assert file.size == len(raw)
            pieces = [file.read(100_001) for _ in range(11)]
        assert b"".join(pieces) == raw
        assert pieces[-1] == b""


def test_who_has_seen_enough_of_a_file_may_leave_and_others_are_still_served(folder: Folder) -> None:
    folder.place("kokuho_city-1795290506.8_r", wav(300.0))

    for _ in range(20):
        with folder.recordings.open("kokuho_city-1795290506.8_r") as file:
            assert file.read(4) == b"RIFF"

    assert "kokuho_city-1795290506.8_r" in folder.recordings.list()


def test_a_missing_file_cannot_be_opened(folder: Folder) -> None:
    with pytest.raises(AriRefused) as refused, folder.recordings.open("kokuho_city-1795290506.9_r"):
        pass

    assert refused.value.status == 404


@pytest.mark.parametrize("after", [0, 44, 100_000])
def test_a_connection_that_ends_early_is_not_the_end_of_a_recording(after: int) -> None:
    with asterisk_folder() as fake:
        fake.files["kokuho_city-1795290506.1_r"] = wav(20.0)
        fake.breaks_off_after = after
        recordings = StoredRecordings(fake.url, "tsuwaroku", "secret")

        with recordings.open("kokuho_city-1795290506.1_r") as file, pytest.raises(AriAway):
            list(iter(lambda: file.read(65_536), b""))


@pytest.mark.real
@pytest.mark.asterisk
def test_a_recording_of_more_than_two_gibibytes_has_its_true_length(asterisk: AsteriskServer) -> None:
    plan = asterisk.plan
    spool: Path = plan.recordings
    with (spool / "kokuho_city-1795290506.10_r.wav").open("wb") as written:
        written.truncate(2_400_000_000)  # 41 hours
    (spool / "kokuho_city-1795290506.10_r.wav").chmod(0o644)
    recordings = StoredRecordings(plan.ari_url, plan.ari_user, plan.ari_password)

    with recordings.open("kokuho_city-1795290506.10_r") as file:
        size, front = file.size, file.read(100_000)
    recordings.delete("kokuho_city-1795290506.10_r")

    assert (size, front) == (2_400_000_000, bytes(100_000))


def test_a_file_that_a_dead_server_never_finished_comes_out_whole(folder: Folder) -> None:
    raw = wav(2.0)
    unfinished = raw[:4] + bytes(4) + raw[8:40] + bytes(4) + raw[44:]
    folder.place("kokuho_city-1795290506.2_r", unfinished)

    assert folder.recordings.fetch("kokuho_city-1795290506.2_r") == unfinished


def test_an_empty_file_comes_out_empty(folder: Folder) -> None:
    folder.place("kokuho_city-1795290506.3_t", b"")

    assert folder.recordings.fetch("kokuho_city-1795290506.3_t") == b""


def test_a_missing_file_is_refused_as_gone(folder: Folder) -> None:
    with pytest.raises(AriRefused) as refused:
        folder.recordings.fetch("kokuho_city-1795290506.4_r")

    assert refused.value.status == 404


def test_a_deleted_file_is_gone_and_may_be_deleted_again(folder: Folder) -> None:
    folder.place("kokuho_city-1795290506.5_r", wav(1.0))

    folder.recordings.delete("kokuho_city-1795290506.5_r")
    folder.recordings.delete("kokuho_city-1795290506.5_r")

    assert "kokuho_city-1795290506.5_r" not in folder.recordings.list()


def test_without_calls_no_channel_lives(folder: Folder) -> None:
    assert list(folder.recordings.live_channels()) == []


def test_the_facts_the_dialplan_left_are_read_and_erased_like_a_recording(folder: Folder) -> None:
    name = facts_name("kokuho", "city-1795290506.6")
    folder.place(name, b"v=1&line=kokuho&number=%2B819000000001")

    assert folder.recordings.fetch(name) == b"v=1&line=kokuho&number=%2B819000000001"

    folder.recordings.delete(name)

    assert name not in folder.recordings.list()


def test_an_asterisk_that_is_not_there_is_away() -> None:
    with pytest.raises(AriAway):
        StoredRecordings("http://127.0.0.1:9/ari", "tsuwaroku", "secret").list()
