"""The telephony process: hears Asterisk, claims calls, and keeps what it leads and what exists the same.

It may be killed, frozen or absent at any moment: the dialplan then serves alone, and whoever starts next
adopts what was left. A process whose journal cannot be written claims no calls.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.ids import CallId, LegId, LineId
from core.logs import get_log
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import ApplicationTakenOver, AriAway, AriError, AriRefused
from telephony.asterisk.ari_events import HEARD, AriEvents
from telephony.asterisk.ari_messages import Arrival, Seal, read_arrival, read_event, read_offer
from telephony.asterisk.event_lag import EventLag
from telephony.asterisk.outside_lines import OutsideLines
from telephony.asterisk.phones import AriPhones
from telephony.asterisk.recording_phones import RecordingPhones
from telephony.asterisk.refer_message import read_refer
from telephony.asterisk.targets import Targets
from telephony.call.events import CallerClass, LinePlan
from telephony.help.help_calls import HelpCalls, LedCalls, NoHelpCalls
from telephony.journal.journal import JournalUnwritable
from telephony.leading.collaborators import Copier, Orders, ProcessJournal
from telephony.leading.driver import CallDriver
from telephony.leading.far_phones import at_our_leg
from telephony.leading.fetch_wishes import FetchWishes
from telephony.leading.foreseen_callers import ForeseenCallers
from telephony.leading.heartbeat import Heartbeat
from telephony.leading.order_thread import hear_orders
from telephony.leading.overheard import OverheardCode
from telephony.leading.shared_calls import SharedCalls
from telephony.live.live_calls import LiveCalls, NoLiveCalls

COMPARE_SECONDS = 30.0
RETRY_SECONDS = 0.5
LAST_COPY_SECONDS = 3.0
REMEMBERED_OFFERS = 1000

log = get_log()


class TelephonyService:
    """One telephony process. Build it, then `serve` until cancelled."""

    def __init__(  # noqa: PLR0913  each collaborator is one noun; wiring builds them
        self,
        *,
        address: AriAddress,
        app: str,
        prefix: str,
        journal: ProcessJournal,
        copier: Copier,
        clock: Clock,
        leases: Path,
        heartbeat: Heartbeat,
        plan_of_line: Callable[[LineId], LinePlan | None],
        prompt: Callable[[str], str],
        seal: Seal,
        orders: Orders | None = None,
        recorder: Callable[[AriClient], RecordingPhones] | None = None,
        codes: tuple[str, ...] = (),
        on_code: Callable[[OverheardCode], None] = lambda _code: None,
        event_lag: EventLag | None = None,
        help_calls: Callable[[AriClient, LedCalls], HelpCalls | NoHelpCalls] = NoHelpCalls,
        targets: Targets | None = None,
        outside: OutsideLines | None = None,
        live_calls: Callable[[AriClient, LedCalls], LiveCalls | NoLiveCalls] = NoLiveCalls,
    ) -> None:
        """Take the collaborators.

        Args:
            address: Asterisk's ARI.
            app: this process's application (`new_application_name`).
            prefix: what the applications of this instance begin with (`application_prefix`).
            journal: what is written before anything is done.
            copier: brings the journal into the database; runs in a thread while we serve.
            clock: tells the time of our own events.
            leases: the folder in which all processes of this machine agree who leads which call.
            heartbeat: shows the supervisor that this one is not frozen.
            plan_of_line: how a line wants a call served; None for a line the profile does not know.
            prompt: an announcement's id → its absolute path without extension, as Asterisk sees it.
            seal: a number in E.164 → the encrypted number and its keyed hash (`CallerNumbers.seal`).
            orders: brings what people order of live calls; without it only the desk phones can.
            recorder: starts and stops recordings; without it people are told that it cannot be done.
            codes: what operators press to flag a call or to call for help.
            on_code: told of such a code on a call that another process leads; returns at once.
            event_lag: hears how late every event comes, for the watch.
            help_calls: who rings telephones when nobody accepts a call for help; without it, only screens do.
            targets: to whom calls may be passed on, and who may fetch them; without it nobody.
            outside: how people outside the hall are reached; without it nobody is.
            live_calls: who brings the sound of watched calls to the recogniser; without it nobody does.
        """
        self._address = address
        self._journal = journal
        self._copier = copier
        self._clock = clock
        self._event_lag = event_lag or EventLag()
        self._heartbeat = heartbeat
        self._plan_of_line = plan_of_line
        self._callers = ForeseenCallers(seal)
        self._orders = orders
        self._targets = targets
        self._client = AriClient(address, app)
        self._phones = AriPhones(
            self._client, clock, prompt=prompt, recorder=recorder and recorder(self._client), outside=outside
        )
        self._shared = SharedCalls(leases, self._client, codes=codes, on_code=on_code)
        self._driver = CallDriver(
            self._phones, journal, clock, on_written=copier.wake, leases=self._shared.leases
        )
        self._reconciliation, self._watch, self._farewell = self._shared.follow(
            self._driver, journal, clock, prefix=prefix, hand_back=self._hand_back
        )
        self._events = AriEvents(address, app, on_event=self._hear, on_connect=self._connected)
        self._help = help_calls(self._client, lambda: self._driver.calls)
        self._live = live_calls(self._client, lambda: self._driver.calls)
        self._fetches = FetchWishes(self._client, self._driver, targets, clock)
        self._offered: dict[CallId, None] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def driver(self) -> CallDriver:
        """The calls this process leads."""
        return self._driver

    @property
    def connected(self) -> bool:
        """Whether Asterisk is connected and calls can be claimed."""
        return self._events.connected.is_set()

    async def serve(self) -> None:
        """Serve until cancelled.

        Raises:
            ApplicationTakenOver: another process uses our name; end, and let the supervisor start anew.
        """
        stop = threading.Event()
        copying = threading.Thread(target=self._copier.run, args=(stop,), name="journal-copy", daemon=True)
        copying.start()
        if self._orders is not None:
            hear_orders(self._orders, self._driver, self._targets, stop)
        self._shared.life.begin()
        self._heartbeat.also(self._shared.life.beat)
        try:
            opened = await self._open_journal()
            async with self._client, asyncio.TaskGroup() as tasks:
                for work in (
                    self._heartbeat.run(),
                    self._watch.run(lambda: self.connected),
                    self._compare_now_and_then(),
                    self._events.listen(),
                    self._help.run(),
                    self._live.run(),
                ):
                    tasks.create_task(work)
                if not opened:
                    tasks.create_task(self._open_journal_later())
        except BaseExceptionGroup as several:
            if several.subgroup(ApplicationTakenOver):
                raise ApplicationTakenOver from None
            raise
        finally:
            await self._driver.close()
            self._shared.leases.close()
            self._shared.life.end()
            await asyncio.to_thread(self._journal.close)
            stop.set()
            self._copier.wake()
            await asyncio.to_thread(copying.join, LAST_COPY_SECONDS)

    async def hand_over(self) -> None:
        """Claim no more calls, and let another living process take ours; then `serve` may be cancelled."""
        await self._farewell.hand_over()

    async def _open_journal(self) -> bool:
        try:
            await asyncio.to_thread(self._journal.open)
        except JournalUnwritable:
            return False
        return True

    async def _open_journal_later(self) -> None:
        """Without a journal nothing is claimed, but callers a dead process left are looked after."""
        while True:
            await asyncio.sleep(COMPARE_SECONDS / 3)
            if await self._open_journal():
                return

    def _hear(self, told: Mapping[str, Any]) -> None:
        now = self._clock.now()
        self._event_lag.hear(told, now)
        if self._help.hear(told) or self._live.hear(told) or self._fetches.hear(told):
            return
        offer = read_offer(told)
        if offer is not None:
            self._consider(offer, told)
            return
        arrival = read_arrival(told, now)
        if arrival is not None:
            self._arrive(arrival)
            return
        told = at_our_leg(told, self._driver.calls.values())
        happened = read_refer(told, now, self._targets) or read_event(told, now)
        if happened is None or self._driver.deliver(*happened):
            return
        self._shared.hear(*happened)

    def _consider(self, offer: CallId, told: Mapping[str, Any]) -> None:
        if self._farewell.said:
            return
        if not self._driver.journal_works or not self._shared.life.shown:
            log.error("call.not_claimed", call=offer, reason="journal")
            return
        self._offered[offer] = None
        while len(self._offered) > REMEMBERED_OFFERS:
            del self._offered[next(iter(self._offered))]
        self._start(self._claim(offer))
        # After the claim is on its way: until it is answered there is nothing else to do for this caller.
        soon = asyncio.get_running_loop().call_soon
        soon(self._callers.foresee, offer, told)
        soon(self._shared.leases.prepare)

    async def _claim(self, offer: CallId) -> None:
        try:
            await self._client.claim(offer)
        except AriRefused as refused:
            # 409: another process was faster. 404: the caller is gone, or the dialplan serves already.
            self._offered.pop(offer, None)
            self._callers.forget(offer)
            log.info("call.claim_lost", call=offer, status=refused.status)
        except AriAway:
            log.warning("call.claim_unanswered", call=offer)  # it may be ours: its arrival will tell

    def _arrive(self, arrival: Arrival) -> None:
        call = CallId(arrival.channel)
        if call not in self._offered:
            # Not claimed by us, e.g. half of a transfer. If it is a caller after all, reconciliation sees it.
            log.warning("call.unexpected_arrival", call=call)
            return
        del self._offered[call]
        if not self._shared.leases.begin(call):
            # We could not move for so long that another process let the dialplan serve this caller.
            log.warning("call.lease_gone", call=call)
            return
        plan = self._plan_of_line(arrival.line)
        if plan is None:
            log.error("call.unknown_line", call=call)
            self._shared.leases.leave_to_dialplan(call)
            self._start(self._hand_back(LegId(call)))
            return
        arrived = self._callers.arrived(arrival, plan)
        if arrived.caller.kind is CallerClass.UNREADABLE:
            log.warning("call.caller_unreadable", call=call)
        self._driver.deliver(call, arrived)
        self._start(self._follow(call))

    async def _follow(self, call: CallId) -> None:
        """Hear of the caller's channel also after it has left our application, so that its end is known."""
        await asyncio.sleep(0.2)  # not while the answer is being asked for
        with suppress(AriError):
            await self._client.subscribe(f"channel:{call}")

    async def _hand_back(self, leg: LegId) -> None:
        try:
            await self._phones.return_to_dialplan(leg, announced=False)
        except AriRefused as refused:
            log.warning("call.not_handed_back", call=leg, status=refused.status)

    async def _connected(self) -> None:
        while True:
            try:
                await self._client.hear_only(HEARD)
                self._watch.hear_anew()
                await self._reconciliation.after_connect()
            except AriError:
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _compare_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(COMPARE_SECONDS)
            if self._events.connected.is_set():
                with suppress(AriError):
                    await self._reconciliation.compare()

    def _start(self, work: Any) -> None:  # noqa: ANN401  a coroutine of ours; none returns anything
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
