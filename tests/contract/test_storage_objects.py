"""The same promises hold in memory and in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from storage.objects import ObjectExists, ObjectMissing, ObjectStore, ObjectStoreShut


@pytest.fixture(params=["memory", "folder", "bucket"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "bucket":  # the way that a bucket takes, on a store that needs no server
        bucket = ObjectStore(MemoryStore())
        bucket._renames = False
        return bucket
    return ObjectStore.at(
        "memory:///" if request.param == "memory" else f"file://{tmp_path}/vault%20of%20the%20city"
    )


def test_what_is_put_can_be_read_in_ranges(objects: ObjectStore) -> None:
    objects.put("2026/11/a", [b"sealed bytes"])

    assert objects.get_range("2026/11/a", 0, 6) == b"sealed"
    assert objects.get_range("2026/11/a", 7, 100) == b"bytes"
    assert objects.size("2026/11/a") == 12


def test_an_object_is_never_overwritten(objects: ObjectStore) -> None:
    objects.put("2026/11/a", [b"first"])

    with pytest.raises(ObjectExists):
        objects.put("2026/11/a", [b"second"])

    assert objects.get_range("2026/11/a", 0, 10) == b"first"


def test_a_missing_object_is_reported_in_our_own_words(objects: ObjectStore) -> None:
    with pytest.raises(ObjectMissing):
        objects.get_range("2026/11/none", 0, 1)
    with pytest.raises(ObjectMissing):
        objects.size("2026/11/none")


def test_what_is_removed_is_gone_and_may_be_removed_again(objects: ObjectStore) -> None:
    objects.put("2026/11/a", [b"sealed"])

    objects.delete("2026/11/a")
    objects.delete("2026/11/a")

    assert list(objects.list()) == []


def test_every_object_is_listed_with_its_size(objects: ObjectStore) -> None:
    objects.put("2026/11/a", [b"1"])
    objects.put("2026/12/b", [b"22"])

    assert sorted((found.key, found.size) for found in objects.list()) == [("2026/11/a", 1), ("2026/12/b", 2)]


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"a file, not a folder")

    with pytest.raises(ObjectStoreShut):
        ObjectStore.at(f"file://{tmp_path}/taken/vault")


def parts(count: int) -> Iterator[bytes]:
    """Half a mebibyte each; nobody has to hold them all."""
    return (bytes([number % 251]) * 2**19 for number in range(count))


def test_an_object_of_many_parts_comes_out_as_it_went_in(objects: ObjectStore) -> None:
    objects.put("2026/11/long", parts(50))

    assert objects.size("2026/11/long") == 50 * 2**19
    for number, part in enumerate(parts(50)):
        assert objects.get_range("2026/11/long", number * 2**19, 2**19) == part
    assert [found.key for found in objects.list()] == ["2026/11/long"]


@pytest.mark.parametrize("first", [1, 40])
@pytest.mark.parametrize("second", [1, 40])
def test_not_even_an_object_of_many_parts_overwrites_another(
    objects: ObjectStore, first: int, second: int
) -> None:
    objects.put("2026/11/a", parts(first))

    with pytest.raises(ObjectExists):
        objects.put("2026/11/a", (part[::-1] + b"other" for part in parts(second)))

    assert objects.size("2026/11/a") == first * 2**19
    assert [found.key for found in objects.list()] == ["2026/11/a"]


class SourceBroke(Exception):
    """Whoever made the bytes could not go on."""


@pytest.mark.parametrize("good", [0, 1, 40])
@pytest.mark.parametrize("error", [SourceBroke, SystemExit, KeyboardInterrupt])
def test_of_bytes_that_break_off_nothing_is_kept_and_their_error_comes_through(
    objects: ObjectStore, good: int, error: type[BaseException]
) -> None:
    def broken() -> Iterator[bytes]:
        yield from parts(good)
        raise error

    with pytest.raises(error):
        objects.put("2026/11/a", broken())

    assert list(objects.list()) == []
    assert not objects._folder or not [one for one in objects._folder.rglob("*") if one.is_file()]


def test_bytes_may_be_made_from_an_object_of_the_same_store(objects: ObjectStore) -> None:
    objects.put("2026/11/a", parts(3))

    objects.put("2026/11/b", (objects.get_range("2026/11/a", at * 2**19, 2**19) for at in range(3)))

    assert objects.get_range("2026/11/b", 0, 2**21) == b"".join(parts(3))


KILLED_IN_AN_UPLOAD = """
import sys, time
from storage.objects import ObjectStore
def blocks():
    for _ in range(40):
        yield bytes(2**19)
    print("half way", flush=True)
    time.sleep(60)
ObjectStore.at(sys.argv[1]).put("2026/11/killed", blocks())
"""


def test_an_upload_whose_process_was_killed_is_never_seen_and_is_swept_away_after_an_hour(
    tmp_path: Path,
) -> None:
    url, folder = f"file://{tmp_path}/vault", tmp_path / "vault"
    command = [sys.executable, "-c", KILLED_IN_AN_UPLOAD, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        assert process.stdout.readline() == b"half way\n"
        process.kill()
    left = [one for one in folder.rglob("*") if one.is_file()]
    assert [one.parent.name for one in left] == ["unfinished"]

    objects = ObjectStore.at(url)
    objects.put("2026/11/a", [b"soon after"])
    assert left[0].exists(), "another process might still be writing it"
    assert [found.key for found in objects.list()] == ["2026/11/a"]
    an_hour_ago = time.time() - 3601
    os.utime(left[0], (an_hour_ago, an_hour_ago))
    objects.put("2026/11/b", [b"later"])

    assert not left[0].exists()
    assert sorted(found.key for found in objects.list()) == ["2026/11/a", "2026/11/b"]


def test_below_a_folder_nothing_is_reached_through_a_link(tmp_path: Path) -> None:
    """The folder itself may be one: that is an administrator's choice."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "disk").mkdir()
    (tmp_path / "vault").symlink_to(tmp_path / "disk")
    (tmp_path / "elsewhere" / "theirs").write_bytes(b"not ours")
    objects = ObjectStore.at(f"file://{tmp_path}/vault")
    objects.put("2026/10/a", [b"ours"])
    for link in ("2026/11", "linked"):
        (tmp_path / "disk" / link).symlink_to(tmp_path / "elsewhere")
    (tmp_path / "disk" / "2026" / "10" / "b").symlink_to(tmp_path / "elsewhere" / "theirs")

    assert [one.key for one in objects.list()] == ["2026/10/a"]
    for key in ("2026/11/theirs", "linked/theirs", "2026/10/b"):
        with pytest.raises(ObjectMissing):
            objects.size(key)
        with pytest.raises(ObjectMissing):
            objects.get_range(key, 0, 1)
        with pytest.raises(ObjectStoreShut):
            objects.delete(key)
    with pytest.raises(ObjectStoreShut):
        objects.put("2026/11/new", [b"ours"])
    assert [one.name for one in (tmp_path / "elsewhere").iterdir()] == ["theirs"]


def test_a_part_of_the_keys_is_listed_by_whole_names(objects: ObjectStore) -> None:
    for key in ("2026/10/a", "2026/11/b", "2026/111/c"):
        objects.put(key, [b"sealed"])

    assert {one.key for one in objects.list("2026/11")} == {"2026/11/b"}
    assert {one.key for one in objects.list("2026")} == {"2026/10/a", "2026/11/b", "2026/111/c"}
