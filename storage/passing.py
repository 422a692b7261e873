"""Counts and hashes bytes on their way, so that nobody has to hold a whole recording to know what it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator


class Passing:
    """What has passed so far: its size in bytes and its SHA-256."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> bytes:
        """Fingerprint of everything that has passed."""
        return self._hash.digest()

    def note(self, block: bytes) -> bytes:
        """Take note of the next bytes and hand them on."""
        self.size += len(block)
        self._hash.update(block)
        return block

    def through(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Hand blocks on one by one."""
        for block in blocks:
            yield self.note(block)

    def ranges(self, read_range: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
        """Hand on what is read by ``read_range``, from the first byte to the last and none twice."""
        return lambda start, length: self.note(read_range(start, length))
