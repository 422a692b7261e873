"""Sends signed notes away from this machine, each written once: what a thief or a fire here cannot take back.

A place that is away raises an alarm; whoever sends keeps the note, or covers it by the next one.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.clock import Clock
from core.logs import get_log
from storage.alarms import raise_alarm
from storage.database import Database
from storage.objects import ObjectExists, ObjectStore, ObjectStoreFailed

log = get_log()


class Sender:
    """One of ours, with its key and its place.

    Args:
        database: of the worker role
        place: opens where notes go; asked for each one, so that a place that was away is found again
        key: signs
        clock: says when
        instance: whose notes they are, where several halls share a place
    """

    def __init__(
        self,
        *,
        database: Database,
        place: Callable[[], ObjectStore],
        key: Ed25519PrivateKey,
        clock: Clock,
        instance: str,
    ) -> None:
        self.database = database
        self.key = key
        self.clock = clock
        self.instance = instance
        self.place = place

    def send_note(self, name: str, note: bytes, code: str, count: int | None = None) -> bool:
        """Write a note under a name of its own; say whether it lies there.

        Args:
            name: of the note
            note: signed
            code: of the alarm where the place is away
            count: of what it tells, for the alarm

        Raises:
            DatabaseAway
        """
        try:
            self.place().put(name, [note])
        except ObjectExists:
            return True  # sent a moment ago, by the process before this one
        except ObjectStoreFailed as error:
            log.warning("note.not-sent", code=error.code, reason=code)
            with self.database.begin() as connection:
                raise_alarm(connection, code, detail={} if count is None else {"count": count})
            return False
        return True
