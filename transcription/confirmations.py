"""Confirmed words: a person heard an utterance and says that these are the words. Until then it is 未確認.

Whoever confirms has heard all of it in a clip of their own (``heard.py``), and confirms what people read now:
of a revision that another one has replaced nothing is confirmed any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Actor
from core.errors import DomainError, NotFound
from core.ids import AccountId, GrantId, RevisionId, UtteranceId
from transcription.clips import Clip, clip_of
from transcription.heard import NotHeard
from transcription.revisions import FoundUtterance, find_utterance, hold_revisions, read_revision

_OVERLAP = 0.001
"""Seconds; clips are cut at whole milliseconds."""

_CONFIRM = text("""
    INSERT INTO confirmations (revision_id, utterance_id, recording_id, by, at, clip_id)
    VALUES (:revision, :utterance, :recording, :by, :at, :clip)
    ON CONFLICT (revision_id, utterance_id) DO NOTHING
""")
_CONFIRMED = text("""
    SELECT c.utterance_id, c.by, a.display_name, c.at, c.clip_id
      FROM confirmations c LEFT JOIN accounts a ON a.id = c.by
     WHERE c.revision_id = :revision
""")
_WAITING = text("""
    SELECT EXISTS (SELECT 1 FROM corrections
                    WHERE utterance_id = :utterance AND made IS NULL AND NOT overtaken)
""")
_AMONG = text("SELECT utterance_id FROM confirmations WHERE utterance_id = ANY(:utterances)")


class NewerWords(DomainError):
    """The words of this call were changed since the page was opened; look at the new ones first."""

    code = "newer-words"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Who confirmed an utterance, when, after which play."""

    by: AccountId
    name: str | None
    at: datetime
    clip: UUID


def confirm(
    connection: Connection, actor: Actor, clip: GrantId, utterance: UtteranceId, now: datetime
) -> None:
    """Confirm an utterance after hearing it. Confirmed twice, the first one stands.

    Raises:
        NotFound: no such clip of this person, no such utterance, or not to be seen
        NotHeard: the clip was not heard, or is not of these words
        NewerWords: people read another revision now, or a correction that is none yet
    """
    found = heard_words(connection, clip, utterance)
    if is_being_corrected(connection, utterance):
        raise NewerWords
    connection.execute(
        _CONFIRM,
        {
            "revision": found.revision, "utterance": utterance, "recording": found.recording,
            "by": actor.account, "at": now, "clip": clip,
        },
    )  # fmt: skip


def heard_words(connection: Connection, clip: GrantId, utterance: UtteranceId) -> FoundUtterance:
    """Return an utterance that the connection's actor has heard whole in a clip, and that people read now.

    Raises:
        NotFound, NotHeard, NewerWords
    """
    found, given = find_utterance(connection, utterance), clip_of(connection, clip)
    if found is None:
        raise NotFound
    if given.heard_at is None or not _holds(given, found):
        raise NotHeard
    hold_revisions(connection, found.recording)
    read = read_revision(connection, found.recording)
    if read is None or read.id != found.revision:
        raise NewerWords
    return found


def is_being_corrected(connection: Connection, utterance: UtteranceId) -> bool:
    """Say whether people read a correction of an utterance whose own words are still the machine's."""
    return bool(connection.execute(_WAITING, {"utterance": utterance}).scalar_one())


def confirmations_of(connection: Connection, revision: RevisionId) -> dict[UtteranceId, Confirmation]:
    """Return what is confirmed of a revision."""
    return {
        UtteranceId(row.utterance_id): Confirmation(
            by=AccountId(row.by), name=row.display_name, at=row.at, clip=row.clip_id
        )
        for row in connection.execute(_CONFIRMED, {"revision": revision})
    }


def confirmed_among(connection: Connection, utterances: Iterable[UtteranceId]) -> frozenset[UtteranceId]:
    """Say which of these utterances a person has confirmed: for lists of hits."""
    rows = connection.execute(_AMONG, {"utterances": list(utterances)})
    return frozenset(UtteranceId(one) for one in rows.scalars())


def _holds(clip: Clip, found: FoundUtterance) -> bool:
    return (
        clip.recording == found.recording
        and clip.track is found.said.track
        and clip.span.start <= found.said.start + _OVERLAP
        and clip.span.end >= found.said.end - _OVERLAP
    )
