"""Drives every call: one queue and one task each; journal first, commands after.

A fault on one call never touches another, and never costs the caller the call: if the journal is slow the
command is performed all the same, and if anything of ours breaks, the dialplan serves the call alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Protocol

from core.clock import Clock
from core.ids import CallId
from core.logs import get_log
from telephony.call import events as on
from telephony.call.call import Call, offered
from telephony.leading.conversation import AlwaysOurs, Conversation, Leases
from telephony.leading.telephone_system import TelephoneSystem

JOURNAL_SECONDS = 0.05
"""How long a command waits for its event to be on disk. Beyond it the citizen's call comes first."""

HANGS_SECONDS = 2.0
"""A disk that took nothing for so long hangs: no more calls are claimed. A slow one costs nobody the call:
beside 150 calls single writes took a second, and every event was on the disk all the same."""


log = get_log()


class Journal(Protocol):
    """Writes what happened to calls where a power cut cannot reach it."""

    @property
    def writable(self) -> bool:
        """Whether the last attempt to write succeeded."""
        ...

    def submit(self, call: CallId, event: on.CallEvent, *, refused: bool = False) -> Future[None]:
        """Put an event in line; the future is done when it is on disk, and fails when the disk refuses."""
        ...

    def open_calls(self) -> Sequence[Call]:
        """Rebuild every call that has not ended and that no other living process leads. Reads files."""
        ...


class CallDriver:
    """Every call this process leads."""

    def __init__(
        self,
        phones: TelephoneSystem,
        journal: Journal,
        clock: Clock,
        *,
        on_written: Callable[[], None] = lambda: None,
        leases: Leases | None = None,
    ) -> None:
        """Take the telephone system, the journal, the clock, and whom to wake when something was written.

        ``leases`` says which calls are still ours; without it all of them are.
        """
        self._phones = phones
        self._journal = journal
        self._clock = clock
        self._on_written = on_written
        self._leases = leases or AlwaysOurs()
        self._conversations: dict[CallId, Conversation] = {}
        self._unwritten = deque[tuple[float, Future[None]]]()

    @property
    def journal_works(self) -> bool:
        """Say whether the journal can be written. Who cannot write claims no calls.

        A disk that hangs says nothing at all; what waits for it tells when it goes on.
        """
        while self._unwritten and self._unwritten[0][1].done():
            self._unwritten.popleft()
        if not self._unwritten:
            return self._journal.writable
        since, _ = self._unwritten[0]
        return self._journal.writable and asyncio.get_running_loop().time() - since < HANGS_SECONDS

    @property
    def calls(self) -> Mapping[CallId, Call]:
        """Every call that has not ended, as it stands. From any thread."""
        return {call: one.call for call, one in list(self._conversations.items())}

    @property
    def led(self) -> tuple[CallId, ...]:
        """Name every call that is led here. From any thread."""
        return tuple(self._conversations)

    def deliver(self, call: CallId, event: on.CallEvent) -> bool:
        """Hand a call its event; never waits. False when the call is not ours (any more)."""
        conversation = self._conversations.get(call)
        if conversation is None:
            if not isinstance(event, on.CallerArrived):
                return False
            conversation = self._begin(offered(call))
        conversation.queue.put_nowait(event)
        return True

    def is_untouched(self, call: Call) -> bool:
        """Say whether nothing has happened to a call since it stood like this, nor is under way."""
        conversation = self._conversations.get(call.id)
        return conversation is not None and conversation.call is call and conversation.rests

    def resume(self, call: Call, *found: on.CallEvent) -> None:
        """Lead a call on that another process led, from its journal and what is ``found`` of it."""
        if call.id not in self._conversations:
            conversation = self._begin(call)
            for event in found:
                conversation.queue.put_nowait(event)

    def let_go(self, call: CallId) -> bool:
        """Stop to lead a call that stands still; False when something is under way for it."""
        conversation = self._conversations.get(call)
        if conversation is None or not conversation.rests:
            return False
        conversation.stop()
        self._forget(call, conversation)
        return True

    def drop(self, call: CallId) -> None:
        """Forget a call that another process leads by now, whatever is waiting for it."""
        conversation = self._conversations.get(call)
        if conversation is not None and not conversation.busy:
            conversation.stop()
            self._forget(call, conversation)

    async def close(self) -> None:
        """Stop driving. The calls go on in Asterisk; whoever starts next adopts them."""
        conversations = list(self._conversations.values())
        for conversation in conversations:
            conversation.stop()
        for conversation in conversations:
            if conversation.task is not None:
                with suppress(asyncio.CancelledError):
                    await conversation.task

    def _begin(self, call: Call) -> Conversation:
        conversation = Conversation(
            call, phones=self._phones, clock=self._clock, write=self._write, leases=self._leases
        )
        self._conversations[call.id] = conversation
        conversation.task = asyncio.create_task(conversation.run(), name=f"call {call.id}")
        conversation.task.add_done_callback(lambda _task: self._forget(call.id, conversation))
        return conversation

    def _forget(self, call: CallId, conversation: Conversation) -> None:
        if self._conversations.get(call) is conversation:
            del self._conversations[call]

    async def _write(self, call: CallId, event: on.CallEvent, refused: bool) -> bool:
        """Write an event, waiting no longer than is fair to the caller; False when it is not on disk yet."""
        since = asyncio.get_running_loop().time()
        written = self._journal.submit(call, event, refused=refused)
        if await _in_time(written):
            self._on_written()
            return True
        self._unwritten.append((since, written))
        log.warning("journal.late", call=call, count=len(self._unwritten))
        return False


async def _in_time(written: Future[None]) -> bool:
    """Say whether it is written within `JOURNAL_SECONDS`; what comes later nobody waits for any more.

    By one turn of the loop, not by the three that wrapping and waiting take: a caller waits here.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[bool] = loop.create_future()

    def tell(well: bool) -> None:
        if not told.done():
            told.set_result(well)

    def done(one: Future[None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(tell, one.exception() is None)

    written.add_done_callback(done)
    limit = loop.call_later(JOURNAL_SECONDS, tell, False)  # noqa: FBT003  not in time
    try:
        return await told
    finally:
        limit.cancel()
