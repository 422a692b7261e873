"""Our sealed bytes are Tink's: what one writes the other reads, at every size that matters."""

from __future__ import annotations

import io
import os
import random

import pytest
import tink
from google.protobuf.message import Message
from tink import cleartext_keyset_handle, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

from storage.sealing import KEY_BYTES, SEGMENT_BYTES, SealBroken, SealedReader, plain_size, seal_stream

FIRST = SEGMENT_BYTES - 40 - 16
PLAIN = SEGMENT_BYTES - 16
SIZES = [
    0, 1, 15, 16, 17, FIRST - 1, FIRST, FIRST + 1, FIRST + PLAIN - 1, FIRST + PLAIN, FIRST + PLAIN + 1,
    3 * SEGMENT_BYTES, FIRST + 3 * PLAIN, 1_000_003,
]  # fmt: skip
AAD = b"a recording|master"


def of_tink(key: bytes) -> streaming_aead.StreamingAead:
    streaming_aead.register()
    value = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(
        key_value=key,
        params=aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
            ciphertext_segment_size=SEGMENT_BYTES, derived_key_size=32, hkdf_hash_type=common_pb2.SHA256
        ),
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    entry = keyset.key.add()
    entry.key_id, entry.status, entry.output_prefix_type = 1, tink_pb2.ENABLED, tink_pb2.RAW
    entry.key_data.type_url = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
    entry.key_data.key_material_type = tink_pb2.KeyData.SYMMETRIC
    entry.key_data.value = value.SerializeToString()
    assert isinstance(keyset, Message)
    handle = cleartext_keyset_handle.read(tink.BinaryKeysetReader(keyset.SerializeToString()))
    return handle.primitive(streaming_aead.StreamingAead)


def sealed_bytes(key: bytes, plain: bytes, block: int = 50_000) -> bytes:
    blocks = (plain[start : start + block] for start in range(0, len(plain), block))
    return b"".join(seal_stream(key, AAD, blocks))


def reader(key: bytes, sealed: bytes, aad: bytes = AAD) -> SealedReader:
    return SealedReader(key, aad, lambda start, length: sealed[start : start + length], len(sealed))


class KeptOpen(io.BytesIO):
    """Tink closes what it writes to; the bytes are wanted afterwards."""

    def close(self) -> None:
        pass


@pytest.mark.parametrize("size", SIZES)
def test_tink_opens_what_we_seal(size: int) -> None:
    key, plain = os.urandom(KEY_BYTES), os.urandom(size)

    sealed = sealed_bytes(key, plain)

    with of_tink(key).new_decrypting_stream(io.BytesIO(sealed), AAD) as stream:
        assert stream.read() == plain


@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_tink_seals_whole_and_in_ranges(size: int) -> None:
    key, plain = os.urandom(KEY_BYTES), os.urandom(size)
    out = KeptOpen()
    with of_tink(key).new_encrypting_stream(out, AAD) as stream:
        stream.write(plain)
    sealed = out.getvalue()

    assert plain_size(len(sealed)) == size
    assert b"".join(reader(key, sealed).stream()) == plain
    dice = random.Random(size)  # noqa: S311  ranges, not keys
    for _ in range(30):
        start, length = dice.randint(0, size + 5), dice.randint(0, 200_000)
        assert reader(key, sealed).read(start, length) == plain[start : start + length]


def test_ranges_touch_only_the_segments_they_need() -> None:
    key, plain = os.urandom(KEY_BYTES), os.urandom(10 * SEGMENT_BYTES)
    sealed = sealed_bytes(key, plain)
    asked: list[int] = []

    def read_range(start: int, length: int) -> bytes:
        asked.append(length)
        return sealed[start : start + length]

    assert (
        SealedReader(key, AAD, read_range, len(sealed)).read(5 * SEGMENT_BYTES, 10)
        == (plain[5 * SEGMENT_BYTES : 5 * SEGMENT_BYTES + 10])
    )
    assert sum(asked) <= 40 + 2 * SEGMENT_BYTES


def test_other_words_and_another_key_open_nothing() -> None:
    key = os.urandom(KEY_BYTES)
    sealed = sealed_bytes(key, b"words of a citizen")

    with pytest.raises(SealBroken):
        list(reader(key, sealed, b"a recording|peaks").stream())
    with pytest.raises(SealBroken):
        list(reader(os.urandom(KEY_BYTES), sealed).stream())


@pytest.mark.parametrize("size", [0, 1, FIRST, FIRST + 1, 200_000])
def test_cut_or_changed_bytes_are_noticed(size: int) -> None:
    key = os.urandom(KEY_BYTES)
    sealed = sealed_bytes(key, os.urandom(size))

    for cut in {0, 1, 39, 40, 55, len(sealed) - 1, len(sealed) - 16, len(sealed) - 17, SEGMENT_BYTES}:
        if 0 <= cut < len(sealed):
            with pytest.raises(SealBroken):
                list(reader(key, sealed[:cut]).stream())
    for at in {0, 1, 33, 40, len(sealed) // 2, len(sealed) - 1}:
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            list(reader(key, bytes(changed)).stream())


def test_segments_cannot_change_places() -> None:
    key = os.urandom(KEY_BYTES)
    sealed = sealed_bytes(key, os.urandom(4 * SEGMENT_BYTES))
    second, third = sealed[SEGMENT_BYTES : 2 * SEGMENT_BYTES], sealed[2 * SEGMENT_BYTES : 3 * SEGMENT_BYTES]
    swapped = sealed[:SEGMENT_BYTES] + third + second + sealed[3 * SEGMENT_BYTES :]

    with pytest.raises(SealBroken):
        reader(key, swapped).read(SEGMENT_BYTES, 10)
