"""Where the leases of calls lie: in memory where the machine has a place for it, one place for all processes.

A lease says which living process leads a call; after the machine has started anew it says nothing, so memory
loses nothing, and no answer waits for somebody else's writing on the disk. ``run/leases`` is then a link.
Only the supervisor makes or moves it, before the first process starts; whoever finds a link that leads
nowhere leads no calls rather than agreeing with nobody.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from core.logs import get_log

NAME = "leases"
IN_MEMORY = (Path("/run"), Path("/dev/shm"))  # noqa: S108  a folder of our own in it, made unguessable and 0700
LEAST_FREE_BYTES = 4 * 1024 * 1024

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_MOUNTS = Path("/proc/self/mounts")

log = get_log()


def place_in_memory(run: Path, user: str | None, *, places: Iterable[Path] | None = None) -> None:
    """Make ``run/leases`` a link into memory, or leave the plain folder that it is.

    Args:
        run: the home's folder of that name
        user: who the processes run as; None when they run as whoever starts them. Then it stays on the disk:
            what a person leaves in memory is swept away when that person signs out
        places: folders to choose from; without it those of IN_MEMORY that are in memory

    Leases of calls that go on, and processes that live, are never moved away from.
    """
    link = run / NAME
    if user is None or (link.is_symlink() and _is_ours(link.readlink(), user)):
        return
    if not link.is_symlink() and link.is_dir() and _in_use(link):
        return
    for place in _memory() if places is None else places:
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"tsuwaroku-{_boot()}-", dir=place))
            shutil.chown(folder, user, user)
        except (OSError, LookupError):
            continue
        _replace(link, folder)
        return
    if link.is_symlink():
        link.unlink()


def find_place(run: Path) -> Path:
    """Return the folder of the leases to a process that starts.

    A link from before the machine started anew leads nowhere for everybody: then the disk serves, until the
    supervisor comes.
    """
    link = run / NAME
    if link.is_symlink() and not link.is_dir():
        if _boot() in link.readlink().name:
            log.error("lease.place_gone")
        else:
            with suppress(OSError):
                link.unlink()
            link.mkdir(mode=0o700, exist_ok=True)
    return link


def clear_place(run: Path) -> None:
    """Take the place in memory away when the service has stopped, unless calls go on without us."""
    link = run / NAME
    if not link.is_symlink() or not link.is_dir() or _in_use(link):
        return
    folder = link.readlink()
    link.unlink()
    # The link lies in a folder of the service's own user: it may lead to what only we could take away.
    if _is_ours(folder, run.owner()):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        log.error("lease.place_not_ours")


def _replace(link: Path, folder: Path) -> None:
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    unnamed = link.with_name(f".{NAME}.new")
    unnamed.unlink(missing_ok=True)
    unnamed.symlink_to(folder)
    unnamed.replace(link)


def _in_use(folder: Path) -> bool:
    """Say whether calls are led from here, or a process shows itself here."""
    return any(one.name.endswith(".lease") or _is_locked(one) for one in folder.iterdir())


def _is_locked(file: Path) -> bool:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return file.exists()
    finally:
        os.close(handle)
    return False


def _is_ours(folder: Path, user: str) -> bool:
    try:
        state = folder.lstat()
        return stat.S_ISDIR(state.st_mode) and not state.st_mode & 0o077 and folder.owner() == user
    except (OSError, KeyError):
        return False


def _memory() -> list[Path]:
    """Return the places of IN_MEMORY that are in memory and have room."""
    try:
        mounts = [line.split() for line in _MOUNTS.read_text("utf-8", errors="replace").splitlines()]
    except OSError:
        return []
    in_memory = {one[1] for one in mounts if one[2] == "tmpfs"}
    return [one for one in IN_MEMORY if str(one) in in_memory and _free(one) >= LEAST_FREE_BYTES]


def _free(place: Path) -> int:
    try:
        state = os.statvfs(place)
    except OSError:
        return 0
    return state.f_bavail * state.f_frsize


def _boot() -> str:
    """Name this run of the machine."""
    try:
        return _BOOT.read_text("ascii").strip()[:8]
    except OSError:
        return "unknown"
