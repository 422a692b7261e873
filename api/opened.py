"""What a person opens for a purpose, and has open just now: for one they said in this very sitting.

Playing, confirming, correcting and quoting single words rests on it; whoever has not said for what, is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.parts import ConsoleParts
from api.reading.calls import CallsSeen
from api.reading.recordings import open_grant, recording_seen
from api.sessions import Session
from core.actors import Actor, Purpose
from core.errors import NotFound
from core.ids import CallId, RecordingId, import_of_subject
from incidents.quotes.hall_parties import on_hall
from incidents.quotes.speaker import OnHall
from storage.grants import GrantOver
from storage.imports import import_of
from storage.vault import Vault


def open_under_purpose(vault: Vault, actor: Actor, recording: RecordingId | None, purpose: Purpose) -> None:
    """Open sound and words of a recording: two knocks, each written down, granted or not.

    Call it outside any transaction: the knocks must stay even if something fails after them. Reading comes
    first, so that whoever may listen has been written down for both.

    Raises:
        NotFound: there is no recording (yet)
        AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed, DatabaseAway
    """
    if recording is None:
        raise NotFound
    vault.read_transcript_grant(actor, recording, purpose)
    vault.grant_play(actor, recording, purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCall:
    """A call whose content somebody has open."""

    subject: CallId
    """The call's id, or the import's where a recorder made it."""
    arrived_at: datetime
    practice: bool
    connected_at: datetime | None
    recording: RecordingId
    started_at: datetime
    purpose: Purpose
    there: tuple[OnHall, ...] = ()
    """Who was on the hall's track, and when."""

    @property
    def connected_after(self) -> float | None:
        """Second of the recording from which an operator could speak; None if none ever could."""
        connected = self.connected_at
        return None if connected is None else (connected - self.started_at).total_seconds()


def opened_call(parts: ConsoleParts, session: Session, call: CallId) -> OpenedCall:
    """Return a call that this person has open.

    Raises:
        NotFound: no such call, no recording, or not to be seen
        GrantOver: it is not open, or not any more; a purpose must be said first
    """
    now = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        wanted = import_of_subject(call)
        if wanted is None:
            seen = CallsSeen(connection, session.actor, parts.numbers).one(call)
            known, at, practice, connected = (
                seen.recording, seen.arrived_at, seen.practice, seen.connected_at
            )  # fmt: skip
        else:
            imported = import_of(connection, wanted)
            known, at, practice, connected = imported.recording, imported.recorded_at, False, None
        recording = recording_seen(connection, known) if known else None
        if recording is None:
            raise NotFound
        grant = open_grant(
            connection,
            session.actor.account,
            recording.id,
            since=session.created_at,
            now=now,
            session=session.id_hash,
        )
        there = on_hall(connection, call, recording.started_at)
    if grant is None:
        raise GrantOver
    return OpenedCall(
        subject=call,
        arrived_at=at,
        practice=practice,
        connected_at=connected,
        recording=recording.id,
        started_at=recording.started_at,
        purpose=grant.purpose,
        there=there,
    )
