"""Brings what people order of live calls from the thread that reads it to the loop that leads the calls."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from core.ids import CallId
from telephony.asterisk.targets import Targets
from telephony.call.events import Ordered
from telephony.leading.collaborators import Orders
from telephony.leading.driver import CallDriver


def hear_orders(orders: Orders, driver: CallDriver, targets: Targets | None, stop: threading.Event) -> None:
    """Read orders in a thread of their own until told to stop. Call it from the loop.

    Args:
        orders: reads them
        driver: leads the calls
        targets: knows the phones that an order names
        stop: set it to end
    """
    loop = asyncio.get_running_loop()

    def deliver(call: CallId, order: Ordered) -> None:
        told = targets.resolve(order) if targets else order
        with suppress(RuntimeError):  # the loop is closing; another process acts on the order
            loop.call_soon_threadsafe(driver.deliver, call, told)

    given = (stop, lambda: driver.led, deliver)
    threading.Thread(target=orders.run, args=given, name="orders", daemon=True).start()
