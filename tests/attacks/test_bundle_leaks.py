"""Attempts to find in a bundle what is left out of it. Each is shown to find it where nobody looked first.

An attempt spoils a bundle as a fault of ours would, or as somebody in the hall could; it is shown that the
words or the sound can then be had, and that the look before a release finds it.
"""

from __future__ import annotations

import wave
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import NameObject, TextStringObject

from disclosure.bundle.finding import Leak
from disclosure.bundle.leak_check import findings
from disclosure.bundle.paper import transcript_pdf
from disclosure.bundle.release import Release
from disclosure.bundle.sound_files import read_wav, write_opus
from disclosure.bundle.sound_leaks import ALIKE
from disclosure.redaction.echoes import likeness
from disclosure.redaction.mask import Mask
from incidents.papers.fonts import find_fonts
from tests import bundle_scene as scene
from transcription.reading import Reader
from transcription.utterance import Span, Track

READER = Reader()


def reading(text: str) -> str:
    return READER.read(text).sounds


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is done to the files, and how what is left out can then be had."""

    name: str
    spoil: Callable[[Path], None]
    gets: Callable[[Path], bool]
    finds: Leak


def samples(folder: Path) -> NDArray[np.int16]:
    return np.concatenate(list(read_wav(folder / "call-1.wav")))


def written(folder: Path, sound: NDArray[np.int16]) -> None:
    """Write both files of a sound, as the maker does."""
    with wave.open(str(folder / "call-1.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(scene.RATE)
        file.writeframes(np.ascontiguousarray(sound, dtype="<i2").tobytes())
    write_opus(folder / "call-1.wav", len(sound), folder / "call-1.webm")


def heard(folder: Path) -> bool:
    """Say whether the sound of a passage is had: a quarter of a second of it, on any side, near its place."""
    found = samples(folder)
    for column, span in ((0, scene.CALLER), (1, scene.HALL)):
        first, last = round(span.start * scene.RATE), round(span.end * scene.RATE)
        for begin in (*range(first, last - 2000, 1000), last - 2000):
            piece = scene.SOUND[begin : begin + 2000, column]
            own, other = found[first:last, column], found[max(0, first - 1600) : last + 1600, 1 - column]
            if likeness(piece, own)[0] >= ALIKE or likeness(piece, other)[0] >= ALIKE:
                return True
    return False


def sound_of(change: Callable[[NDArray[np.int16]], NDArray[np.int16]]) -> Callable[[Path], None]:
    return lambda folder: written(folder, change(samples(folder)))


def with_masks(*masks: Mask) -> Callable[[Path], None]:
    """Let other passages be left out than were decided."""

    def spoil(folder: Path) -> None:
        (call,) = scene.release(masks).calls
        written(folder, np.concatenate(list(call.sound(scene.release().cover))))

    return spoil


def mask(track: Track, start: float, end: float) -> Mask:
    return Mask(id=UUID(int=9), track=track, span=Span(start=start, end=end), ground="ho-78-2")


CALLER, HALL = scene.MASKS


def passage(column: int, span: Span) -> tuple[slice, NDArray[np.int16]]:
    place = slice(round(span.start * scene.RATE), round(span.end * scene.RATE))
    return place, scene.SOUND[place, column]


def on_other_side(sound: NDArray[np.int16], factor: float, late: int = 0) -> NDArray[np.int16]:
    place, kept = passage(0, scene.CALLER)
    spoilt = sound.astype(float)
    spoilt[place.start + late : place.stop + late, 1] += kept * factor
    return spoilt.clip(-32767, 32767).astype(np.int16)


def in_place(factor: float) -> Callable[[NDArray[np.int16]], NDArray[np.int16]]:
    def change(sound: NDArray[np.int16]) -> NDArray[np.int16]:
        place, kept = passage(0, scene.CALLER)
        spoilt = sound.astype(float)
        spoilt[place, 0] = spoilt[place, 0] * (0.3 if factor < 1 else 1.0) + kept * factor
        return spoilt.clip(-32767, 32767).astype(np.int16)

    return change


def tag_behind(folder: Path) -> None:
    with (folder / "call-1.wav").open("ab") as file:
        note = scene.NAME.encode()
        file.write(b"LIST" + len(note).to_bytes(4, "little") + note)


def in_bytes(name: str) -> Callable[[Path], bool]:
    return lambda folder: scene.NAME.encode() in (folder / name).read_bytes()


def behind(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.write(scene.NAME.encode())

    return spoil


def pdf(change: Callable[[PdfWriter], None]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        writer = PdfWriter(clone_from=folder / "transcript.pdf")
        change(writer)
        out = BytesIO()
        writer.write(out)
        (folder / "transcript.pdf").write_bytes(out.getvalue())

    return spoil


def everything_in(name: str) -> Callable[[Path], bool]:
    def gets(folder: Path) -> bool:
        reader = PdfReader(folder / name)
        text = "".join(page.extract_text() for page in reader.pages)
        notes = [
            str(one.get_object().get("/Contents", ""))
            for page in reader.pages
            for one in page.get("/Annots", [])
        ]
        files = [data.decode() for kept in reader.attachments.values() for data in kept]
        told = "".join(
            [text, *map(str, (reader.metadata or {}).values()), *notes, *files, str(reader.trailer["/Root"])]
        )
        return scene.NAME in told.replace("\n", "")

    return gets


def annotated(writer: PdfWriter) -> None:
    writer.add_annotation(0, FreeText(text=scene.NAME, rect=(50, 550, 200, 650)))


def rooted(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/PieceInfo")] = TextStringObject(scene.NAME)


def unmasked_text(folder: Path) -> None:
    """Print what an editor would that draws a box over words and leaves them there."""
    wanted: Release = scene.release(masks=())
    (folder / "transcript.pdf").write_bytes(transcript_pdf(wanted, find_fonts()))


def one_word_more(folder: Path) -> None:
    half = (replace(CALLER, span=Span(start=3.0, end=3.55)), HALL)
    (folder / "transcript.pdf").write_bytes(transcript_pdf(scene.release(masks=half), find_fonts()))


def number_stays(folder: Path) -> bool:
    reader = PdfReader(folder / "transcript.pdf")
    return scene.NUMBER in "".join(page.extract_text() for page in reader.pages).replace("\n", "")


def said_by_reading(folder: Path) -> None:
    with (folder / "omissions.csv").open("ab") as file:
        file.write("3,通話1,相手,0:00:03,0:00:05,第2号,スズキハナコ\r\n".encode())


def noted(folder: Path) -> None:
    with (folder / "omissions.csv").open("ab") as file:
        file.write(f"3,通話1,相手,0:00:03,0:00:05,第2号,{scene.NAME}さん\r\n".encode())


def text_has(name: str, words: str) -> Callable[[Path], bool]:
    return lambda folder: words in (folder / name).read_text(encoding="utf-8-sig")


def beside(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(scene.NAME, encoding="utf-8") and None


def moved(sound: NDArray[np.int16]) -> NDArray[np.int16]:
    place, kept = passage(1, scene.HALL)
    spoilt = sound.copy()
    spoilt[place.start - 1000 : place.stop - 1000, 0] = kept
    return spoilt


SOUND_ATTEMPTS = [
    ("nothing was masked", with_masks()), ("one side was forgotten", with_masks(CALLER)),
    ("the wrong side was masked", with_masks(mask(Track.HALL, 3.0, 4.2), HALL)),
    ("a passage came 200 ms late", with_masks(mask(Track.CALLER, 3.2, 4.4), HALL)),
    ("a passage came 200 ms early", with_masks(mask(Track.CALLER, 2.8, 4.0), HALL)),
    ("a passage began 300 ms late", with_masks(mask(Track.CALLER, 3.3, 4.2), HALL)),
    ("a passage ended 300 ms early", with_masks(mask(Track.CALLER, 3.0, 3.9), HALL)),
    ("the tone was added, nothing replaced", sound_of(in_place(1.0))),
    ("the voice was only made quiet", sound_of(in_place(0.5))),
    ("the other side holds it, mixed", sound_of(lambda sound: on_other_side(sound, 1.5))),
    ("the other side holds it, turned around", sound_of(lambda sound: on_other_side(sound, -1.5))),
    ("the other side holds it, 100 ms later", sound_of(lambda sound: on_other_side(sound, 1.5, 800))),
    ("the sides were swapped", sound_of(lambda _: scene.SOUND[:, ::-1].copy())),
    ("both sides were mixed down", sound_of(
        lambda _: np.repeat((scene.SOUND.sum(axis=1) // 2).astype(np.int16)[:, None], 2, axis=1))),
    ("a copy of it plays elsewhere near", sound_of(moved)),
]  # fmt: skip


ATTEMPTS = [
    *(Attempt(name, spoil, heard, Leak.SOUND) for name, spoil in SOUND_ATTEMPTS),
    Attempt("a chunk behind the WAV", tag_behind, in_bytes("call-1.wav"), Leak.MORE),
    Attempt("padding behind the Opus", behind("call-1.webm"), in_bytes("call-1.webm"), Leak.MORE),
    Attempt("words under a box", unmasked_text, everything_in("transcript.pdf"), Leak.WORDS),
    Attempt("one word too few under it", one_word_more, number_stays, Leak.WORDS),
    Attempt("an annotation", pdf(annotated), everything_in("transcript.pdf"), Leak.MORE),
    Attempt(
        "the PDF's information",
        pdf(lambda writer: writer.add_metadata({"/Subject": scene.NAME})),
        everything_in("transcript.pdf"),
        Leak.WORDS,
    ),
    Attempt(
        "information of one's own",
        pdf(lambda writer: writer.add_metadata({"/Before": scene.NAME})),
        everything_in("transcript.pdf"),
        Leak.MORE,
    ),
    Attempt(
        "a file in the PDF",
        pdf(lambda writer: writer.add_attachment("old.txt", scene.NAME.encode()) and None),
        everything_in("transcript.pdf"),
        Leak.MORE,
    ),
    Attempt("a string in its root", pdf(rooted), everything_in("transcript.pdf"), Leak.WORDS),
    Attempt("bytes behind the PDF", behind("transcript.pdf"), in_bytes("transcript.pdf"), Leak.MORE),
    Attempt("a note in the list", noted, text_has("omissions.csv", scene.NAME), Leak.WORDS),
    Attempt("a note by its reading", said_by_reading, text_has("omissions.csv", "スズキハナコ"), Leak.WORDS),
    Attempt("the words for the receiver", behind("read-me.txt"), in_bytes("read-me.txt"), Leak.WORDS),
    Attempt("the manifest", behind("manifest.json"), in_bytes("manifest.json"), Leak.WORDS),
    Attempt("a file beside", beside("old.bak"), in_bytes("old.bak"), Leak.UNKNOWN),
    Attempt("an outline beside", beside("call-1.dat"), in_bytes("call-1.dat"), Leak.UNKNOWN),
    Attempt("a text beside", beside("old.txt"), in_bytes("old.txt"), Leak.WORDS),
]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    return scene.taken_out(scene.bundle(folder), folder / "files")


def test_a_bundle_as_it_is_made_holds_nothing_of_what_is_left_out(clean: Path) -> None:
    assert list(findings(scene.release(), clean, reading)) == []
    for one in ATTEMPTS:
        if "beside" not in one.name:
            assert not one.gets(clean), one.name


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda one: one.name)
def test_what_is_left_out_is_had_where_nobody_looks_and_found_where_somebody_does(
    attempt: Attempt, clean: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for one in clean.iterdir():
        (folder / one.name).write_bytes(one.read_bytes())

    attempt.spoil(folder)

    assert attempt.gets(folder), "this is no way to have it"
    assert attempt.finds in {one.leak for one in findings(scene.release(), folder, reading)}
