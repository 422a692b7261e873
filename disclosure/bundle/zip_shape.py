"""Whether a ZIP is nothing but its entries, each encrypted: no word, no byte, no entry beside them.

A ZIP is read from its end, and readers skip what they do not need: before the first entry, between two of
them, in the fields of an entry, behind the list. None of it is under the password or the signature. So every
byte is accounted for. An entry in clear would be shown by any program to whoever finds the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pyzipper

_LOCAL, _LISTED, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_BYTES, _LISTED_BYTES, _END_BYTES, _BIG_END_BYTES = 30, 46, 22, 76
_AES, _SIZES = 0x9901, 0x0001
_AES_METHOD, _AES_256, _ENCRYPTED = 99, 3, 1
_MADE = b"\x00\x00\x21\x28"
"""2000-01-01 00:00 as a ZIP writes it: when the hall worked on it is nobody's business."""


def zip_faults(path: Path) -> Iterator[str]:
    """Name what a bundle's ZIP must not have; nothing: it is only its entries.

    Args:
        path: of the ZIP; no password is needed

    Raises:
        zipfile.BadZipFile, ValueError, OSError: it is no ZIP
    """
    with pyzipper.AESZipFile(path) as bundle, path.open("rb") as file:
        entries, listed_at, size = bundle.infolist(), bundle.start_dir, path.stat().st_size
        if bundle.comment:
            yield "comment"
        at = 0
        for one in entries:
            if one.header_offset != at:
                yield "bytes between entries"
            at = one.header_offset
            head = _read(file, at, _LOCAL_BYTES)
            name, extra = struct.unpack("<HH", head[26:30])
            if head[:4] != _LOCAL or _read(file, at + _LOCAL_BYTES, name) != one.filename.encode():
                yield "entry"
            yield from _entry(head[6:10], head[10:14], _read(file, at + _LOCAL_BYTES + name, extra))
            at += _LOCAL_BYTES + name + extra + one.compress_size
        if at != listed_at:
            yield "bytes between entries"
        at = listed_at
        for one in entries:
            head = _read(file, at, _LISTED_BYTES)
            name, extra, comment = struct.unpack("<HHH", head[28:34])
            if head[:4] != _LISTED or comment or one.is_dir():
                yield "list"
            yield from _entry(
                head[8:12], head[12:16], _read(file, at + _LISTED_BYTES + name, extra)
            )  # fmt: skip
            at += _LISTED_BYTES + name + extra + comment
        if size - at not in {_END_BYTES, _END_BYTES + _BIG_END_BYTES}:
            yield "bytes behind the list"
        end = _read(file, size - _END_BYTES, _END_BYTES)
        if end[:4] != _END or end[-2:] != b"\0\0":
            yield "bytes behind the list"


def _entry(how: bytes, when: bytes, extra: bytes) -> Iterator[str]:
    """Look at one entry's fields: encrypted with AES-256, without time and without room for more."""
    flags, method = struct.unpack("<HH", how)
    fields = dict(_fields(extra))
    strength = fields.get(_AES, b"\0" * 7)[4:5]
    if not flags & _ENCRYPTED or method != _AES_METHOD or strength != bytes([_AES_256]):
        yield "not encrypted"
    if set(fields) - {_AES, _SIZES} or sum(4 + len(one) for one in fields.values()) != len(extra):
        yield "field of an entry"
    if when != _MADE:
        yield "time of an entry"


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<HH", extra[at : at + 4])
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    data = file.read(length)
    if len(data) != length:
        raise ValueError("the list of the ZIP points beside it")
    return data
