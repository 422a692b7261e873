"""The look through a finished bundle: the ZIP, a recogniser, what is also said, killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from disclosure.bundle.checking import BundleChanged, check_bundle
from disclosure.bundle.finding import Leak
from disclosure.bundle.heard_again import Recogniser
from disclosure.bundle.leak_check import look_through
from disclosure.bundle.leak_report import LeakReport
from disclosure.bundle.left_out import also_said
from disclosure.bundle.made_again import manifest_is_due
from disclosure.bundle.making import MadeBundle
from disclosure.bundle.workroom import workroom
from disclosure.bundle.zip_shape import zip_faults
from disclosure.redaction.masked_sound import Cover
from incidents.papers.fonts import find_fonts
from tests import bundle_scene as scene
from transcription.reading import the_reader
from transcription.utterance import Track

FONTS = find_fonts()


def reading(text: str) -> str:
    return the_reader().read(text).sounds


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeBundle:
    return scene.bundle(tmp_path_factory.mktemp("made"))


def looked(
    made: MadeBundle,
    path: Path | None = None,
    recogniser: Recogniser | None = None,
    told: Callable[[int, int], None] | None = None,
) -> LeakReport:
    return look_through(
        scene.release(), path or made.path, made.password, reading=reading, fonts=FONTS,
        recogniser=recogniser, told=told,
    )  # fmt: skip


def hears(words: str) -> Recogniser:
    def recogniser(sound: NDArray[np.int16]) -> str:
        del sound
        return words

    return recogniser


def test_a_bundle_as_it_was_made_is_clean_and_what_it_was_taken_out_into_is_gone(made: MadeBundle) -> None:
    told: list[tuple[int, int]] = []
    report = looked(
        made, recogniser=hears("さくら市役所です"),
        told=lambda done, of: told.append((done, of)),
    )  # fmt: skip

    assert report.clean
    assert report.findings == ()
    assert report.heard_again
    assert told == [(number, 4) for number in range(1, 5)]
    assert [one.name for one in made.path.parent.iterdir()] == [made.path.name]
    assert not looked(made).heard_again


def test_silence_in_place_of_a_tone_is_clean_too_and_said_to_the_receiver(tmp_path: Path) -> None:
    silent = replace(scene.release(), cover=Cover.SILENCE)
    made = scene.bundle(tmp_path, silent)

    assert look_through(silent, made.path, made.password, reading=reading, fonts=FONTS).clean
    assert not looked(made).clean, "a tone was decided"
    told = (scene.taken_out(made, tmp_path / "files") / "read-me.txt").read_text(encoding="utf-8-sig")
    assert "音を消してあります" in told
    assert "ピー" not in told


def test_what_a_recogniser_still_hears_of_a_passage_is_a_finding(made: MadeBundle) -> None:
    by_words = looked(made, recogniser=hears("はい鈴木花子です"))
    by_reading = looked(made, recogniser=hears("すずきはなこ"))

    for report in (by_words, by_reading):
        assert not report.clean
        assert {one.leak for one in report.findings} == {Leak.SOUND}
        assert "鈴木" not in str(report.findings)


def test_words_that_everybody_says_are_no_leak_where_a_name_is_left_out(tmp_path: Path) -> None:
    run = scene.line(Track.CALLER, "相手", (scene.NAME, 3.1, 3.6), ("です", 3.6, 4.1))
    wanted = scene.release(lines=(scene.LINES[0], run, scene.LINES[2]))
    made = scene.bundle(tmp_path, wanted)

    def heard(words: str) -> bool:
        return look_through(
            wanted, made.path, made.password, reading=reading, fonts=FONTS, recogniser=hears(words)
        ).clean  # fmt: skip

    assert heard("です。はい、そうです")
    assert not heard("花子です")


def test_a_recogniser_gets_the_passage_and_a_little_of_the_other_side(made: MadeBundle) -> None:
    lengths: list[int] = []

    def listens(sound: NDArray[np.int16]) -> str:
        lengths.append(len(sound))
        return ""

    looked(made, recogniser=listens)
    inside = round(scene.CALLER.seconds * scene.RATE)
    assert lengths[:2] == [inside, inside + round(0.4 * scene.RATE)]


def test_words_that_may_be_read_elsewhere_are_told_and_do_not_pass_in_silence() -> None:
    lines = (*scene.LINES, scene.line(Track.HALL, "職員", ("鈴木花子さんですか", 9.0, 10.0)))
    spoken = (*scene.LINES, scene.line(Track.HALL, "職員", ("すずきはなこさんですか", 9.0, 10.0)))

    assert list(also_said(scene.release(), reading)) == []
    (told,) = also_said(scene.release(lines=lines), reading)
    assert (told.call, told.seconds, told.masked_seconds, told.by_reading) == ("通話1", 9.0, 3.1, False)
    (heard,) = also_said(scene.release(lines=spoken), reading)
    assert heard.by_reading


def plain_zip(made: MadeBundle, folder: Path) -> Path:
    path = folder / "plain.zip"
    with pyzipper.AESZipFile(path, "w") as out:
        for one in sorted(scene.taken_out(made, folder / "files").iterdir()):
            with out.open(out.zipinfo_cls(one.name, (2000, 1, 1, 0, 0, 0)), "w") as place:
                place.write(one.read_bytes())
    return path


def test_a_zip_that_is_not_encrypted_is_no_bundle(made: MadeBundle, tmp_path: Path) -> None:
    path = plain_zip(made, tmp_path)

    assert "not encrypted" in set(zip_faults(path))
    with pytest.raises(BundleChanged):
        check_bundle(path, made.password, scene.KEY.public_key())
    assert "not encrypted" in {one.place for one in looked(made, path).findings}


@pytest.mark.parametrize(
    ("at", "old", "new"),
    [
        (b"PK\x03\x04", b"\x00\x00\x21\x28", b"\x01\x02\x21\x5b"),  # when somebody worked on it
        (b"PK\x01\x02", b"\x00\x00\x21\x28", b"\x01\x02\x21\x5b"),
        (b"PK\x03\x04", b"call-1.wav", b"suzuki.wav"),  # a name that only the entry itself has
        (b"PK\x01\x02", b"\x01\x99", b"\x02\x98"),  # a field in which anything can lie
    ],
)
def test_fields_of_a_zip_hold_no_more_than_they_must(
    made: MadeBundle, tmp_path: Path, at: bytes, old: bytes, new: bytes
) -> None:
    whole = made.path.read_bytes()
    place = whole.index(old, whole.index(at))
    path = tmp_path / "turned.zip"
    path.write_bytes(whole[:place] + new + whole[place + len(old) :])

    assert list(zip_faults(made.path)) == []
    try:
        assert list(zip_faults(path))
    except (ValueError, pyzipper.BadZipFile, NotImplementedError):
        return  # it is no ZIP at all any more


def test_bytes_between_two_entries_are_seen(made: MadeBundle, tmp_path: Path) -> None:
    """The list of a ZIP is moved behind a note: every reader opens it as before."""
    whole, note = made.path.read_bytes(), scene.NAME.encode()
    with pyzipper.AESZipFile(made.path) as bundle:
        begin = bundle.start_dir
    moved = (begin + len(note)).to_bytes(4, "little")
    path = tmp_path / "between.zip"
    path.write_bytes(whole[:begin] + note + whole[begin:-6] + moved + whole[-2:])

    with pyzipper.AESZipFile(path) as bundle:  # it can be read, and the note goes with it
        bundle.setpassword(made.password.encode())
        assert bundle.read("omissions.csv")
    assert "bytes between entries" in set(zip_faults(path))
    with pytest.raises(BundleChanged):
        check_bundle(path, made.password, scene.KEY.public_key())


KILLED = """
import sys, time
from dataclasses import replace
from pathlib import Path
from tests import bundle_scene as scene
def slow():
    yield scene.SOUND[:8000]
    print("begun", flush=True)
    time.sleep(60)
