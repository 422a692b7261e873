"""Do the keys fit what was sealed? Asked at every start, and whenever somebody wants to know.

Nothing is refused here: a key that does not fit costs no citizen the call, and what is sealed meanwhile opens
with the keys that are there. But it is said at once, for every day that passes makes it harder to find the
right one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from core.errors import DomainError
from storage.alarms import raise_alarm
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.key_rotation import KeyRotation
from storage.keys import KeyProvider, WrongKey

FindingCode = Literal["key-wrong", "key-lost", "keys-spoilt", "numbers-key-wrong", "rotation-unfinished"]

# Some of each key; found by index, so that the start does not wait for it.
_SOME = text("""
    SELECT recording_id, wrapped_key FROM recording_keys WHERE kek_id = :kek_id ORDER BY recording_id LIMIT 20
""")
_NUMBERS = text("""
    (SELECT caller_sealed, caller_hash FROM calls WHERE caller_hash IS NOT NULL AND NOT practice
      ORDER BY caller_hash, arrived_at LIMIT 10)
    UNION ALL
    (SELECT caller_sealed, caller_hash FROM calls WHERE caller_hash IS NOT NULL AND NOT practice
      ORDER BY caller_hash DESC, arrived_at DESC LIMIT 10)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFinding:
    """Something about the keys that people must know.

    ``key-wrong``            nothing that was sealed is under any key that is here
    ``key-lost``             ``recordings`` are under the key ``kek_id``, which is not here
    ``keys-spoilt``          among the samples under ``kek_id`` there are rows that it does not open
    ``numbers-key-wrong``    numbers of callers do not open, or their hashes are other ones
    ``rotation-unfinished``  ``recordings`` are still under the older key ``kek_id``, which is here
    """

    code: FindingCode
    kek_id: str | None = None
    recordings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReport:
    """Which keys are here (the last one wraps), how many recordings are under which, and what is wrong."""

    known: tuple[str, ...]
    used: Mapping[str, int]
    findings: tuple[KeyFinding, ...]


class KeyCheck:
    """Looks at the keys and at samples of what is under them, under the worker's role."""

    def __init__(self, database: Database, keys: KeyProvider) -> None:
        self._database = database
        self._keys = keys

    def look(self) -> KeyReport:
        """Compare.

        Raises:
            KeysAway, KeysMissing, KeysUnusable, DatabaseAway: nothing can be said
        """
        used = KeyRotation(self._database, self._keys).used()
        known = tuple(self._keys.known())
        findings: list[KeyFinding] = []
        here = set(used) & set(known)
        for kek_id, recordings in used.items():
            if kek_id not in known:
                code: FindingCode = "key-lost" if here else "key-wrong"
                findings.append(KeyFinding(code=code, kek_id=kek_id, recordings=recordings))
            elif kek_id != known[-1]:
                findings.append(KeyFinding(code="rotation-unfinished", kek_id=kek_id, recordings=recordings))
        with self._database.begin() as connection:
            spoilt = [
                KeyFinding(code="keys-spoilt", kek_id=one)
                for one in sorted(here)
                if self._spoilt(connection, one)
            ]
            if self._numbers_are_wrong(connection):
                findings.append(KeyFinding(code="numbers-key-wrong"))
        return KeyReport(known=known, used=used, findings=(*findings, *spoilt))

    def raise_alarms(self, report: KeyReport) -> None:
        """Raise an alarm for what people must act on.

        Raises:
            DatabaseAway
        """
        unfinished = sum(one.recordings for one in report.findings if one.code == "rotation-unfinished")
        others = [one for one in report.findings if one.code != "rotation-unfinished"]
        with self._database.begin() as connection:
            if unfinished:
                raise_alarm(connection, "key-rotation-unfinished", detail={"count": unfinished})
            if others:
                raise_alarm(
                    connection, "keys-do-not-fit", detail={"count": sum(one.recordings for one in others)}
                )

    def _spoilt(self, connection: Connection, kek_id: str) -> bool:
        for recording, wrapped in connection.execute(_SOME, {"kek_id": kek_id}):
            try:
                self._keys.unwrap(kek_id, bytes(wrapped), recording.bytes)
            except WrongKey:
                return True
        return False

    def _numbers_are_wrong(self, connection: Connection) -> bool:
        numbers = CallerNumbers(self._keys)
        for sealed, known_hash in connection.execute(_NUMBERS):
            try:
                if numbers.hash(numbers.open(bytes(sealed))) != bytes(known_hash):
                    return True
            except (DomainError, UnicodeDecodeError):
                return True
        return False
