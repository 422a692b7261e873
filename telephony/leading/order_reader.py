"""Hears of orders to live calls and hands each one to whoever leads its call on this machine.

A NOTIFY only wakes; the rows are the truth, and they are looked at every second anyway. While the database is
away nobody can order anything, and the calls go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from uuid import UUID

import psycopg

from core.clock import Clock
from core.ids import CallId
from core.logs import get_log
from storage.call_orders import CHANNEL, expire_orders, open_orders
from storage.database import Database, DatabaseAway
from telephony.call.events import Ordered

LOOK_SECONDS = 1.0
RETRY_SECONDS = 2.0
REMEMBERED = 1000

Deliver = Callable[[CallId, Ordered], None]
"""Hands an event to its call; from any thread."""

log = get_log()


class OrderReader:
    """Reads orders in a thread of its own.

    Args:
        database: the worker role's
        listen_dsn: where to wait for the NOTIFY
        clock: for the age of orders
    """

    def __init__(self, database: Database, listen_dsn: str, clock: Clock) -> None:
        self._database = database
        self._dsn = listen_dsn
        self._clock = clock
        self._handed_on: dict[UUID, None] = {}
        self.listening = threading.Event()

    def run(self, stop: threading.Event, calls: Callable[[], Collection[CallId]], deliver: Deliver) -> None:
        """Read until told to stop.

        Args:
            stop: set it to end within a second
            calls: which calls are led here, at this moment; asked from this thread
            deliver: takes an order to its call
        """
        while not stop.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.listening.set()
                    while not stop.is_set():
                        self.read_once(calls(), deliver)
                        for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                            pass
            except (psycopg.Error, DatabaseAway) as error:
                self.listening.clear()
                log.warning("orders.database_away", code=type(error).__name__)
                stop.wait(RETRY_SECONDS)
            except Exception:
                # Without this thread nobody could order anything any more, and nothing would say so.
                self.listening.clear()
                log.exception("orders.failed")
                stop.wait(RETRY_SECONDS)

    def read_once(self, calls: Collection[CallId], deliver: Deliver) -> None:
        """Hand on what was ordered for these calls and was not handed on yet; close what is too late.

        Raises:
            DatabaseAway: nothing was read; try again
        """
        now = self._clock.now()
        with self._database.begin() as connection:
            expire_orders(connection, now)
            found = open_orders(connection, calls, now)
        for order in found:
            if order.id in self._handed_on:
                continue
            self._handed_on[order.id] = None
            while len(self._handed_on) > REMEMBERED:
                del self._handed_on[next(iter(self._handed_on))]
            by = None if order.by is None else str(order.by)
            told = Ordered(at=now, order=str(order.id), kind=order.kind, by=by, body=dict(order.body))
            deliver(order.call, told)