(call,) = scene.release().calls
scene.bundle(Path(sys.argv[1]), replace(scene.release(), calls=(replace(call, master=slow),)))
"""


def test_killed_in_the_middle_it_leaves_nothing_finished_and_is_swept_away(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        (left,) = tmp_path.iterdir()
        assert left.name.startswith(".making-")
        with workroom(tmp_path):
            assert left.exists(), "somebody works in it"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not list(tmp_path.glob("*.zip"))
    assert left.exists()

    again = scene.bundle(tmp_path)

    assert [one.name for one in tmp_path.iterdir()] == [again.path.name]


@given(
    data=st.binary(max_size=300)
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.dictionaries(
            st.sampled_from(["key", "signature", "made_at", "files", "what"]), inner
        ),
    ).map(lambda one: json.dumps(one, sort_keys=True, separators=(",", ":")).encode() + b"\n")
)
def test_any_bytes_are_no_manifest_of_a_release(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "manifest.json").write_bytes(data)
    assert not manifest_is_due(scene.release(), folder)


@given(note=st.binary(max_size=40), place=st.integers(0, 10**6), instead=st.booleans())
def test_no_byte_is_anywhere_beside_the_entries(
    made: MadeBundle, tmp_path_factory: pytest.TempPathFactory, note: bytes, place: int, instead: bool
) -> None:
    whole = made.path.read_bytes()
    at = place % len(whole)
    path = tmp_path_factory.mktemp("noted") / "noted.zip"
    path.write_bytes(whole[:at] + note + whole[at + (len(note) if instead else 0) :])
    try:
        faults = list(zip_faults(path))
    except (pyzipper.BadZipFile, NotImplementedError, ValueError):
        return  # it is no ZIP any more
    assert faults or instead or not note


def test_a_passage_without_words_hides_none() -> None:
    silent = replace(scene.release(), calls=(replace(scene.release().calls[0], said=()),))
    assert list(also_said(silent, reading)) == []
