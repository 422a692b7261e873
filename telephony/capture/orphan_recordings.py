"""Finds recordings that nobody of ours announced, and brings them to the vault like all others.

When no process of ours took a call, the dialplan served and recorded it alone. Its files and the facts it
left become a call here, announced as ended exactly once. What cannot be understood is left where it is, with
an alarm: a file is deleted by capture only, and only after it was sealed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, text

from core.clock import Clock
from core.facts import CallEnded
from core.ids import CallId, LineId
from core.logs import get_log
from core.profile.model import CityProfile, Line
from storage.alarms import raise_alarm
from storage.database import Database
from storage.unit_of_work import Announces, UnitOfWork
from telephony.asterisk.ari_errors import AriRefused
from telephony.asterisk_config.call_record import is_record_name
from telephony.asterisk_config.plan import facts_name, recording_name
from telephony.call.callers import read_caller
from telephony.call.events import CallerClass, CallerIdentity
from telephony.capture.dialplan_facts import DialplanFacts, read_dialplan_facts
from telephony.sound.audio_files import SAMPLE_RATE, RecordedFile

PATIENCE = timedelta(minutes=2)
"""How long files without a complete set of facts are only watched: a call of ours may not be copied yet."""

REMIND = timedelta(hours=1)
"""How often an ended call whose files still lie there is announced again: its job may have been given up."""

_NAME = re.compile(
    r"(?P<line>[a-z0-9][a-z0-9-]*)_(?P<call>(?:[a-z0-9-]+-)?(?P<epoch>\d{9,11})\.\d+)_(?:r|t|facts)"
)

_KNOWN = text("""
    SELECT c.id, c.ended_at,
           EXISTS (SELECT 1 FROM recordings r
                    WHERE r.subject = c.id AND 'unreadable-track' = ANY (r.findings))
           OR EXISTS (SELECT 1 FROM alarms a
                       WHERE a.call_id = c.id AND a.code = 'recording-unreadable') AS seen_odd
      FROM calls c WHERE c.id = ANY (:calls)
""")
_INSERT = text("""
    INSERT INTO calls (id, line, department, agency, regime, practice,
                       caller_class, caller_sealed, caller_hash, served_by, phase, arrived_at, answered_at,
                       connected_at, ended_at, operator_phone, outcome, interrupted)
    VALUES (:id, :line, :department, :agency, :regime, :practice,
            :caller_class, :caller_sealed, :caller_hash, 'dialplan', 'ended', :arrived_at, :answered_at,
            :connected_at, :ended_at, :operator_phone, :outcome, :interrupted)
    ON CONFLICT (id) DO NOTHING
""")
_END = text("""
    UPDATE calls SET ended_at = :ended_at, phase = 'ended', ringing_phones = '{}', aside = NULL
     WHERE id = :call AND ended_at IS NULL
""")
_ALARM_KNOWN = text("""
    SELECT EXISTS (SELECT 1 FROM alarms WHERE code = :code AND call_id IS NOT DISTINCT FROM :call
                   AND (detail->>'count')::integer = :count)
""")
_NOTIFY = text("SELECT pg_notify('tsuwaroku_calls', :call)")

log = get_log()


class ListsRecordings(Protocol):
    """Asterisk's recordings: telephony.asterisk.stored_recordings.StoredRecordings."""

    def list(self) -> Sequence[str]:
        """Name every file. Raises AriAway."""
        ...

    def fetch(self, name: str) -> bytes:
        """Return a short file. Raises AriRefused (404 when there is none), AriAway."""
        ...

    def open(self, name: str) -> AbstractContextManager[RecordedFile]:
        """Open a file at its front. Raises AriRefused (404 when there is none), AriAway."""
        ...

    def live_channels(self) -> Sequence[str]:
        """Name every channel that is up. Raises AriAway."""
        ...


@dataclass(slots=True, kw_only=True)
class _Found:
    """The files of one call."""

    line: LineId
    call: CallId
    begun: datetime
    files: set[str] = field(default_factory=set[str])


