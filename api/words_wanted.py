"""A supervisor asks for the words of a call that is not written down by itself: purpose, knock, then the job.

The knock stands before anything is asked for, and the wish and its job become true together.
"""

from __future__ import annotations

from api.errors import NotYourRole
from api.parts import ConsoleParts
from core.actors import Actor, Purpose, Role
from core.facts import TranscriptionWanted
from core.ids import RecordingId
from storage.grants import Grants
from storage.unit_of_work import UnitOfWork
from transcription.progress import ask


def ask_for_words(parts: ConsoleParts, actor: Actor, recording: RecordingId, purpose: Purpose) -> None:
    """Ask for the words of a recording; where they are under way or there already, that is all.

    Raises:
        NotYourRole: only a supervisor may
        AccessDenied, ClosedForUse, RecordingDestroyed, PurposeNotAllowed: the knock was refused
        DatabaseAway: nothing was asked for
    """
    if not actor.has(Role.SUPERVISOR):
        raise NotYourRole
    Grants(parts.database, parts.clock, parts.profile.access_terms).give(actor, recording, purpose, "process")
    with UnitOfWork(parts.database, parts.announcer, actor) as work:
        if ask(work.connection, recording, actor.account, parts.clock.now()):
            work.announce(TranscriptionWanted(recording=recording))
