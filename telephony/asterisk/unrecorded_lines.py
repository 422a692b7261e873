"""Takes over how many calls a line that is never recorded had, when the day is over, and nothing else.

A duty of the worker. The dialplan counts (`asterisk_config/never_lines.py`); a number for a day is written
once, after that day, so nobody can tell from the row when anybody called. Then it is gone from Asterisk.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

from sqlalchemy import text

from core.clock import Clock
from core.logs import get_log
from storage.database import Database
from telephony.asterisk_config.never_lines import FAMILY

JAPAN = timezone(timedelta(hours=9))
_KEY = re.compile(r"(?P<line>[a-z0-9-]+)/(?P<day>\d{8})")
_COUNTED = text("""
    INSERT INTO unrecorded_calls (line, day, calls) VALUES (:line, :day, :calls) ON CONFLICT DO NOTHING
""")

log = get_log()


class KeepsEntries(Protocol):
    """Asterisk's own database: telephony.asterisk.ami_client.AmiClient."""

    def entries(self, family: str) -> dict[str, str]:
        """Read a family. Raises AmiAway, AmiRefused."""
        ...

    def forget_entry(self, family: str, key: str) -> None:
        """Delete one entry. Raises AmiAway."""
        ...


class UnrecordedLines:
    """Run ``run_once`` every hour or so; any number of workers may.

    Args:
        asterisk: where the dialplan counts
        database: the worker role's
        clock: what day it is
    """

    def __init__(self, *, asterisk: KeepsEntries, database: Database, clock: Clock) -> None:
        self._asterisk = asterisk
        self._database = database
        self._clock = clock

    def run_once(self) -> int:
        """Take over the days that are over.

        Returns:
            number of days and lines that were taken over

        Raises:
            AmiAway, AmiRefused, DatabaseAway: the counts stay where they are; look again later
        """
        today = self._clock.now().astimezone(JAPAN).date()
        taken = 0
        for key, count in self._asterisk.entries(FAMILY).items():
            found = _KEY.fullmatch(key)
            if found is None or not count.isdigit():
                continue
            day = _day(found["day"])
            if day is None or day >= today:
                continue
            with self._database.begin() as connection:
                connection.execute(_COUNTED, {"line": found["line"], "day": day, "calls": int(count)})
            self._asterisk.forget_entry(FAMILY, key)
            taken += 1
        if taken:
            log.info("unrecorded.counted", count=taken)
        return taken


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%Y%m%d").replace(tzinfo=JAPAN).date()
    except ValueError:
        return None
