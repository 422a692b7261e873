"""Readers of what comes with a recorder's file: nonsense is refused in words, whoever sends it."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.uploaded_file import EmptyFile, FileTooLarge, UploadBroken, UploadedFile
from incidents.imports.decoder_wire import (
    CLAIMS,
    DONE,
    LONGEST_RANGE,
    SOUND,
    WANTS,
    NotOfADecoder,
    Wanted,
    frame,
    plain_claims,
    read_told,
)

KIND = "multipart/form-data; boundary=b"


def form(data: bytes, name: str = "a.wav") -> bytes:
    return (
        b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + b"t\r\n"
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n'
        b"Content-Type: audio/wav\r\n\r\n" + data + b"\r\n--b--\r\n"
    )


def taken(body: bytes, step: int = 7, largest: int = 1000) -> tuple[UploadedFile, bytes]:
    file = UploadedFile(KIND, (body[at : at + step] for at in range(0, len(body), step)), largest)
    file.read_head()
    return file, b"".join(file.blocks())


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=30))
@example(b"S" + bytes(12), 0)
def test_decoder_wire_reads_what_it_knows_and_refuses_the_rest(noise: bytes, kept: int) -> None:
    whole = frame(CLAIMS, b'{"codec": "mp3"}')
    for data in (noise, whole[:kept] + noise, frame(SOUND, noise), frame(CLAIMS, noise)):
        try:
            read_told(io.BytesIO(data).read)
        except NotOfADecoder:
            continue


def test_a_decoder_asks_for_no_more_than_it_may() -> None:
    assert read_told(io.BytesIO(frame(WANTS, start=5, length=9)).read) == Wanted(start=5, length=9)
    assert read_told(io.BytesIO(frame(DONE)).read) is None
    with pytest.raises(NotOfADecoder):
        read_told(io.BytesIO(frame(WANTS, length=LONGEST_RANGE + 1)).read)


@given(st.dictionaries(st.text(max_size=300), st.text(max_size=600), max_size=60))
def test_claims_are_short_plain_words_whatever_a_file_says(written: dict[str, str]) -> None:
    for name, said in plain_claims(written).items():
        assert max(len(name), len(said)) <= 200
        assert (name + said).isprintable()
        assert "\0" not in name + said


@given(st.binary(min_size=1, max_size=300), st.integers(min_value=1, max_value=50))
@settings(max_examples=60)
def test_uploaded_file_gives_the_very_bytes_however_they_come(data: bytes, step: int) -> None:
    file, came = taken(form(data), step)

    assert (came, file.token, file.name) == (data, "t", "a.wav")


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=200))
def test_uploaded_file_refuses_nonsense_in_words(noise: bytes, kept: int) -> None:
    for body in (noise, form(b"abc")[:kept] + noise):
        try:
            taken(body)
        except (UploadBroken, EmptyFile, FileTooLarge):
            continue


def test_a_file_that_is_cut_off_empty_or_too_large_is_told_apart() -> None:
    with pytest.raises(UploadBroken):
        taken(form(b"x" * 100)[:-30])
    with pytest.raises(EmptyFile):
        taken(form(b""))
    with pytest.raises(FileTooLarge):
        taken(form(b"x" * 1001))
    with pytest.raises(UploadBroken):
        UploadedFile("multipart/form-data; boundary=" + "b" * 71, [], 10)


@pytest.mark.parametrize("told", ["/etc/passwd", "..\\..\\R1.wav", "a/b/../R1.wav", "%2e%2e%2fR1.wav"])
def test_no_name_leads_anywhere(told: str) -> None:
    file, _ = taken(form(b"x", name=told))

    assert "/" not in file.name
    assert "\\" not in file.name
