"""Attempts that no search for words or likeness sees: unseen without a guard, and seen with it."""

from __future__ import annotations

import json
import re
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pypdf import PdfReader, PdfWriter
from pypdf.generic import IndirectObject, NameObject, StreamObject

from disclosure.bundle import leak_check, made_again, sound_leaks
from disclosure.bundle.finding import Finding
from disclosure.bundle.leak_check import findings
from disclosure.bundle.omissions import as_csv
from disclosure.bundle.paper import transcript_pdf
from disclosure.bundle.release import Release
from disclosure.bundle.sound_files import read_wav, write_opus
from disclosure.bundle.word_leaks import WordLeaks
from disclosure.redaction import mask as mask_module
from disclosure.redaction.echoes import likeness
from incidents.papers.fonts import find_fonts
from tests import bundle_scene as scene
from transcription.reading import the_reader
from transcription.utterance import Track

PLACE = slice(round(scene.CALLER.start * scene.RATE), round(scene.CALLER.end * scene.RATE))
KEPT = scene.SOUND[PLACE, 0]
TONE = np.concatenate(list(scene.release().calls[0].sound(scene.release().cover)))[PLACE, 0]
FONTS = find_fonts()


def reading(text: str) -> str:
    return the_reader().read(text).sounds


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    return scene.taken_out(scene.bundle(folder), folder / "files")


@dataclass(frozen=True, slots=True)
class Attempt:
    name: str
    spoil: Callable[[Path], None]
    gets: Callable[[Path], bool]
    guard: str


