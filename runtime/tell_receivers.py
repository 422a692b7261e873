"""A duty of the worker: tells receivers what the outbox holds. Calls and pages never wait for it.

Any number of workers may have it. Each receiver has a thread of its own in a round, so that a dead one costs
the others nothing but one of a few threads for as long as the profile's patience.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Protocol
from uuid import UUID

from core.clock import Clock
from core.logs import get_log
from core.webhook import signed_headers, webhook_body, webhook_secret
from runtime.https_post import Told
from storage.database import Database
from storage.webhooks import Delivery, note_delivered, note_failed, take_delivery, who_waits

log = get_log()
AT_ONCE = 4
ROUND_SECONDS = 10.0


class Sends(Protocol):
    """Sends one message over HTTPS."""

    def send(self, url: str, headers: dict[str, str], body: bytes) -> Told:
        """Send a message; whatever the receiver does, this returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TellReceivers:
    """Empties the outbox.

    Args:
        database: of the worker's role
        post: sends
        key: from which the receivers' secrets come
        tries: how often one event is tried (profile)
        clock: says when
    """

    database: Database
    post: Sends
    key: bytes
    tries: int
    clock: Clock

    def run_once(self) -> int:
        """Tell what is due; returns how much was told."""
        with self.database.begin() as connection:
            waiting = who_waits(connection, self.clock.now())
        if not waiting:
            return 0
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="receivers") as pool:
            return sum(pool.map(self._tell, waiting))

    def _tell(self, webhook: UUID) -> int:
        told, until = 0, monotonic() + ROUND_SECONDS
        while monotonic() < until:
            with self.database.begin() as connection:
                one = take_delivery(connection, webhook, self.clock.now())
            if one is None or not self._try(one):
                break
            told += 1
        return told

    def _try(self, one: Delivery) -> bool:
        body = webhook_body(one.event, one.subject, one.department, one.at)
        secret = webhook_secret(self.key, one.webhook)
        said = self.post.send(one.url, dict(signed_headers(secret, one.id, body, self.clock.now())), body)
        now = self.clock.now()
        with self.database.begin() as connection:
            if said.code is None and said.answered is not None:
                note_delivered(connection, one, said.answered, now)
                return True
            note_failed(connection, one, said.answered, said.code or "refused", self.tries, now)
        log.warning("webhook.untold", attempt=one.attempts, code=said.code)
        return False
