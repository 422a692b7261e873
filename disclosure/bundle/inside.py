"""What lies in a finished bundle, for whoever looks at it in the hall (閲覧・聴取), and nothing else."""

from __future__ import annotations

import re
from typing import IO

import pyzipper

from disclosure.bundle.making import OMISSIONS, TRANSCRIPT

_SOUND = re.compile(r"call-([0-9]+)\.webm")
_PAPERS = (TRANSCRIPT, OMISSIONS)


class Inside:
    """An opened bundle. The file stays the caller's, who closes it."""

    def __init__(self, file: IO[bytes], password: str) -> None:
        self._bundle = pyzipper.AESZipFile(file)
        self._bundle.setpassword(password.encode())

    @property
    def sounds(self) -> tuple[str, ...]:
        """Names of what is heard, the first call first."""
        known = [_SOUND.fullmatch(name) for name in self._bundle.namelist()]
        return tuple(name for _, name in sorted((int(one[1]), one[0]) for one in known if one))

    @property
    def papers(self) -> tuple[str, ...]:
        """Names of what is read."""
        there = set(self._bundle.namelist())
        return tuple(one for one in _PAPERS if one in there)

    def read(self, name: str) -> bytes:
        """Return one of these files.

        Raises:
            KeyError: it is none of these
        """
        if name not in (*self.sounds, *self.papers):
            raise KeyError(name)
        return self._bundle.read(name)
