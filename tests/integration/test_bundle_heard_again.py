"""The real recogniser on a finished bundle: what a tone should cover, and nothing in the tone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from disclosure.bundle.finding import Finding
from disclosure.bundle.hear_bundle_job import recogniser_of
from disclosure.bundle.heard_again import heard_again
from disclosure.bundle.release import Release, SaidLine
from disclosure.redaction.mask import Mask
from tests import bundle_scene as scene
from transcription.hearing import Hearing
from transcription.model_files import ModelFiles
from transcription.pieces import Piece
from transcription.reading import the_reader
from transcription.utterance import CALL_TRACKS, Span, Track
from transcription.whisper import WhisperEngine

pytestmark = pytest.mark.real
DIALOGUE = Path(__file__).parents[2] / "runtime" / "practice" / "dialogues" / "d1.wav"
FIRST, LAST = 30.0, 40.0  # seconds of the dialogue, in which the caller threatens


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Hearing:
    return Hearing(WhisperEngine(ModelFiles(tmp_path_factory.mktemp("models"))))


def spoken(hearing: Hearing) -> Release:
    """Return a release of real speech: a threat of the caller is left out."""
    both, rate = soundfile.read(DIALOGUE, dtype="int16")
    caller, hall = (np.ascontiguousarray(both[int(FIRST * rate) : int(LAST * rate), side]) for side in (0, 1))
    said = hearing.hear(Piece(start=0.0, caller=caller, hall=hall), (), lambda: None)
    threat = next(one for one in said if "首を飛ばして" in one.text)
    sides = {Track.CALLER: caller, Track.HALL: hall}
    sound: NDArray[np.int16] = np.stack([sides[track] for track in CALL_TRACKS], axis=1)

    def master() -> Iterator[NDArray[np.int16]]:
        yield from np.array_split(sound, 3)

    wide = Span(start=max(0.0, threat.start - 0.4), end=min(LAST - FIRST, threat.end + 0.4))
    mask = Mask(id=UUID(int=1), track=Track.CALLER, span=wide, ground="ho-78-2")
    lines = tuple(SaidLine(said=one, speaker="", confirmed=False) for one in said)
    release = scene.release(masks=(mask,), lines=lines)
    (call,) = release.calls
    return replace(release, calls=(replace(call, samples=len(sound), master=master),))


def heard(hearing: Hearing, wanted: Release, made_of: Release, folder: Path) -> list[Finding]:
    """Make a bundle of one release, and hear it as if it were of the other."""
    folder.mkdir()
    files = scene.taken_out(scene.bundle(folder, made_of), folder / "files")
    return list(
        heard_again(wanted, files, recogniser_of(hearing), lambda text: the_reader().read(text).sounds)
    )


def test_a_tone_is_silent_to_the_recogniser_and_without_it_the_threat_is_heard(
    hearing: Hearing, tmp_path: Path
) -> None:
    wanted = spoken(hearing)
    (call,) = wanted.calls
    open_to_all = replace(wanted, calls=(replace(call, masks=()),))

    assert heard(hearing, wanted, wanted, tmp_path / "masked") == []
    found = heard(hearing, wanted, open_to_all, tmp_path / "open")
    assert {one.file for one in found} == {"call-1.wav", "call-1.webm"}
