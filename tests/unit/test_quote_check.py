"""An exported quote stands or falls by itself: one bit that is another, and it is refused with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incidents.quotes.check import Look, check_quote
from incidents.quotes.clip import flac_of, samples_of
from incidents.quotes.file import LONGEST, NotAQuoteFile, QuoteFile, QuoteFileTooLong, packed, unpacked
from incidents.quotes.log_path import NotALogPath, read_head, read_knock
from incidents.quotes.statement import NotAStatement, Speaker, SpeakerKind, hash_of, read_statement, written
from tests.made_quote import CITY, OTHERS, SOUND, quote_file, row_of, stated

LIMITS = settings(max_examples=150, deadline=None, derandomize=True)
WHOLE = packed(quote_file())
KEY = CITY.public_key()


def failing(file: QuoteFile) -> list[Look]:
    return [one.look for one in check_quote(packed(file), KEY).findings if one.fits is False]


def test_a_quote_as_the_city_exported_it_stands() -> None:
    verdict = check_quote(WHOLE, KEY)

    assert verdict.genuine
    assert verdict.statement.text == "責任者"
    assert CITY.public_key().public_bytes_raw().hex().encode() not in WHOLE, "never a key inside the file"


@LIMITS
@given(st.integers(0, 8 * len(WHOLE) - 1))
def test_one_bit_that_is_another_is_seen_wherever_it_lies(bit: int) -> None:
    changed = bytearray(WHOLE)
    changed[bit // 8] ^= 1 << bit % 8

    try:
        genuine = check_quote(bytes(changed), KEY).genuine
    except NotAQuoteFile:
        genuine = False

    assert not genuine


@pytest.mark.parametrize(
    ("change", "look"),
    [
        (lambda one: one.model_copy(update={"text": "責仼者"}), Look.STATEMENT),
        (lambda one: one.model_copy(update={"start_ms": 32_399}), Look.STATEMENT),
        (lambda one: one.model_copy(update={"speaker": Speaker(kind=SpeakerKind.UNKNOWN)}), Look.STATEMENT),
        (
            lambda one: one.model_copy(update={"heard": one.heard.model_copy(update={"name": "別人"})}),
            Look.STATEMENT,
        ),
        (lambda one: one.model_copy(update={"practice": True}), Look.STATEMENT),
    ],
)
def test_what_is_stated_cannot_be_stated_otherwise(change: Callable[..., object], look: Look) -> None:
    file = replace(quote_file(), statement=written(change(stated())))  # type: ignore[arg-type]

    assert look in failing(file)


def test_each_part_that_is_another_is_named() -> None:
    file, other = quote_file(), quote_file(stated(text="担当"), key=OTHERS)
    louder = flac_of(SOUND + 1)

    assert failing(replace(file, knock=other.knock)) == [Look.ROW, Look.STATEMENT]
    assert failing(replace(file, previous=bytes(32))) == [Look.ROW]
    assert failing(replace(file, head=other.head)) == [Look.SIGNATURE, Look.ROW]
    assert failing(replace(file, signature=other.signature)) == [Look.SIGNATURE]
    assert failing(replace(file, fingerprint=other.fingerprint)) == [Look.KEY]
    assert failing(replace(file, clip=louder)) == [Look.CLIP_FILE]
    assert failing(other) == [Look.KEY, Look.SIGNATURE]


def test_what_another_key_signed_is_refused_though_it_is_whole() -> None:
    assert check_quote(packed(quote_file(key=OTHERS)), OTHERS.public_key()).genuine
    assert not check_quote(packed(quote_file(key=OTHERS)), KEY).genuine


def test_a_row_that_was_no_export_or_was_refused_proves_nothing() -> None:
    line = written(stated())

    for facts in ({"act": "listen"}, {"granted": False}, {"detail": {}}):
        assert failing(quote_file(row=row_of(line, **facts))) == [Look.STATEMENT]
    practised = row_of(line, detail={"practice": 1, "statement": hashlib.sha256(line).hexdigest()})
    assert failing(quote_file(row=practised)) == [Look.AGREEMENT], "a practice call that is said to be real"
    assert failing(quote_file(row=row_of(line, recording=None))) == [Look.AGREEMENT]


def test_sound_that_is_longer_than_its_seconds_is_refused_though_the_city_signed_it() -> None:
    assert failing(quote_file(stated(end_ms=33_399))) == [Look.CLIP_SOUND]
    assert failing(quote_file(stated(end_ms=33_402))) == [Look.CLIP_SOUND]


@LIMITS
@given(st.integers(0, len(WHOLE) - 1))
@example(0)
@example(len(WHOLE) - 1)
def test_a_torn_file_is_refused_wherever_it_ends(end: int) -> None:
    with pytest.raises(NotAQuoteFile):
        check_quote(WHOLE[:end], KEY)


def test_what_follows_a_file_or_makes_it_huge_is_refused() -> None:
    for data in (WHOLE + b"\n", WHOLE + b"x", WHOLE.replace(b"\n", b"\r\n"), b"PK\x03\x04" + bytes(100)):
        with pytest.raises(NotAQuoteFile):
            check_quote(data, KEY)
    with pytest.raises(QuoteFileTooLong):
        check_quote(bytes(LONGEST + 1), KEY)


DEEP = b"[" * 30_000


@LIMITS
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
@example(DEEP)
@example(b'{"call":' * 3_000)
@example(b'{"what":"tsuwaroku quote v1","text":"\\ud800"}')
@example(written(stated()).replace(b'"track"', b'"track" '))
@example(written(stated())[:-1] + b',"what":"tsuwaroku quote v1"}')
def test_nonsense_is_no_quote_no_statement_and_no_row(data: bytes) -> None:
    with pytest.raises(NotAQuoteFile):
        unpacked(data)
    with pytest.raises(NotAQuoteFile):
        check_quote(packed(replace(quote_file(), statement=data.replace(b"\n", b""))), KEY)
    with pytest.raises(NotAStatement):
        read_statement(data)
    for read in (read_head, read_knock):
        with pytest.raises(NotALogPath):
            read(data)


def test_the_worked_example_of_the_documents_fits() -> None:
    data, told = Path("docs/examples/example.tsuquote").read_bytes(), Path("docs/quote-file.md").read_text()
    key = load_pem_public_key(Path("docs/examples/example-city.pem").read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    verdict = check_quote(data, key)

    assert verdict.genuine
    clip, stands = verdict.statement.clip, unpacked(data)
    for one in (
        stands.fingerprint.hex(), verdict.head.hash, hash_of(stands.statement), clip.flac_sha256,
        clip.samples_sha256,
    ):  # fmt: skip
        assert f"`{one}`" in told


def test_a_clip_is_never_unpacked_beyond_what_was_stated() -> None:
    bomb = flac_of(SOUND.repeat(50) * 0)

    unpacked_sound = samples_of(bomb, 10)

    assert unpacked_sound is not None
    assert len(unpacked_sound) == 11
    assert samples_of(b"fLaC" + bytes(200), 10) is None
