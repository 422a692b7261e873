"""Practice calls from the command line: hold one and follow it to its transcript, destroy them all.

A practice call takes the same road as every other; only its line, its mark and its short life are different.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from sqlalchemy import text
from typer import echo

from core.errors import DomainError
from core.ids import CallId, RecordingId
from core.settings import Settings
from runtime.installation import Installation
from runtime.practice.order import Moment, PracticeOrder
from runtime.practice.running import RunningPractice
from storage.database import Database

TRANSCRIPT_SECONDS = 300.0

_NEWEST = text("SELECT id FROM calls WHERE practice ORDER BY arrived_at DESC LIMIT 1")
_STATE = text("""
    SELECT c.ended_at IS NOT NULL AS ended, c.notice, r.id AS recording,
           EXISTS (SELECT 1 FROM transcript_revisions t WHERE t.recording_id = r.id) AS transcribed
      FROM calls c LEFT JOIN recordings r ON r.subject = c.id
     WHERE c.id = :call
""")
# Without a certificate: one whose objects could not be removed is tried again.
_TO_DESTROY = text(
    "SELECT id FROM recordings r WHERE practice"
    " AND NOT EXISTS (SELECT 1 FROM destructions d WHERE d.recording_id = r.id)"
)
_ENDED = "(SELECT id FROM calls WHERE practice AND ended_at IS NOT NULL)"
_FORGET = (
    text(f"DELETE FROM alarms WHERE call_id IN {_ENDED}"),  # noqa: S608  our own words only
    text(f"DELETE FROM promises WHERE call_id IN {_ENDED}"),  # noqa: S608  nobody waits for these
    text(f"DELETE FROM call_marks WHERE call_id IN {_ENDED}"),  # noqa: S608  as above
    text(f"DELETE FROM call_journal WHERE call_id IN {_ENDED}"),  # noqa: S608  as above
    text(f"DELETE FROM asterisk_call_records WHERE call_id IN {_ENDED}"),  # noqa: S608  as above
    text("DELETE FROM recording_doubts WHERE practice"),
    text("DELETE FROM calls WHERE practice AND ended_at IS NOT NULL"),
)


class NoTranscript(DomainError):
    """練習の通話は終わりましたが、文字起こしがまだできていません。画面の「警報」を見てください。"""

    code = "practice-without-transcript"


class NothingSetUp(DomainError):
    """ここではまだ起動していません。先に make run を実行するか、TSUWAROKU_HOME を確かめてください。"""

    code = "nothing-set-up"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A practice call that was held: where it stands, and how long its transcript took (seconds)."""

    call: CallId
    recording: RecordingId
    notice: str
    searchable_after: float


def hold_practice_call(settings: Settings, *, scenario: str, seconds: float | None) -> Rehearsal:
    """Hold a practice call and wait until its words can be searched.

    Raises:
        NothingSetUp: no phone has a password here; none is made
        PracticeFailed: the phones could not talk
        NoTranscript: the words were not there in time
    """
    installation = Installation(settings)
    if not installation.secrets.has_phone_passwords:
        raise NothingSetUp
    asterisk = settings.asterisk
    order = replace(
        PracticeOrder.of_city(
            installation.profile, installation.secrets, asterisk.sip_address, asterisk.sip_port
        ),
        scenario=scenario,
        seconds=seconds,
    )
    database = Database(installation.dsn("worker"), connections=1)
    try:
        before = _newest(database)
        _hold(order)
        echo("    通話が終わりました。録音を封緘し、文字に起こしています")
        rehearsal = _follow(database, before, time.monotonic())
    finally:
        database.close()
    echo(f"    できました（通話の終わりから {rehearsal.searchable_after:.1f} 秒）")
    echo(f"    通話の画面  https://{settings.console.host}:{settings.console.port}/calls/{rehearsal.call}")
    return rehearsal


def _hold(order: PracticeOrder) -> None:
    with RunningPractice(order) as call:
        for moment, words in (
            (Moment.ANSWERED, "録音のお知らせを流しています"),
            (Moment.RINGING, "担当の電話機が鳴っています"),
            (Moment.TALKING, "話しています"),
        ):
            call.wait_for(moment, 40.0)
            echo(f"    {words}")
        call.finish()


def _newest(database: Database) -> str | None:
    with database.begin() as connection:
        return connection.execute(_NEWEST).scalar()


def _follow(database: Database, before: str | None, over: float) -> Rehearsal:
    while time.monotonic() - over < TRANSCRIPT_SECONDS:
        call = _newest(database)
        with database.begin() as connection:
            row = connection.execute(_STATE, {"call": call}).one_or_none()
        if call != before and row is not None and row.ended and row.transcribed:
            return Rehearsal(
                call=CallId(str(call)),
                recording=RecordingId(row.recording),
                notice=row.notice,
                searchable_after=time.monotonic() - over,
            )
        time.sleep(0.2)
    raise NoTranscript


def destroy_practice_calls(settings: Settings) -> int:
    """Destroy every practice recording with its text, and forget the practice calls that have ended.

    Returns:
        number of recordings destroyed
    """
    from runtime.wiring import worker_parts

    parts = worker_parts(Installation(settings))
    with parts.database.begin() as connection:
        recordings = [RecordingId(one) for one in connection.execute(_TO_DESTROY).scalars()]
    for recording in recordings:
        parts.vault.destroy(recording, rule="practice-destroyed-on-request", by=None)
    with parts.database.begin() as connection:
        for statement in _FORGET:
            connection.execute(statement)
    return len(recordings)
