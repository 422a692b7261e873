"""The real recogniser meets what can go wrong on a machine; the recording is heard in the end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.settings import SpeechSettings
from runtime.speech import memory_bytes, places, slots_of
from transcription.engine import ModelMissing
from transcription.model_files import ModelFiles
from transcription.pieces import Piece
from transcription.process_limits import MEGABYTE
from transcription.slots import RecognitionGivenUp, Slots

pytestmark = pytest.mark.real
DIALOGUES = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues"
ROOM_FOR_NOTHING, ROOM_FOR_THE_MODEL = "size=1m", "size=400m"


def on() -> None:
    """Go on."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    ModelFiles(folder).verified()
    return folder


@pytest.fixture(scope="module")
def call() -> Piece:
    both, _ = soundfile.read(DIALOGUES / "d1.wav", dtype="int16")
    return Piece(
        start=0.0,
        caller=np.ascontiguousarray(both[:, 0], dtype=np.int16),
        hall=np.ascontiguousarray(both[:, 1], dtype=np.int16),
    )


@pytest.fixture
def recogniser() -> Iterator[Callable[..., Slots]]:
    made: list[Slots] = []

    def make(models: Path, **settings: object) -> Slots:
        made.append(slots_of(SpeechSettings.model_validate({"workers": 1, **settings}), models))
        return made[-1]

    yield make
    for slots in made:
        slots.close()


def computed_seconds(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_killed_in_the_middle_of_a_batch_a_recording_is_heard_again_alone(
    recogniser: Callable[..., Slots], models: Path, call: Piece
) -> None:
    slots = recogniser(models)
    killed: list[int] = []

    def kill_once() -> None:
        for process in slots.pids:
            if not killed and computed_seconds(process) > 2.5:  # the model is loaded, the batches run
                killed.append(process)
                os.kill(process, signal.SIGKILL)

    said = slots.hear(call, (), kill_once)

    assert len(killed) == 1
    assert "納税" in "".join(one.text for one in said) or len(said) > 4
    assert {one.track.value for one in said} == {"caller", "hall"}
    assert killed[0] not in slots.pids


def test_a_recognition_that_takes_more_memory_than_it_may_is_ended_and_given_up(
    recogniser: Callable[..., Slots], models: Path, call: Piece
) -> None:
    slots = recogniser(models, memory_mb=200)

    with pytest.raises(RecognitionGivenUp) as given_up:
        slots.hear(call, (), on)

    assert given_up.value.reason == "memory"
    assert slots.most_memory_bytes < 2 * 200 * MEGABYTE


def test_a_model_folder_that_is_not_whole_is_said_and_a_whole_one_is_used(
    recogniser: Callable[..., Slots], models: Path, tmp_path: Path, call: Piece
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    slots = recogniser(tmp_path / "unused", model_dir=own)
    with pytest.raises(ModelMissing, match="録音は無事です"):
        slots.model()

    for file in (models / "whisper-base").iterdir():
        (own / file.name).write_bytes(file.read_bytes())
    short = Piece(start=0.0, caller=call.caller[:80_000], hall=call.hall[:80_000])

    assert slots.hear(short, (), on)
    assert slots.model().name == "own"
    assert not (tmp_path / "unused").exists()


def test_a_base_model_that_was_altered_on_disk_is_put_together_anew(
    recogniser: Callable[..., Slots], tmp_path: Path
) -> None:
    slots = recogniser(tmp_path)
    whole = slots.model()
    altered = tmp_path / "whisper-base" / "tokenizer.json"
    content = altered.read_bytes()
    altered.write_bytes(b"{}")

    assert slots.model() == whole
    assert altered.read_bytes() == content


@pytest.mark.root
def test_a_full_disk_is_said_and_what_waited_goes_on_when_there_is_room(
    recogniser: Callable[..., Slots], tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("a disk of a few blocks is mounted by root only")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", ROOM_FOR_NOTHING, "models-of-a-test", disk], check=True)
    try:
        slots = recogniser(disk)
        with pytest.raises(ModelMissing, match="録音は無事です"):
            slots.model()
        assert list(disk.iterdir()) == [], "half a model takes the room that is left"

        subprocess.run(["mount", "-o", f"remount,{ROOM_FOR_THE_MODEL}", disk], check=True)
        assert slots.model().name == "whisper-base"
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_as_many_are_heard_at_once_as_there_are_cores_and_a_larger_model_may_hold_more(
    tmp_path: Path,
) -> None:
    assert 1 <= places(SpeechSettings()) <= len(os.sched_getaffinity(0))
    assert places(SpeechSettings(memory_mb=10**9)) == 1, "memory for none is still one"
    assert places(SpeechSettings(device="cuda")) == 1
    assert places(SpeechSettings(workers=7)) == 7

    assert memory_bytes(SpeechSettings()) == 1200 * MEGABYTE
    with (tmp_path / "model.bin").open("wb") as model:
        model.truncate(1600 * MEGABYTE)
    assert memory_bytes(SpeechSettings(model_dir=tmp_path)) > 3500 * MEGABYTE
