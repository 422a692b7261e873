"""Tells the dialplan of the switch for disasters, so that it holds whoever of us lives, until its own end.

A duty of the worker, every few seconds: it compares what Asterisk has with what the database says, so an
Asterisk that lost its database, or was started later, learns of it too.
"""

from __future__ import annotations

from typing import Protocol

from core.clock import Clock
from core.logs import get_log
from storage.alarms import raise_alarm
from storage.database import Database
from storage.disaster_switch import Announcements, current_switch
from telephony.asterisk.ami_client import AmiAway, AmiRefused
from telephony.asterisk_config.in_disaster import ENTRY

FAMILY, KEY = ENTRY.split("/")

log = get_log()


class KeepsEntries(Protocol):
    """Asterisk's own database: telephony.asterisk.ami_client.AmiClient."""

    def entries(self, family: str) -> dict[str, str]:
        """Read a family. Raises AmiAway, AmiRefused."""
        ...

    def keep_entry(self, family: str, key: str, value: str) -> None:
        """Write one entry. Raises AmiAway, AmiRefused."""
        ...

    def forget_entry(self, family: str, key: str) -> None:
        """Delete one entry. Raises AmiAway."""
        ...


class DisasterPush:
    """Run ``run_once`` every few seconds; any number of workers may."""

    def __init__(self, *, asterisk: KeepsEntries, database: Database, clock: Clock) -> None:
        self._asterisk = asterisk
        self._database = database
        self._clock = clock

    def run_once(self) -> bool:
        """Bring Asterisk to what the database says. Returns whether anything had to be changed.

        Raises:
            DatabaseAway: look again later
        """
        with self._database.begin() as connection:
            switch = current_switch(connection, self._clock.now())
        wanted = ""
        if switch is not None and switch.announcements is not Announcements.FULL:
            wanted = f"{switch.announcements.value}-{int(switch.until.timestamp())}"
        try:
            return self._bring_to(wanted)
        except (AmiAway, AmiRefused) as failure:
            log.warning("disaster.not_told", code=failure.code)
            if wanted:
                with self._database.begin() as connection:
                    raise_alarm(connection, "disaster-switch-not-told", detail={"reason": failure.code})
            return False

    def _bring_to(self, wanted: str) -> bool:
        if self._asterisk.entries(FAMILY).get(KEY, "") == wanted:
            return False
        if wanted:
            self._asterisk.keep_entry(FAMILY, KEY, wanted)
        else:
            self._asterisk.forget_entry(FAMILY, KEY)
        log.info("disaster.told", kind=wanted.partition("-")[0] or "off")
        return True
