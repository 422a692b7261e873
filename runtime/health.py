"""Says whether one part of the service does its work, for container health checks and for people."""

from __future__ import annotations

from contextlib import suppress

import psycopg

from core.clock import SystemClock
from core.errors import NotFound
from core.settings import Settings
from runtime.installation import Installation
from runtime.processes import console_answers, telephony_beats
from runtime.wiring import QUEUES
from storage.jobs import WORKER_NAME

BEAT_SECONDS = 5.0
WORKER_SECONDS = 40  # workers ask for jobs every second, and beat every 10 s while they are busy

_AT_WORK = (
    "SELECT DISTINCT application_name FROM pg_stat_activity"
    " WHERE datname = current_database() AND starts_with(application_name, %s)"
    " AND query_start > clock_timestamp() - make_interval(secs => %s)"
)


class UnknownPart(NotFound):
    """その名前の部品はありません。api, telephony, worker のどれかを指定してください。"""

    code = "unknown-part"


def is_healthy(settings: Settings, part: str) -> bool:
    """Say whether ``api``, ``telephony`` or ``worker`` works.

    Raises:
        UnknownPart
    """
    installation = Installation(settings)
    if part == "api":
        return console_answers(installation)
    if part == "telephony":
        return _beats(installation)
    if part == "worker":
        return _works(installation)
    raise UnknownPart


def _beats(installation: Installation) -> bool:
    """One is enough: it leads the calls of the others too."""
    now = SystemClock().now().timestamp()
    for beat in telephony_beats(installation):
        with suppress(OSError):
            if now - beat.stat().st_mtime < BEAT_SECONDS:
                return True
    return False


def _works(installation: Installation) -> bool:
    """Every queue must be served: recordings are sealed by one worker and written down by another."""
    return queues_at_work(installation.dsn("worker")) >= set(QUEUES.values())


def queues_at_work(dsn: str, seconds: float = WORKER_SECONDS) -> frozenset[str]:
    """Return the queues whose workers asked the database for something lately, on whatever machine they run.

    A frozen worker keeps its connections and asks for nothing. A database that is away has no workers.

    Args:
        dsn: connection string of the worker role
        seconds: how long ago is lately
    """
    try:
        with psycopg.connect(dsn, connect_timeout=3) as connection:
            found = connection.execute(_AT_WORK, (WORKER_NAME, seconds)).fetchall()
    except psycopg.Error:
        return frozenset()
    return frozenset(queue for (name,) in found for queue in name.removeprefix(WORKER_NAME).split(","))
