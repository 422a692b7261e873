"""The file of a lease: what it says, and one that is filled beforehand, so that a new call only names it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.ids import LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What a call's file says: who leads it, for the how manieth time it was taken, and whose keys count."""

    owner: str
    term: int = 0
    legs: tuple[LegId, ...] = ()


def read_lease(handle: int) -> Lease | None:
    """Read a lease; None for one that says nothing (yet). Raises OSError."""
    try:
        told = json.loads(os.pread(handle, 65536, 0).split(b"\n", 1)[0])
        return Lease(
            owner=str(told["owner"]),
            term=int(told["term"]),
            legs=tuple(LegId(str(leg)) for leg in told["legs"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def write_lease(handle: int, lease: Lease) -> None:
    """Write a lease from the file's beginning. Raises OSError."""
    told = {"owner": lease.owner, "term": lease.term, "legs": list(lease.legs)}
    os.pwrite(handle, json.dumps(told).encode() + b"\n", 0)


class NextLease:
    """A lease of ours that has no call yet. It is filled before it bears a name: nobody meets it empty."""

    def __init__(self, folder: Path, owner: str) -> None:
        """Take the folder of the leases, and whom the lease will name."""
        self._folder = folder
        self._owner = owner
        self._unnamed = folder / f".{owner}.new"
        self._handle: int | None = None

    def prepare(self) -> None:
        """Fill the file, if that is not done yet: while no caller waits. Raises OSError."""
        if self._handle is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._unnamed.unlink(missing_ok=True)
        handle = os.open(self._unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            write_lease(handle, Lease(owner=self._owner))
        except OSError:
            os.close(handle)
            raise
        self._handle = handle

    def name(self, file: Path) -> int | None:
        """Give the lease its call's name, and return the open file; None when that call has a lease already.

        Raises OSError when the disk takes no file.
        """
        self.prepare()
        if not self._linked(file):
            return None
        handle, self._handle = self._handle, None
        with suppress(OSError):
            self._unnamed.unlink()
        return handle

    def _linked(self, file: Path, *, again: bool = True) -> bool:
        try:
            os.link(self._unnamed, file)
        except FileExistsError:
            return False
        except FileNotFoundError:  # somebody cleared the folder meanwhile
            if not again:
                raise
            self.forget()
            self.prepare()
            return self._linked(file, again=False)
        return True

    def forget(self) -> None:
        """Take the file away again: this process begins no more calls."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        with suppress(OSError):
            self._unnamed.unlink()
