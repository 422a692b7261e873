"""What comes back from outside this machine, or from a process that may be broken into: ours, or refused."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.routes.recordings import NoSuchRange, is_range, wanted_range
from storage.access_heads import HeadNotOurs
from storage.access_heads import opened as head_opened
from storage.backup.manifest import WHAT as MANIFEST
from storage.backup.manifest import read_manifest
from storage.backup.sealed_file import (
    BackupKeyUnusable,
    SealedFile,
    from_paper,
    new_secret,
    on_paper,
    public_of,
)
from storage.backup.sealed_file import opened as file_opened
from storage.backup.snapshot import ListBroken
from storage.backup.snapshot import read as read_snapshot
from storage.destruction_list import WHAT as DESTRUCTIONS
from storage.destruction_list import read_note
from storage.sealing import SealBroken
from storage.signed_note import NoteNotOurs, opened, signed
from transcription.recogniser_wire import CouldNotHear, NotAnAnswer, read_answer

LIMITS = settings(max_examples=150, deadline=None, derandomize=True)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=10,
)
DEEP = b"[" * 3_000
OURS = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
THEIRS = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
BODIES = st.dictionaries(
    st.sampled_from(["at", "seq", "hash", "instance", "schema", "recipient", "parts", "destroyed", "bytes"]),
    ANYTHING,
    max_size=6,
)


@LIMITS
@given(st.binary(max_size=200) | ANYTHING.map(lambda one: json.dumps(one).encode()))
@example(DEEP)
@example(b'{"signature":' * 2_000)
@example(b'{"signature":"\xff"}')
def test_a_note_from_outside_is_ours_or_it_is_refused(data: bytes) -> None:
    key = OURS.public_key()

    with pytest.raises(NoteNotOurs):
        opened(MANIFEST, data, key)
    with pytest.raises(NoteNotOurs):
        read_manifest(data, key)
    with pytest.raises(NoteNotOurs):
        list(read_note(data, key))
    with pytest.raises(HeadNotOurs):
        head_opened(data, key)


@LIMITS
@given(BODIES)
def test_a_note_that_somebody_else_signed_or_of_another_kind_is_refused(body: dict[str, Any]) -> None:
    for note in (signed(MANIFEST, body, THEIRS), signed("another kind", body, OURS)):
        with pytest.raises(NoteNotOurs):
            read_manifest(note, OURS.public_key())
        with pytest.raises(NoteNotOurs):
            list(read_note(note, OURS.public_key()))


@LIMITS
@given(BODIES)
@example({"destroyed": [["00000000-0000-0000-0000-000000000001", "2026-11-22", "rule"]]})
@example({"destroyed": 5})
def test_a_signed_note_of_an_odd_content_is_refused_too(body: dict[str, Any]) -> None:
    with suppress(NoteNotOurs):
        read_manifest(signed(MANIFEST, body, OURS), OURS.public_key())
    with suppress(NoteNotOurs):
        list(read_note(signed(DESTRUCTIONS, body, OURS), OURS.public_key()))


@LIMITS
@given(st.binary(max_size=200) | ANYTHING.map(lambda one: json.dumps(one).encode()))
@example(DEEP)
def test_a_list_of_needed_objects_is_read_or_broken(data: bytes) -> None:
    with suppress(ListBroken):
        assert all(len(one.recording.hex) == 32 for one in read_snapshot(data))


SECRET = new_secret()
KEPT = b"".join(SealedFile(public_of(SECRET), "database").blocks([b"what was kept" * 40]))


@LIMITS
@given(at=st.integers(0, len(KEPT) - 1), byte=st.integers(0, 255), cut=st.integers(0, len(KEPT)))
def test_a_file_of_a_backup_that_was_changed_or_cut_gives_nothing(at: int, byte: int, cut: int) -> None:
    for raw in (KEPT[:at] + bytes((byte,)) + KEPT[at + 1 :], KEPT[:cut], bytes((byte,)) * cut):
        if raw != KEPT:
            given_out: list[bytes] = []
            with pytest.raises((SealBroken, BackupKeyUnusable)):
                given_out.extend(file_opened(SECRET, "database", _ranges(raw), len(raw)))
            assert not given_out


def _ranges(raw: bytes) -> Any:  # noqa: ANN401  a reader of ranges
    def read(start: int, length: int) -> bytes:
        file = io.BytesIO(raw)
        file.seek(start)
        return file.read(length)

    return read


@LIMITS
@given(st.text(max_size=100) | st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567 -", max_size=90))
def test_a_key_typed_wrongly_is_never_taken_for_one(typed: str) -> None:
    with pytest.raises(BackupKeyUnusable):
        from_paper(typed)
    assert from_paper(on_paper(SECRET)) == SECRET


@LIMITS
@given(
    st.binary(max_size=120)
    | ANYTHING.map(lambda one: json.dumps(one).encode())
    | st.lists(
        st.tuples(
            st.sampled_from(["caller", "hall", "nobody"]),
            st.floats(),
            st.floats() | st.integers(),
            st.text(max_size=8) | st.just("\ud800") | st.just("a\0b"),
            st.lists(st.tuples(st.text(max_size=4), st.floats(), st.floats(), ANYTHING), max_size=2),
        ),
        max_size=2,
    ).map(lambda heard: json.dumps({"model": "m", "sha256": "s", "heard": heard}).encode())
)
@example(DEEP)
@example(b'{"model":"m","sha256":"s","heard":[["caller",0,1' + b"0" * 400 + b',"x",[]]]}')
@example(b'{"model":"m","sha256":"s","heard":[["caller",0,1,"a\\u0000b",[]]]}')
def test_a_recogniser_that_was_broken_into_says_words_or_is_not_understood(line: bytes) -> None:
    try:
        _, said = read_answer(line)
    except (NotAnAnswer, CouldNotHear):
        return

    for one in said:
        assert "\0" not in one.text
        assert one.text.encode()
        assert 0 <= one.start < one.end < float("inf")
        assert all(word.probability == word.probability for word in one.words)


@LIMITS
@given(
    header=st.text(max_size=30) | st.from_regex(r"bytes=\d{0,17}-\d{0,17}", fullmatch=True) | st.none(),
    size=st.integers(0, 10**9),
)
@example(header="bytes=-0", size=5)
@example(header="bytes=١-٢", size=50)
def test_a_browser_gets_a_range_inside_the_recording_or_none(header: str | None, size: int) -> None:
    try:
        start, end = wanted_range(header, size)
    except NoSuchRange:
        return

    assert 0 <= start <= end <= size
    assert is_range(header) or (start, end) == (0, size)
