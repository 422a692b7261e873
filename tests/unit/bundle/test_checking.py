"""A bundle is the city's and whole, or it is told what is wrong; made whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyzipper
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import DomainError
from disclosure.bundle.checking import (
    BundleChanged,
    BundleNotOurs,
    NotABundle,
    WrongPassword,
    check_bundle,
)
from disclosure.bundle.making import MadeBundle, NotGrounded, make_bundle, new_password
from disclosure.bundle.manifest import NAME
from incidents.papers.fonts import find_fonts
from tests import bundle_scene as scene

PUBLIC = scene.KEY.public_key()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeBundle:
    return scene.bundle(tmp_path_factory.mktemp("made"))


def repacked(made: MadeBundle, place: Path, change: dict[str, bytes | None], comment: bytes = b"") -> Path:
    """Pack the files anew with some changed, added or taken away, under the same password."""
    files = {one.name: one.read_bytes() for one in scene.taken_out(made, place / "files").iterdir()}
    path = place / "again.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as out:
        out.setpassword(made.password.encode())
        for name, data in {**files, **change}.items():
            if data is not None:
                out.writestr(name, data)
        out.comment = comment
    return path


def test_a_bundle_as_it_was_made_is_the_citys(made: MadeBundle) -> None:
    told = check_bundle(made.path, made.password, PUBLIC)

    assert (told.manifest.city, told.manifest.receipt, told.files) == ("さくら市", "R8-12", 6)


def test_nothing_in_it_can_be_read_without_the_password(made: MadeBundle) -> None:
    packed = made.path.read_bytes()

    assert not any(words.encode() in packed for words in ("さくら市", "国民健康保険", "R8-12"))
    with pytest.raises(WrongPassword):
        check_bundle(made.path, new_password(), PUBLIC)
    with pyzipper.AESZipFile(made.path) as bundle:
        assert all(one.date_time == (2000, 1, 1, 0, 0, 0) for one in bundle.infolist())
        assert all(one.filename.isascii() for one in bundle.infolist())


@pytest.mark.parametrize(
    "change",
    [
        {"omissions.csv": b"1,2,3"}, {"omissions.csv": None}, {"more.txt": b"x"}, {"folder/": b""},
        {"call-1.wav": b"RIFF"},
    ],
)  # fmt: skip
def test_what_was_changed_added_or_taken_away_is_told(
    made: MadeBundle, tmp_path: Path, change: dict[str, bytes | None]
) -> None:
    with pytest.raises(BundleChanged):
        check_bundle(repacked(made, tmp_path, change), made.password, PUBLIC)


def test_words_of_the_zip_itself_and_bytes_beside_it_are_told(made: MadeBundle, tmp_path: Path) -> None:
    with pytest.raises(BundleChanged):
        check_bundle(repacked(made, tmp_path, {}, b"note"), made.password, PUBLIC)
    before = tmp_path / "before.zip"
    before.write_bytes(b"note" + made.path.read_bytes())
    behind = tmp_path / "behind.zip"
    behind.write_bytes(made.path.read_bytes() + b"note")
    for path in (before, behind):
        with pytest.raises((BundleChanged, NotABundle)):
            check_bundle(path, made.password, PUBLIC)


def test_another_key_and_a_manifest_of_ones_own_are_not_the_citys(made: MadeBundle, tmp_path: Path) -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(BundleNotOurs):
        check_bundle(made.path, made.password, other.public_key())
    forged = make_bundle(
        scene.release(masks=()), tmp_path / "forged.zip", key=other, fonts=find_fonts(),
        made_at=scene.MADE_AT,
    )  # fmt: skip
    with pytest.raises(BundleNotOurs):
        check_bundle(forged.path, forged.password, PUBLIC)
    with pytest.raises(NotABundle):
        check_bundle(repacked(made, tmp_path, {NAME: None}), made.password, PUBLIC)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(data=st.binary(max_size=300), cut=st.integers(0, 5000), at=st.integers(0, 10**6))
def test_any_bytes_are_told_apart_from_a_bundle(
    made: MadeBundle, tmp_path: Path, data: bytes, cut: int, at: int
) -> None:
    whole = made.path.read_bytes()
    place = at % len(whole)
    turned = bytearray(whole)
    turned[place] ^= 1 + (cut % 255)
    for number, content in enumerate((data, whole[: -1 - cut], bytes(turned))):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(content)
        try:
            told = check_bundle(path, made.password, PUBLIC)
        except DomainError:
            continue
        # A byte in which no file and no name lies (a time, an attribute) may differ: it changes nothing.
        assert told.manifest.receipt == "R8-12"
        assert number == 2


def test_a_bundle_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    def broken() -> Iterator[NDArray[np.int16]]:
        yield scene.SOUND[:8000]
        raise OSError("no room")

    (call,) = scene.release().calls
    wanted = replace(scene.release(), calls=(replace(call, master=broken),))
    with pytest.raises(OSError, match="no room"):
        scene.bundle(tmp_path, wanted)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_released_of_which_nobody_said_why(tmp_path: Path) -> None:
    masks = (replace(scene.MASKS[0], ground=""),)
    with pytest.raises(NotGrounded):
        scene.bundle(tmp_path, scene.release(masks))
    assert list(tmp_path.iterdir()) == []


def test_a_step_is_told_for_each_thing_that_was_made(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make_bundle(
        scene.release(), tmp_path / "a.zip", key=scene.KEY, fonts=find_fonts(), made_at=scene.MADE_AT,
        told=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert told == [(number, 5) for number in range(1, 6)]
