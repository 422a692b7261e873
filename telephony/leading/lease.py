"""Says which process leads a call: one small file per call, and nobody acts on a call without its lock.

Whoever leads holds the file's lock while it acts, and looks first whether the file still names it. Whoever
takes a call over writes its own name under the same lock. So a process that was frozen, and thaws, finds
another name before it can do anything; no clock is involved, and no database. When the holder of a lock is
itself frozen, it is killed before anybody goes on (`LivingProcesses.end_frozen`); where that is impossible,
the file is replaced.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from core.ids import CallId, LegId
from core.logs import get_log
from telephony.leading.lease_file import Lease, NextLease, read_lease, write_lease

NOBODY = ""
"""Owner of a call whose leader is leaving: whoever lives takes it at once."""

DIALPLAN = "dialplan"
"""Owner of a call that no process of ours leads any more, or ever did."""

LOCK_SECONDS = 1.0
"""How long the leader waits for a lock that another process holds: it holds it for microseconds."""

LOCK_AGAIN_SECONDS = 0.005

_SUFFIX = ".lease"
_CALL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")

log = get_log()


class LeaseGone(Exception):
    """Another process leads the call. Nothing may be done about it any more."""


class LeaseBusy(Exception):
    """Somebody acts on the call right now, or froze while acting."""


class CallLeases:
    """The leases of all calls of this machine, seen from one process."""

    def __init__(self, folder: Path, app: str) -> None:
        """Take the folder that all processes of this machine share, and this process's application."""
        self._folder = folder
        self._app = app
        self._held: dict[CallId, int] = {}
        self._without: set[CallId] = set()
        self._next = NextLease(folder, app)

    def prepare(self) -> None:
        """Make the next call's lease ready while nobody waits for it."""
        with suppress(OSError):  # told when a call wants it
            self._next.prepare()

    def close(self) -> None:
        """Leave nothing behind of a call that never came."""
        self._next.forget()

    def begin(self, call: CallId) -> bool:
        """Lead a call that just came to us; False when somebody has dealt with it already.

        A disk that takes no file costs no citizen the call: it is then led without a lease.
        """
        try:
            handle = self._next.name(self._file(call))
        except OSError as failure:
            return self._lead_without(call, failure)
        if handle is None:
            return False
        self._held[call] = handle
        return True

    def _lead_without(self, call: CallId, failure: OSError) -> bool:
        log.error("lease.not_written", call=call, code=str(failure.errno))
        self._without.add(call)
        return True

    @asynccontextmanager
    async def acting(self, call: CallId) -> AsyncGenerator[None]:
        """Hold a call's lock while something is done about it.

        Raises:
            LeaseGone: the call is not ours any more; nothing may be done.
        """
        if call in self._without:
            yield
            return
        handle = self._held.get(call)
        if handle is None:
            raise LeaseGone
        await self._lock(handle)
        try:
            if not self._names_us(handle):
                raise LeaseGone
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)

    def is_ours(self, call: CallId) -> bool:
        """Say whether we lead a call at this moment."""
        if call in self._without:
            return True
        handle = self._held.get(call)
        return handle is not None and self._names_us(handle)

    def tell_legs(self, call: CallId, legs: Collection[LegId]) -> None:
        """Name the legs whose keys count, so that other processes hear them too. Only while `acting`."""
        handle = self._held.get(call)
        if handle is None:
            return
        before = read_lease(handle)
        if before is not None and before.owner == self._app and before.legs != tuple(legs):
            with suppress(OSError):
                write_lease(handle, Lease(owner=self._app, term=before.term, legs=tuple(legs)))

    def take(self, call: CallId, may_take: Callable[[str], bool]) -> int | None:
        """Take a call over from whom ``may_take`` allows; nobody's calls may always be taken.

        Returns:
            the new term, from 1 on; None when somebody else leads the call

        Raises:
            LeaseBusy: its lock is held; look again.
        """
        try:
            handle = self._locked(call)
        except FileNotFoundError:
            return None
        except OSError as failure:
            log.error("lease.not_written", call=call, code=str(failure.errno))  # noqa: TRY400
            return None
        try:
            now = read_lease(handle)
            if now is not None and now.owner not in (NOBODY, self._app) and not may_take(now.owner):
                os.close(handle)
                return None
            term = 1 if now is None else now.term + 1
            write_lease(handle, Lease(owner=self._app, term=term))
        except OSError:
            os.close(handle)
            return None
        self._hold(call, handle)
        return term

    def release(self, call: CallId) -> None:
        """Let a call go to whoever lives. We must not be acting on it."""
        self._rewrite(call, NOBODY)

    def leave_to_dialplan(self, call: CallId) -> None:
        """Say that nobody of ours is to lead this call: the dialplan serves it."""
        self._rewrite(call, DIALPLAN)

    def finish(self, call: CallId) -> None:
        """Forget a call that is over, if it is ours."""
        handle = self._held.get(call)
        if handle is not None and self._names_us(handle):
            with suppress(OSError):
                self._file(call).unlink()
        self.forget(call)

    def forget(self, call: CallId) -> None:
        """Let go of a call that is another process's."""
        self._without.discard(call)
        handle = self._held.pop(call, None)
        if handle is not None:
            os.close(handle)

    def break_lock(self, call: CallId) -> None:
        """Replace the file of a call whose lock cannot be had: its holder is frozen and cannot be killed.

        The holder finds at its next step that the file is gone.
        """
        log.error("lease.broken", call=call)
        with suppress(OSError):
            self._file(call).unlink()
            os.close(os.open(self._file(call), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    def clear(self, call: CallId) -> None:
        """Remove the file of a call that is nobody's and does not exist any more."""
        with suppress(OSError):
            self._file(call).unlink()

    def all(self) -> dict[CallId, Lease]:
        """Read every lease. One that was never filled is nobody's."""
        return dict(self._read_all())

    def _read_all(self) -> Iterator[tuple[CallId, Lease]]:
        try:
            files = [one for one in os.scandir(self._folder) if one.name.endswith(_SUFFIX)]
        except OSError:
            return
        for file in files:
            with suppress(OSError):
                handle = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    lease = read_lease(handle)
                finally:
                    os.close(handle)
                yield CallId(file.name.removesuffix(_SUFFIX)), lease or Lease(owner=NOBODY)

    # -----------------------------------------------------------------------------------------------------

    def _file(self, call: CallId) -> Path:
        if not _CALL.fullmatch(call):
            raise ValueError("not the name of a call")
        return self._folder / f"{call}{_SUFFIX}"

    def _hold(self, call: CallId, handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
        self.forget(call)
        self._held[call] = handle

    def _locked(self, call: CallId) -> int:
        """Open a call's file, made if there is none, and lock it."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._file(call), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise LeaseBusy from None
        if os.fstat(handle).st_nlink == 0:
            os.close(handle)
            raise LeaseBusy
        return handle

    async def _lock(self, handle: int) -> None:
        waited = 0.0
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if waited >= LOCK_SECONDS:
                    raise LeaseGone from None
                await asyncio.sleep(LOCK_AGAIN_SECONDS)
                waited += LOCK_AGAIN_SECONDS
            else:
                return

    def _names_us(self, handle: int) -> bool:
        try:
            if os.fstat(handle).st_nlink == 0:
                return False
            lease = read_lease(handle)
        except OSError:
            return False
        return lease is not None and lease.owner == self._app

    def _rewrite(self, call: CallId, owner: str) -> None:
        handle = self._held.get(call)
        if handle is None:
            return
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            before = read_lease(handle)
            if before is not None and before.owner == self._app:
                write_lease(handle, Lease(owner=owner, term=before.term))
        self.forget(call)
