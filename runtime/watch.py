"""Looks at figures every few seconds, keeps the last ones for the metrics, and tells people when one is bad.

A watch never acts: it refuses no call and stops nothing. The same trouble is told once; again only after it
was over, or when a day has passed and it still lasts though somebody took notice. Figures and codes, nothing
of a person.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from core.clock import Clock
from core.errors import DomainError
from core.logs import get_log
from storage.alarms import raise_alarm
from storage.database import Database

REMIND = timedelta(days=1)
"""How long trouble that somebody took notice of may last before it is told again."""

_KEEP = text("""
    INSERT INTO watch_readings (name, part, source, value, at) VALUES (:name, :part, :source, :value, :at)
    ON CONFLICT (name, part, source) DO UPDATE SET value = excluded.value, at = excluded.at
""")
_FORGET = text("DELETE FROM watch_readings WHERE source = :source AND at < :at")

log = get_log()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One figure: seconds, bytes, shares from 0 to 1, or counts, as the name says."""

    name: str
    value: float
    part: str = ""
    """Which disk, queue or code it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """When a figure is bad. One of ``above`` and ``below`` is given; the limit itself is still good."""

    name: str
    code: str
    part: str = ""
    above: float | None = None
    below: float | None = None

    def broken_by(self, reading: Reading) -> bool:
        """Say whether a reading is of this limit's figure, and bad."""
        if (reading.name, reading.part) != (self.name, self.part):
            return False
        too_much = self.above is not None and reading.value > self.above
        return too_much or (self.below is not None and reading.value < self.below)


Look = Callable[[Connection], Iterable[Reading]]
"""Reads some figures, from the database or from anywhere else."""


class Watch:
    """Several looks with their limits, in one process.

    Args:
        database: the worker role's
        clock: for when something was read
        source: which kind of process this is; the metrics say it
        looks: what is read; one that fails does not end the others
        limits: when to tell people
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        source: str,
        looks: Mapping[str, Look],
        limits: Sequence[Limit],
    ) -> None:
        self._database = database
        self._clock = clock
        self._source = source
        self._looks = looks
        self._limits = limits
        self._told: dict[str, datetime] = {}

    def run_once(self) -> list[str]:
        """Look once.

        Returns:
            codes of the alarms that were raised now

        Raises:
            DatabaseAway: look again later
        """
        now = self._clock.now()
        readings = [reading for name, look in self._looks.items() for reading in self._read(name, look)]
        raised: list[str] = []
        with self._database.begin() as connection:
            for one in readings:
                connection.execute(
                    _KEEP,
                    {
                        "name": one.name, "part": one.part, "source": self._source,
                        "value": one.value, "at": now,
                    },
                )  # fmt: skip
            connection.execute(_FORGET, {"source": self._source, "at": now - timedelta(minutes=10)})
            for limit in self._limits:
                bad = [one for one in readings if limit.broken_by(one)]
                if not bad:
                    self._told.pop(limit.code, None)
                elif now - self._told.get(limit.code, now - REMIND) >= REMIND:
                    self._told[limit.code] = now
                    if tell_of_trouble(connection, limit.code, bad[0].value):
                        raised.append(limit.code)
        return raised

    def run(self, stop: threading.Event, every_seconds: float) -> None:
        """Look again and again, in a thread of its own, until told to stop. Nothing ends it that fails."""
        while not stop.wait(every_seconds):
            try:
                self.run_once()
            except Exception as error:  # noqa: BLE001  a watch that fails is a watch that looks again
                log.warning("watch.failed", code=type(error).__name__)

    def _read(self, name: str, look: Look) -> list[Reading]:
        try:
            with self._database.begin() as connection:
                return list(look(connection))
        except DomainError as error:
            log.warning("watch.look_failed", task=name, code=error.code)
        except Exception as error:  # noqa: BLE001  one look must not end the others
            log.warning("watch.look_failed", task=name, code=type(error).__name__)
        return []


def tell_of_trouble(connection: Connection, code: str, value: float) -> bool:
    """Raise a watch's alarm with the figure that was bad; False when the same one waits already."""
    log.warning("watch.trouble", code=code)
    return raise_alarm(connection, code, detail={"value": round(value, 3)})
