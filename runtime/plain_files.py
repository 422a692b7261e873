"""Root touches files of another user only if they are plain ones: no link is followed, by whatever name.

Folders of keys, journals and heads belong to the service's own user, others to PostgreSQL's and Asterisk's.
Whoever broke into one of these could lay a link there to a file of the whole machine, for root to read out,
to give away or to write over.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.logs import get_log

READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Through no link, and without waiting for the other end of a pipe."""

log = get_log()


def files_in(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield every plain file below a folder, if there is one: its path in there, and itself, open meanwhile.

    A file of several names is passed over too: one of them may be somebody else's.
    """
    if not folder.is_dir():
        return
    for place, _, names, within in os.fwalk(folder, follow_symlinks=False):
        for name in sorted(names):
            with _opened(name, within) as found:
                if found is not None:
                    yield (Path(place) / name).relative_to(folder), found


def read_whole(found: int) -> bytes:
    """Read a file that ``files_in`` gave."""
    with os.fdopen(os.dup(found), "rb") as file:
        return file.read()


def hand_over(folder: Path, user: str | None) -> None:
    """Give everything below a folder, and itself, to a user; nobody else reads it (0600, folders 0700).

    Args:
        folder: what only root could have made here
        user: whose it becomes; None: it stays the caller's
    """
    for _, _, names, within in os.fwalk(folder, follow_symlinks=False):
        for name in sorted(names):
            with _opened(name, within) as found:
                if found is not None:
                    _give(found, user, 0o600)
        _give(within, user, 0o700)


def own_folder(folder: Path, mode: int, *, user: int = -1, group: int = -1) -> None:
    """Make a folder if it is missing, and give it to somebody.

    A link that another user laid in its place is taken away and told; one of root's own is an
    administrator's wish to keep it elsewhere.

    Args:
        folder: which
        mode: its permissions
        user: whose it becomes; -1: it stays whose it is
        group: likewise
    """
    if _is_foreign_link(folder):
        log.warning("folder.link-removed")
        folder.unlink()
    follow = 0 if folder.is_symlink() else os.O_NOFOLLOW
    folder.mkdir(parents=True, exist_ok=True)
    found = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | follow)
    try:
        os.fchmod(found, mode)
        os.fchown(found, user, group)
    finally:
        os.close(found)


def write_anew(file: Path, content: bytes, owner: str | None = None) -> None:
    """Write a file in place of what lies there, through no link; its owner alone reads it (0600)."""
    making = file.with_name(f".{file.name}.{os.getpid()}.making")
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as out:
        if owner is not None:
            _give(handle, owner, 0o600)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    making.replace(file)


@contextmanager
def _opened(name: str, within: int) -> Generator[int | None]:
    try:
        found = os.open(name, READING, dir_fd=within)
    except FileNotFoundError:
        yield None  # gone this very moment
        return
    except OSError:
        log.warning("file.passed-over", reason="not-opened")
        yield None
        return
    try:
        told = os.fstat(found)
        if stat.S_ISREG(told.st_mode) and told.st_nlink == 1:
            yield found
        else:
            log.warning("file.passed-over", reason="not-plain")
            yield None
    finally:
        os.close(found)


def _is_foreign_link(folder: Path) -> bool:
    return folder.is_symlink() and folder.lstat().st_uid != os.geteuid()


def _give(found: int, user: str | None, mode: int) -> None:
    os.fchmod(found, mode)
    if user is not None:
        owner = pwd.getpwnam(user)
        os.fchown(found, owner.pw_uid, owner.pw_gid)
