"""What a restored database must be told before anybody works with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from core.errors import DomainError
from core.ids import RecordingId
from core.logs import get_log
from storage.database import Database
from storage.destruction_list import Destroyed
from storage.holds import REGRET
from storage.objects import ObjectStoreFailed
from storage.vault import Vault

_VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
_STATE = text("SELECT destroyed_at, destroy_after, practice FROM recordings WHERE id = :recording")
# A hold that this backup still knows was lifted before its recording was destroyed: the database would have
# refused otherwise. Its own end was over by then, or a person lifted it after the backup, and days went by.
_END_HOLDS = text("""
    UPDATE recording_holds SET lifted_at = :at
     WHERE recording_id = :recording AND lifted_at IS NULL AND placed_at < :at
       AND (until <= :at OR :lifted_after_backup)
""")
_END_SESSIONS = text("DELETE FROM web_sessions")
_DUE = text("""
    SELECT count(*) FROM recordings WHERE destroyed_at IS NULL AND NOT practice AND destroy_after <= :now
""")

_CLOCKS_DIFFER = timedelta(days=1)

log = get_log()


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyedAgain:
    """What following the lists came to."""

    count: int
    refused: frozenset[RecordingId]
    """Something in the backup speaks against it."""
    early: frozenset[RecordingId]
    """Its period was not over on the day that the list tells: no list of ours."""

    @property
    def kept(self) -> frozenset[RecordingId]:
        """What comes back although a list names it."""
        return self.refused | self.early


def knows_schema(version: str) -> bool:
    """Say whether this program knows a schema, so that it can bring it to the present one."""
    return any(file.name.startswith(version) for file in _VERSIONS.glob("*.py"))


def end_sessions(owner: Database) -> None:
    """End every session: who was signed in at the moment of the backup is not signed in now.

    Raises:
        DatabaseAway
    """
    with owner.begin() as connection:
        connection.execute(_END_SESSIONS)


def destroy_again(
    database: Database, vault: Vault, destroyed: Iterable[Destroyed], *, backup_at: datetime, now: datetime
) -> DestroyedAgain:
    """Destroy what was destroyed after the backup, each with its certificate of today under the rule of then.

    A list is believed only where the recording's own period was over, and no hold of the backup can have
    stood: periods are only made longer, and holds end slowly, so no list of ours says otherwise. Whoever has
    the keys of a machine can sign a list of everything.

    Args:
        database: of the worker role
        vault: the worker's
        destroyed: what lists tell
        backup_at: when the backup was made
        now: a list that tells of a day to come is believed as of today

    Raises:
        DatabaseAway, ObjectStoreFailed: run it again
    """
    count, refused, early = 0, set[RecordingId](), set[RecordingId]()
    for one in destroyed:
        at = min(one.at, now + _CLOCKS_DIFFER)
        with database.begin() as connection:
            known = connection.execute(_STATE, {"recording": one.recording}).one_or_none()
            if known is None or known.destroyed_at is not None:
                continue
            if not (known.practice or was_over(known.destroy_after, at)):
                log.warning("restore.not-destroyed", recording=str(one.recording), code="period-runs")
                early.add(one.recording)
                continue
            lifted = at >= backup_at + REGRET
            connection.execute(
                _END_HOLDS, {"recording": one.recording, "at": at, "lifted_after_backup": lifted}
            )
        try:
            done = vault.destroy(one.recording, rule=one.rule, by=one.by)
        except ObjectStoreFailed:
            raise
        except DomainError as error:
            log.warning("restore.not-destroyed", recording=str(one.recording), code=error.code)
            done = False
        count += done
        if not done:
            refused.add(one.recording)
    return DestroyedAgain(count=count, refused=frozenset(refused), early=frozenset(early))


def was_over(period_ends: datetime, at: datetime) -> bool:
    """Whether a recording's period was over at a moment."""
    return period_ends <= at


def due_at_once(database: Database, now: datetime) -> int:
    """Count what a worker would destroy as soon as it starts.

    Raises:
        DatabaseAway
    """
    with database.begin() as connection:
        return int(connection.execute(_DUE, {"now": now}).scalar_one())