def with_sound(change: Callable[[NDArray[np.int16]], NDArray[np.int16]]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        found = np.concatenate(list(read_wav(folder / "call-1.wav"))).copy()
        found[PLACE, 0] = change(found[PLACE, 0])
        with wave.open(str(folder / "call-1.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(scene.RATE)
            file.writeframes(found.astype("<i2").tobytes())
        write_opus(folder / "call-1.wav", len(found), folder / "call-1.webm")

    return spoil


def had_when(change: Callable[[NDArray[np.int16]], NDArray[np.int16]]) -> Callable[[Path], bool]:
    """Say whether the passage is had again by who does this to the samples that were released."""

    def gets(folder: Path) -> bool:
        found = np.concatenate(list(read_wav(folder / "call-1.wav")))[PLACE, 0]
        return likeness(KEPT, change(found))[0] > 0.5

    return gets


def untoned(found: NDArray[np.int16]) -> NDArray[np.int16]:
    return (found.astype(int) - TONE).astype(np.int16)


def low_bits(found: NDArray[np.int16]) -> NDArray[np.int16]:
    return (found & ~np.int16(7)) | ((KEPT.astype(int) + 32768) >> 13).astype(np.int16)


def pdf(change: Callable[[PdfWriter], None]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        writer = PdfWriter(clone_from=folder / "transcript.pdf")
        change(writer)
        writer.write(folder / "transcript.pdf")

    return spoil


def added(writer: PdfWriter, thing: StreamObject) -> IndirectObject:
    return writer._add_object(thing)  # pyright: ignore[reportPrivateUsage]  there is no other way


def unreferenced(writer: PdfWriter) -> None:
    stream = StreamObject()
    stream.set_data(scene.NAME.encode())
    added(writer, stream)


def commented(writer: PdfWriter) -> None:
    content = writer.pages[0].get_contents()
    assert content is not None
    content.set_data(content.get_data() + b"\n% " + scene.NAME.encode())
    writer.pages[0][NameObject("/Contents")] = added(writer, content)


def in_a_stream(folder: Path) -> bool:
    reader = PdfReader(folder / "transcript.pdf")
    objects = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    data = [one.get_data() for one in objects if isinstance(one, StreamObject)]
    return any(scene.NAME.encode() in one for one in data)


def mapped(folder: Path) -> None:
    (folder / "transcript.pdf").write_bytes(transcript_pdf(scene.release(masks=()), FONTS))
    writer = PdfWriter(clone_from=folder / "transcript.pdf")
    for number in range(1, len(PdfReader(folder / "transcript.pdf").xref[0]) + 1):
        font = writer.get_object(number)
        if isinstance(font, dict) and "/ToUnicode" in font:
            font[NameObject("/ToUnicode")] = added(writer, _blank_map(font["/ToUnicode"].get_data()))
    writer.write(folder / "transcript.pdf")


def _blank_map(data: bytes) -> StreamObject:
    """Let every glyph be called a square."""
    stream = StreamObject()
    stream.set_data(re.sub(rb"(?m)^(<[0-9A-F]+> (?:<[0-9A-F]+> )?)<[0-9A-F]{4}>$", rb"\1<25A0>", data))
    return stream


def drawn(folder: Path) -> bool:
    """Say whether more glyphs are drawn than may be read: whoever looks at the page reads them."""

    def signs(data: bytes) -> int:
        return len(PdfReader(BytesIO(data)).pages[0].extract_text().replace("\n", ""))

    return signs((folder / "transcript.pdf").read_bytes()) > signs(transcript_pdf(scene.release(), FONTS)) + 5


def escaped(folder: Path) -> None:
    body = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**body, "note": scene.NAME}), encoding="ascii")


def boxes(folder: Path) -> None:
    whole = mask_module.BLACK
    try:
        mask_module.BLACK = "■" * len(scene.NAME + scene.NUMBER)
        (folder / "transcript.pdf").write_bytes(transcript_pdf(scene.release(), FONTS))
    finally:
        mask_module.BLACK = whole


def longest_box(folder: Path) -> bool:
    text = PdfReader(folder / "transcript.pdf").pages[0].extract_text().replace("\n", "")
    return max(map(len, re.findall("■+", text))) > len("■■■")


def hex_note(folder: Path) -> None:
    with (folder / "omissions.csv").open("ab") as file:
        file.write(scene.NAME.encode().hex().encode())


def chunk_inside(folder: Path) -> None:
    """Put a note where sound was: as many bytes as before, and every player passes over it."""
    data, note = (folder / "call-1.wav").read_bytes(), scene.NAME.encode()
    sound = data[44 : -8 - len(note)]
    head = data[:40] + len(sound).to_bytes(4, "little")
    chunk = b"LIST" + len(note).to_bytes(4, "little") + note
    (folder / "call-1.wav").write_bytes(head + sound + chunk)


def in_file(name: str, wanted: bytes) -> Callable[[Path], bool]:
    return lambda folder: wanted in (folder / name).read_bytes()


NAME, ESCAPED = scene.NAME.encode(), json.dumps(scene.NAME)[1:-1].encode()
ATTEMPTS = [
    Attempt("a whisper under the tone", with_sound(lambda found: found + (KEPT * 0.05).astype(np.int16)),
            had_when(untoned), "cover"),
    Attempt("the lowest bits", with_sound(low_bits), had_when(lambda found: ((found & 7) - 4) * 9), "cover"),
    Attempt("a chunk where sound was", chunk_inside, in_file("call-1.wav", NAME), "sound"),
    Attempt("an object that nothing refers to", pdf(unreferenced), in_a_stream, "again"),
    Attempt("a comment in a page", pdf(commented), in_a_stream, "again"),
    Attempt("a lying character map", mapped, drawn, "again"),
    Attempt("a box as long as its words", boxes, longest_box, "again"),
    Attempt("escaped in the manifest", escaped, in_file("manifest.json", ESCAPED), "again"),
    Attempt("written in hexadecimal", hex_note, in_file("omissions.csv", NAME.hex().encode()), "again"),
]  # fmt: skip


def nothing(*_: object) -> Iterator[object]:
    return iter(())


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda one: one.name)
def test_what_no_search_sees_is_seen_by_its_guard(
    attempt: Attempt, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for one in clean.iterdir():
        (folder / one.name).write_bytes(one.read_bytes())
    assert not attempt.gets(folder)

    attempt.spoil(folder)

    assert attempt.gets(folder), "this is no way to have it"

    def due(release: Release, files: Path) -> bool:
        del release, files
        return attempt.name != "escaped in the manifest"

    with monkeypatch.context() as off:
        # The manifest lists hashes and would tell of any change: a fault of ours would have signed it.
        off.setattr(made_again, "manifest_is_due", due)
        assert list(findings(scene.release(), folder, reading, FONTS))
        if attempt.guard == "again":
            off.setattr(leak_check, "made_again_findings", nothing)
        elif attempt.guard == "cover":
            off.setattr(sound_leaks, "masked_block", covers(folder))
        else:
            off.setattr(leak_check, "wav_findings", nothing)
            off.setattr(leak_check, "opus_findings", nothing)
        assert list(findings(scene.release(), folder, reading, FONTS)) == []


def covers(folder: Path) -> Callable[..., NDArray[np.int16]]:
    """Return what lies in the file, whatever should: the comparison says nothing."""
    found = np.concatenate(list(read_wav(folder / "call-1.wav")))

    def cover(block: NDArray[np.int16], at: int, *_: object) -> NDArray[np.int16]:
        return found[at : at + len(block)]

    return cover


def said(*words: tuple[str, float, float]) -> tuple[scene.SaidLine, ...]:
    return (scene.line(Track.CALLER, "相手", *words),)


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        ((("鈴", 3.1, 3.2), ("木", 3.2, 3.3), ("花", 3.3, 3.4), ("子", 3.4, 3.6)), "鈴木花子"),
        ((("さくら", 3.1, 3.6),), "さくらさん"),
        ((("林", 3.1, 3.6),), "林さん"),
        ((("鈴木花子", 3.1, 3.6),), "ｽｽﾞｷﾊﾅｺ"),
        ((("0901234", 3.1, 3.4), ("5678", 3.4, 3.6)), "０９０１"),
    ],
)
def test_a_name_is_found_whatever_pieces_it_was_heard_in(
    words: tuple[tuple[str, float, float], ...], noted: str, tmp_path: Path
) -> None:
    wanted = scene.release(lines=said(("隣の", 2.2, 2.8), *words, ("です", 4.4, 4.8)))
    note = replace(scene.MASKS[0], note=noted)
    with_note = replace(wanted, calls=(replace(wanted.calls[0], masks=(note, *scene.MASKS[1:])),))

    assert word_findings(wanted, as_csv(wanted), tmp_path) == []
    assert word_findings(with_note, as_csv(with_note), tmp_path)


def test_common_words_that_are_left_out_do_not_hold_back_what_the_papers_say_anyway(tmp_path: Path) -> None:
    common = ("12", "34", "です", "録音", "相手", "開示", "国民健康保険", "ファイル")
    lines = tuple(one for word in common for one in said(("隣の", 2.2, 2.8), (word, 3.1, 3.6)))
    wanted = scene.release(lines=lines)
    folder = scene.taken_out(scene.bundle(tmp_path, wanted), tmp_path / "files")

    assert list(findings(wanted, folder, reading, FONTS)) == []


def word_findings(wanted: Release, data: bytes, folder: Path) -> list[Finding]:
    path = folder / "omissions.csv"
    path.write_bytes(data)
    return list(WordLeaks(wanted, reading, FONTS).findings(path))
