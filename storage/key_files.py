"""Keys in files, one each, readable by their owner only. A lost one is never replaced silently.

``numbers.key`` and ``number-hash.key`` stay for good. ``vault.key`` wraps until ``vault-2.key`` is there,
that one until ``vault-3.key``; every one that lies in the folder unwraps. Processes that were already running
see a newer file the next time they are asked, so nothing has to be restarted to take it up.
"""

from __future__ import annotations

import base64
import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path

from core.logs import get_log
from storage.keys import KEY_BYTES, FixedKeys, KeyName, KeysMissing, KeysUnusable, Wrapped, WrongKey, key_of

_NAMES: tuple[KeyName, ...] = ("numbers", "number-hash")
_VAULT_FILE = re.compile(r"vault(?:-([1-9][0-9]{0,3}))?\.key")
RETIRED = "retired"

_State = tuple[int, frozenset[Path]] | None


class FileKeys:
    """The keys in one folder, read anew when the folder changes.

    Raises:
        KeysMissing, KeysUnusable
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reading = threading.Lock()
        self._seen, self._keys = self._read()

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypt a data key under the newest file's key."""
        return self._present().wrap(key, context)

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the data key, or raise WrongKey."""
        return self._present().unwrap(kek_id, wrapped, context)

    def rewrap(self, keys: Sequence[Wrapped]) -> tuple[str, list[bytes]]:
        """Wrap data keys anew under the newest file's key."""
        return self._present().rewrap(keys)

    def secret(self, name: KeyName) -> bytes:
        """Return a key itself."""
        return self._present().secret(name)

    def known(self) -> Sequence[str]:
        """Return the ids of the keys that unwrap; the last one wraps."""
        return self._present().known()

    def renew(self) -> str:
        """Write a newer file, with the owner that the folder has."""
        newest = max(_vault_files(self._folder))
        _write_new(self._folder / f"vault-{newest + 1}.key")
        with self._reading:
            self._seen, self._keys = self._read()
            return self._keys.known()[-1]

    def retire(self, kek_id: str) -> str:
        """Move an older file into a folder beside; copies of the database from before still need it."""
        known = self.known()
        if kek_id not in known[:-1]:
            raise WrongKey
        files = _vault_files(self._folder)
        file = files[sorted(files)[known.index(kek_id)]]
        beside = self._folder / RETIRED
        beside.mkdir(mode=0o700, exist_ok=True)
        _give_to_owner_of(self._folder, beside)
        moved = beside / f"{kek_id}.key"
        file.rename(moved)
        return str(moved)

    def _present(self) -> FixedKeys:
        with self._reading:
            if _state_of(self._folder) != self._seen:
                try:
                    self._seen, self._keys = self._read()
                except (KeysMissing, KeysUnusable) as error:
                    # What runs goes on with what it holds: recordings are sealed and calls led meanwhile. The
                    # next start and ``keys check`` say what is wrong with the folder.
                    get_log().warning("keys.not-read", code=error.code)
            return self._keys

    def _read(self) -> tuple[_State, FixedKeys]:
        seen = _state_of(self._folder)  # before the files: a change meanwhile is seen the next time
        files = _vault_files(self._folder)
        if not files:
            raise KeysMissing
        *former, newest = (_key_in(files[number]) for number in sorted(files))
        keys: dict[KeyName, bytes] = {name: _key_in(self._folder / f"{name}.key") for name in _NAMES}
        return seen, FixedKeys({**keys, "vault": newest}, former=former)


def keys_from_files(folder: Path, *, create: bool) -> FileKeys:
    """Read the keys from ``folder``.

    Args:
        folder: where the key files lie
        create: make them if none is there (the first start on a fresh machine); otherwise refuse to start.
            Where one is left, the others were lost: making new ones would hide that

    Raises:
        KeysMissing: a key is not there and may not be made
        KeysUnusable: a file is readable by others, or does not hold a key
    """
    firsts = [folder / f"{name}.key" for name in ("vault", *_NAMES)]
    if create and not _vault_files(folder) and not any(file.exists() for file in firsts):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in firsts:
            _write_new(file)
    return FileKeys(folder)


def _vault_files(folder: Path) -> dict[int, Path]:
    found = ((_VAULT_FILE.fullmatch(file.name), file) for file in folder.glob("vault*.key"))
    return {int(match[1] or 1): file for match, file in found if match}


def _state_of(folder: Path) -> _State:
    """What a change shows in: names too, since two changes may fall into one tick of the file system."""
    try:
        return folder.stat().st_mtime_ns, frozenset(_vault_files(folder).values())
    except FileNotFoundError:
        return None


def _key_in(file: Path) -> bytes:
    try:
        if file.stat().st_mode & 0o077:
            raise KeysUnusable
        return key_of(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeysMissing from None
    except (PermissionError, UnicodeDecodeError):
        raise KeysUnusable from None


def _write_new(file: Path) -> None:
    """Write a key so that it is there whole or not at all, and never over another one."""
    making = file.with_suffix(f".{os.getpid()}.making")
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    # A person makes it as root; the service's own user must read it from its first moment.
    _give_to_owner_of(file.parent, making)
    try:
        os.link(making, file)
    except FileExistsError:
        pass  # another process was first; its key counts
    finally:
        making.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # nothing may be wrapped under a key whose name a power cut takes back
    finally:
        os.close(folder)


def _give_to_owner_of(folder: Path, made: Path) -> None:
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(made, owner.st_uid, owner.st_gid)
