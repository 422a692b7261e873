"""応援 while the database is away: who leads the call knows who asked, and telephones ring all the same.

Screens cannot be told then. What was asked with the key at the telephone stands in the journal and is written
when the database is back; so is who accepted. While it answers, the rows decide alone, as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from core.clock import Clock
from core.ids import PhoneId
from storage.database import DatabaseAway
from storage.help_ringing import WaitingHelp
from telephony.help.help_calls import LedCalls, Rows
from telephony.journal.projection import help_of

COPIED_WITHIN = timedelta(seconds=5)
"""So long before the database went away a press may not have been copied from the journal yet."""

OFFERED_AT_MOST = 240
"""So often an acceptance is offered to the rows, look by look: the journal may still be catching up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accepted:
    phone: PhoneId
    at: datetime
    offered: int = 0


class HelpOutage:
    """The rows of help, and in their place what this process knows itself.

    Args:
        rows: the rows, whose every method may raise DatabaseAway
        calls: the calls that are led here; asked from any thread
        clock: for how long ago something was
    """

    def __init__(self, rows: Rows, calls: LedCalls, clock: Clock) -> None:
        self._rows = rows
        self._calls = calls
        self._clock = clock
        self._seen_at = clock.now()
        self._steps: dict[UUID, WaitingHelp] = {}
        self._accepted: dict[UUID, _Accepted] = {}

    def waiting(self) -> Sequence[WaitingHelp]:
        """Return who waits for help: by the rows, or by what was pressed in the calls that are led here."""
        try:
            self._tell()
            found = self._rows.waiting()
        except DatabaseAway:
            return self._known()
        self._seen_at = self._clock.now()
        self._steps = {one.id: one for one in found}
        return [one for one in found if one.id not in self._accepted]

    def claim(self, waiting: WaitingHelp, phone: PhoneId, at: datetime) -> bool:
        """Take the next step of a request; nobody else leads its call, so nobody else takes it."""
        try:
            return self._rows.claim(waiting, phone, at)
        except DatabaseAway:
            self._steps[waiting.id] = replace(waiting, rung=(*waiting.rung, phone), ringing_since=at)
            return True

    def silent(self, request: UUID, tried: int) -> None:
        """Note that the phone tried last rings no more."""
        try:
            self._rows.silent(request, tried)
        except DatabaseAway:
            self._ringing_since(request, tried, None)

    def picked_up(self, request: UUID, tried: int, at: datetime) -> None:
        """Note that somebody picked up and is being asked."""
        try:
            self._rows.picked_up(request, tried, at)
        except DatabaseAway:
            self._ringing_since(request, tried, at)

    def accept(self, request: UUID, phone: PhoneId, at: datetime) -> bool:
        """Accept a request at a phone; it is written when the database is back."""
        try:
            return self._rows.accept(request, phone, at)
        except DatabaseAway:
            self._accepted[request] = _Accepted(phone=phone, at=at)
            return True

    def _known(self) -> list[WaitingHelp]:
        """Name who waits as far as this process knows: its own calls, and nothing that a screen took."""
        found: list[WaitingHelp] = []
        for call in self._calls().values():
            if call.help_asked is None or call.arrival is None:
                continue
            phone, at = call.help_asked
            request = help_of(call.id, phone, at).id
            known = self._steps.get(request)
            unseen = at > self._seen_at - COPIED_WITHIN
            if request in self._accepted or (known is None and not unseen):
                continue
            if known is None:
                known = self._steps[request] = WaitingHelp(
                    id=request,
                    call=call.id,
                    department=call.plan.department,
                    asker=phone,
                    asked_at=at,
                    rung=(),
                    ringing_since=None,
                )
            found.append(known)
        return sorted(found, key=lambda one: one.asked_at)

    def _tell(self) -> None:
        """Write who accepted meanwhile; a request that is not copied yet is tried again."""
        for request, accepted in list(self._accepted.items()):
            written = self._rows.accept(request, accepted.phone, accepted.at)
            if written or accepted.offered >= OFFERED_AT_MOST:
                del self._accepted[request]
            else:
                self._accepted[request] = replace(accepted, offered=accepted.offered + 1)

    def _ringing_since(self, request: UUID, tried: int, at: datetime | None) -> None:
        known = self._steps.get(request)
        if known is not None and len(known.rung) == tried:
            self._steps[request] = replace(known, ringing_since=at)
