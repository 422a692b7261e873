"""Where an encoder writes that wants a file: its front stays and may change, the rest is given away at once.

Encoders go back to write into the front of a file what they know only at its end. A sealed stream cannot go
back, so the front waits here; whoever packs gives it away when it is whole. What is written back elsewhere is
lost, and said to be.
"""

from __future__ import annotations

import io


class PackingOutlet:
    """A file of which only the front is kept.

    Args:
        front_bytes: length of the front
    """

    def __init__(self, front_bytes: int) -> None:
        self.front = bytearray()
        self._front_bytes = front_bytes
        self._astray = False
        self._waiting = bytearray()
        self._at = self._end = 0

    def write(self, data: bytes) -> int:
        """Take what the encoder writes. ``take`` tells what went astray: raised here, C would lose it."""
        raw = bytes(data)
        in_front = max(0, min(len(raw), self._front_bytes - self._at))
        again = self._at < self._end
        if again and (in_front < len(raw) or self._at + in_front > len(self.front)):
            self._astray = True
        else:
            self.front[self._at : self._at + in_front] = raw[:in_front]
            self._waiting += raw[in_front:]
        self._at += len(raw)
        self._end = max(self._end, self._at)
        return len(raw)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        return self._at

    def tell(self) -> int:
        """Say where the next bytes go."""
        return self._at

    def take(self) -> bytes:
        """Return what came behind the front since the last time.

        Raises:
            UnsupportedOperation: something was written back behind the front, and is lost
        """
        if self._astray:
            raise io.UnsupportedOperation
        taken, self._waiting = bytes(self._waiting), bytearray()
        return taken
