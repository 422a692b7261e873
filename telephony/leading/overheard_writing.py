"""Writes down the codes that operators press on calls that another process leads, at once.

The leader writes them too, under the same names, if it lives: so each press counts once. While the database
is away nothing is lost: the leader's journal keeps the press, or who takes the call over reads the keys anew.
"""

from __future__ import annotations

import queue
import threading

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from core.ids import PhoneId
from core.logs import get_log
from storage.database import Database, DatabaseAway
from storage.unit_of_work import Announces, UnitOfWork
from telephony.journal.call_writing import write_keys
from telephony.journal.projection import help_of, mark_of
from telephony.leading.overheard import OverheardCode

TRIES = 20
AGAIN_SECONDS = 0.5
IN_LINE = 1000

log = get_log()


class OverheardWriter:
    """A thread of its own, so that no call waits for the database.

    Args:
        database: the worker role's
        announcer: who hears that a call was flagged
        mark_code: the profile's code for 記録・フラグ
        help_code: the profile's code for 応援
    """

    def __init__(self, database: Database, announcer: Announces, mark_code: str, help_code: str) -> None:
        self._database = database
        self._announcer = announcer
        self._mark_code = mark_code
        self._help_code = help_code
        self._line: queue.Queue[OverheardCode] = queue.Queue(IN_LINE)
        self._rest = threading.Event()

    def take(self, code: OverheardCode) -> None:
        """Put a code in line and return at once."""
        try:
            self._line.put_nowait(code)
        except queue.Full:
            log.error("overheard.lost", call=code.call)  # noqa: TRY400  there is nothing more to say

    def run(self) -> None:
        """Write for as long as the process lives."""
        while True:
            code = self._line.get()
            try:
                self.write(code)
            except Exception:
                log.exception("overheard.not_written", call=code.call)

    def write(self, code: OverheardCode) -> bool:
        """Write one code; False when the database could not take it in ten seconds."""
        marks = [mark_of(code.call, code.at)] if code.code == self._mark_code else []
        asked = [help_of(code.call, phone_of(code), code.at)] if code.code == self._help_code else []
        for _ in range(TRIES):
            try:
                with UnitOfWork(self._database, self._announcer) as work:
                    write_keys(work, code.call, marks, asked)
            except IntegrityError:
                pass  # the call has no row yet: its journal is being copied
            except (DatabaseAway, SQLAlchemyError) as error:
                log.warning("overheard.database_away", code=type(error).__name__)
            else:
                return True
            self._rest.wait(AGAIN_SECONDS)
        return False


def phone_of(code: OverheardCode) -> PhoneId:
    """Read the phone out of an operator's leg (``op-CALL-PHONE``) or a supervisor's who took over (``sv-…``).

    What follows a ``~`` says how often it was rung.
    """
    return PhoneId(code.leg.partition("-")[2].removeprefix(f"{code.call}-").split("~")[0])
