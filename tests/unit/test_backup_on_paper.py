"""What opens a backup lies on paper: what was copied wrongly from it is found, and nothing else opens it."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.journal_archive import journal_back, journal_out
from storage.backup.sealed_file import (
    BackupKeyUnusable,
    SealedFile,
    from_paper,
    new_secret,
    on_paper,
    opened,
    public_of,
)
from storage.sealing import SealBroken

PLAIN = os.urandom(200_000)


def sealed(secret: bytes, name: str = "database") -> bytes:
    return b"".join(SealedFile(public_of(secret), name).blocks([PLAIN[:70_000], PLAIN[70_000:]]))


def read_from(data: bytes, secret: bytes, name: str = "database") -> bytes:
    return b"".join(opened(secret, name, lambda start, length: data[start : start + length], len(data)))


@given(secret=st.binary(min_size=32, max_size=32))
def test_a_secret_is_read_from_paper_as_people_type_it(secret: bytes) -> None:
    paper = on_paper(secret)

    assert from_paper(paper) == secret
    assert from_paper(f"  {paper.lower().replace(' ', '-')}\n") == secret


@given(secret=st.binary(min_size=32, max_size=32), at=st.integers(0, 68), letter=st.sampled_from("ABQZ27"))
def test_one_wrong_letter_is_found(secret: bytes, at: int, letter: str) -> None:
    paper = on_paper(secret)
    if paper[at] in {letter, " "}:
        return
    with pytest.raises(BackupKeyUnusable):
        from_paper(paper[:at] + letter + paper[at + 1 :])


@pytest.mark.parametrize("typed", ["", "abc", "あ", "A" * 56, on_paper(bytes(32))[:-1]])
def test_what_is_no_secret_is_refused(typed: str) -> None:
    with pytest.raises(BackupKeyUnusable):
        from_paper(typed)


def test_only_the_secret_opens_a_file_and_only_under_its_own_name() -> None:
    secret = new_secret()
    data = sealed(secret)

    assert read_from(data, secret) == PLAIN
    assert PLAIN[100:132] not in data
    for changed, key, name in (
        (data, new_secret(), "database"), (data, secret, "journal"), (data[:-1], secret, "database"),
        (b"", secret, "database"), (b"x" + data[1:], secret, "database"),
        (data[:200] + bytes([data[200] ^ 1]) + data[201:], secret, "database"),
    ):  # fmt: skip
        with pytest.raises(SealBroken):
            read_from(changed, key, name)


def test_journals_come_back_as_they_were_and_nothing_leaves_their_folder(tmp_path: Path) -> None:
    there, back = tmp_path / "journal", tmp_path / "back"
    for name, data in (("1-a/1.jsonl", b"{}\n{}\n"), ("1-a/2.jsonl", b""), ("2-b/1.jsonl", b'{"torn')):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_bytes(data)

    assert journal_back(journal_out(there), back) == 3
    assert {file.relative_to(back): file.read_bytes() for file in back.rglob("*.jsonl")} == {
        file.relative_to(there): file.read_bytes() for file in there.rglob("*.jsonl")
    }

    evil = io.BytesIO()
    with tarfile.open(fileobj=evil, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../outside.jsonl"), io.BytesIO())
    assert journal_back([evil.getvalue()], back) == 0
    assert not (tmp_path / "outside.jsonl").exists()
