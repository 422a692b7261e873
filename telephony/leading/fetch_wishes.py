"""Phones that dialled the code to fetch a ringing call (代理応答): which call they get, and who brings it.

Every process hears of the wish; one that leads such a call claims the phone, and Asterisk gives it to the
first. Then the phone waits in the dialplan, where nothing of ours holds it, until it is joined with the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from core.clock import Clock
from core.ids import CallId
from core.logs import get_log
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError
from telephony.asterisk.fetch_message import FetchWish, read_fetch_claimed, read_fetch_offer
from telephony.asterisk.targets import Targets
from telephony.asterisk_config.picking_up import WAITS_TO_TALK
from telephony.call.call import Call
from telephony.call.events import FetchAsked
from telephony.call.picking_up import can_be_fetched
from telephony.leading.driver import CallDriver

log = get_log()


class FetchWishes:
    """What one process does for them."""

    def __init__(self, client: AriClient, driver: CallDriver, targets: Targets | None, clock: Clock) -> None:
        """Take Asterisk, the calls that are led here, who may fetch from whom, and the clock.

        Without ``targets`` nobody fetches anything.
        """
        self._client = client
        self._driver = driver
        self._targets = targets
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()

    def hear(self, told: Mapping[str, Any]) -> bool:
        """Take what Asterisk says; True when it was about a phone that wants to fetch. Never waits."""
        offered, claimed = read_fetch_offer(told), read_fetch_claimed(told)
        if offered is not None and self._call_for(offered) is not None:
            self._start(self._claim, offered)
        if claimed is not None:
            self._start(self._bring, claimed)
        return offered is not None or claimed is not None

    async def _claim(self, wish: FetchWish) -> None:
        try:
            await self._client.claim(wish.leg)
        except AriError:
            log.info("fetch.claim_lost")  # another process has such a call too, or the phone hung up

    async def _bring(self, wish: FetchWish) -> None:
        try:
            await self._client.return_to_dialplan(wish.leg, context=WAITS_TO_TALK, extension="s")
        except AriError:
            log.warning("fetch.refused")
            return
        found = self._call_for(wish)
        if found is not None:
            self._driver.deliver(*found)

    def _call_for(self, wish: FetchWish) -> tuple[CallId, FetchAsked] | None:
        """Find the call that rings longest where this phone may fetch."""
        if self._targets is None:
            return None
        rings_at = self._targets.fetched_from(wish.phone)
        asked = FetchAsked(
            at=self._clock.now(), channel=wish.name, far=wish.leg, phone=wish.phone, rings_at=rings_at
        )
        fitting = [call for call in self._driver.calls.values() if can_be_fetched(call, asked)]
        return (min(fitting, key=_arrived).id, asked) if fitting else None

    def _start(self, work: Callable[[FetchWish], Any], wish: FetchWish) -> None:
        task = asyncio.create_task(work(wish))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


def _arrived(call: Call) -> float:
    return call.arrival.at.timestamp() if call.arrival else 0.0