class OrphanRecordings:
    """Run ``run_once`` every minute or so, in one process at a time.

    Args:
        asterisk: where the recordings lie
        database: the worker role's
        announcer: who hears that a call ended
        profile: which lines there are
        seal_number: E.164 to encrypted number and keyed hash
        clock: for the age of what lies there
    """

    def __init__(  # noqa: PLR0913  the ends of one pipe, all named
        self,
        *,
        asterisk: ListsRecordings,
        database: Database,
        announcer: Announces,
        profile: CityProfile,
        seal_number: Callable[[str], tuple[bytes, bytes]],
        clock: Clock,
    ) -> None:
        self._asterisk = asterisk
        self._database = database
        self._announcer = announcer
        self._profile = profile
        self._seal_number = seal_number
        self._clock = clock
        self._first_seen: dict[CallId, datetime] = {}
        self._reminded: dict[CallId, datetime] = {}

    def run_once(self) -> int:
        """Look once through everything that lies there.

        Returns:
            number of calls that were announced

        Raises:
            AriAway, DatabaseAway: look again later
        """
        names = self._asterisk.list()
        # Asked after the list: a call that ended in between is over, one that began in between is not listed.
        live = set(self._asterisk.live_channels())
        found, strange = _sort(names)
        found = {call: one for call, one in found.items() if call not in live}
        self._forget_all_but(found)
        with self._database.begin() as connection:
            rows = {row.id: row for row in connection.execute(_KNOWN, {"calls": list(found)})}
            if strange:
                _raise_once(connection, "recording-name-unknown", None, strange)
        announced = 0
        for call, one in found.items():
            row = rows.get(call)
            if row is None:
                announced += self._adopt(one)
            elif row.ended_at is None:
                announced += self._close(one)
            elif not row.seen_odd:
                announced += self._remind(call, row.ended_at)
        return announced

    def _forget_all_but(self, found: Mapping[CallId, object]) -> None:
        self._first_seen = {call: at for call, at in self._first_seen.items() if call in found}
        self._reminded = {call: at for call, at in self._reminded.items() if call in found}

    def _remind(self, call: CallId, ended_at: datetime) -> int:
        now = self._clock.now()
        if now - max(ended_at, self._reminded.get(call, ended_at)) < REMIND:
            return 0
        self._reminded[call] = now
        with UnitOfWork(self._database, self._announcer) as work:
            work.announce(CallEnded(call=call))
        log.warning("orphans.reminded", call=call)
        return 1

    def _close(self, found: _Found) -> int:
        """End a call whose end only the dialplan saw: it was given back, and the process that led it died.

        Its journal may come yet, with the next process; then the dialplan's moment stands.
        """
        facts = self._facts(found)
        if facts is None or facts.ended_at is None or not self._waited_long_enough(found.call):
            return 0
        with UnitOfWork(self._database, self._announcer) as work:
            ended = {"call": found.call, "ended_at": facts.ended_at}
            if work.connection.execute(_END, ended).rowcount == 0:
                return 0
            work.connection.execute(_NOTIFY, {"call": found.call})
            work.announce(CallEnded(call=found.call))
        log.warning("orphans.closed", call=found.call)
        return 1

    def _adopt(self, found: _Found) -> int:
        line = self._profile.line(found.line)
        if line is None:
            with self._database.begin() as connection:
                _raise_once(connection, "recording-of-unknown-line", found.call, len(found.files))
            return 0
        facts = self._facts(found)
        complete = facts is not None and facts.ended_at is not None
        if not complete and not self._waited_long_enough(found.call):
            return 0
        row = self._row(found, line, facts or DialplanFacts())
        with UnitOfWork(self._database, self._announcer) as work:
            if work.connection.execute(_INSERT, row).rowcount == 0:
                return 0
            work.connection.execute(_NOTIFY, {"call": found.call})
            work.announce(CallEnded(call=found.call))
        log.info("orphans.adopted", call=found.call, line=line.id, count=len(found.files))
        return 1

    def _waited_long_enough(self, call: CallId) -> bool:
        now = self._clock.now()
        return now - self._first_seen.setdefault(call, now) >= PATIENCE

    def _row(self, found: _Found, line: Line, facts: DialplanFacts) -> dict[str, object]:
        agency = self._profile.agency_of(line)
        caller = self._caller(facts)
        arrived_at = facts.recorded_from or found.begun
        return {
            "id": found.call,
            "line": line.id,
            "department": line.department,
            "agency": agency.id,
            "regime": agency.regime.value,
            "practice": line.practice,
            "caller_class": caller.kind.value,
            "caller_sealed": caller.sealed,
            "caller_hash": caller.hash,
            "arrived_at": arrived_at,
            "answered_at": facts.answered_at,
            "connected_at": facts.connected_at,
            "ended_at": facts.ended_at or arrived_at + self._length(found),
            "operator_phone": facts.phone,
            "outcome": facts.outcome.value,
            "interrupted": facts.ended_at is None,
        }

    def _caller(self, facts: DialplanFacts) -> CallerIdentity:
        if facts == DialplanFacts():
            return CallerIdentity(kind=CallerClass.UNREADABLE)
        return read_caller(facts.number, facts.display_name, facts.presentation).sealed_by(self._seal_number)

    def _facts(self, found: _Found) -> DialplanFacts | None:
        name = facts_name(found.line, found.call)
        raw = self._fetch(name) if name in found.files else None
        return None if raw is None else read_dialplan_facts(raw)

    def _length(self, found: _Found) -> timedelta:
        """Of a call whose end nobody wrote down: as long as its longest track."""
        name = recording_name(found.line, found.call)
        sizes = (self._size(f"{name}_{side}") for side in ("r", "t") if f"{name}_{side}" in found.files)
        return timedelta(seconds=max(0, max(sizes, default=0) - 44) / 2 / SAMPLE_RATE)

    def _size(self, name: str) -> int:
        try:
            with self._asterisk.open(name) as file:
                return file.size
        except AriRefused:
            return 0

    def _fetch(self, name: str) -> bytes | None:
        try:
            return self._asterisk.fetch(name)
        except AriRefused:
            return None


def _sort(names: Sequence[str]) -> tuple[dict[CallId, _Found], int]:
    """Put files together by call; count those that are not named as ours are."""
    found: dict[CallId, _Found] = {}
    strange = 0
    for name in names:
        if is_record_name(name):
            continue  # Asterisk's own record of a call, of which `call_records.py` takes care
        fits = _NAME.fullmatch(name)
        if fits is None:
            strange += 1
            continue
        call = CallId(fits["call"])
        begun = datetime.fromtimestamp(int(fits["epoch"]), UTC)
        one = found.setdefault(call, _Found(line=LineId(fits["line"]), call=call, begun=begun))
        one.files.add(name)
    return found, strange


def _raise_once(connection: Connection, code: str, call: CallId | None, count: int) -> None:
    """Raise an alarm, but not again after somebody acknowledged the very same."""
    if not connection.execute(_ALARM_KNOWN, {"code": code, "call": call, "count": count}).scalar_one():
        raise_alarm(connection, code, call=call, detail={"count": count})
