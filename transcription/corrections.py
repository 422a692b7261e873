"""Corrections: what a person heard instead of what the machine wrote, whose text is never overwritten.

A correction is a row at once, written under the rights of its author, who has heard the words. The worker
makes it a revision of its own with that author, so that search finds the new words; what stood before stays,
and every confirmation of words that were not touched goes over. Running again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from core.clock import Clock
from core.errors import DomainError
from core.facts import CorrectionMade, TranscriptSaved
from core.ids import AccountId, GrantId, RecordingId, RevisionId, UtteranceId
from core.logs import get_log
from storage.database import Database
from storage.unit_of_work import Announces, UnitOfWork
from transcription.confirmations import heard_words
from transcription.letter_times import corrected
from transcription.repository import RecordedCall, Transcript, recorded_call, save_revision
from transcription.revisions import (
    Revision,
    SavedUtterance,
    find_utterance,
    read_revision,
    revision_of,
    utterances_of,
)
from transcription.spoken_numbers import masked_text
from transcription.utterance import Utterance

LONGEST = 1000
"""Characters of a corrected utterance; nobody speaks so many in 28 seconds."""

_ADD = text("""
    INSERT INTO corrections (id, revision_id, utterance_id, recording_id, by, at, clip_id, text)
    VALUES (:id, :revision, :utterance, :recording, :by, :at, :clip, :text)
    ON CONFLICT (id) DO NOTHING
""")
_SAME = text(
    "SELECT 1 FROM corrections WHERE id = :id AND utterance_id = :utterance AND text = :text AND by = :by"
)
_COLUMNS = "c.id, c.revision_id, c.utterance_id, c.by, c.at, c.clip_id, c.text, a.display_name"
_WAITING = text(
    f"""
    SELECT {_COLUMNS} FROM corrections c LEFT JOIN accounts a ON a.id = c.by
     WHERE c.recording_id = :recording AND c.made IS NULL AND NOT c.overtaken ORDER BY c.at, c.id
    """  # noqa: S608  a constant
)
_TO_MAKE = text("""
    SELECT id, revision_id, utterance_id, by, at, clip_id, text, NULL AS display_name FROM corrections
     WHERE recording_id = :recording AND made IS NULL AND NOT overtaken ORDER BY at, id
""")
_MADE = text("UPDATE corrections SET made = :made WHERE id = :id")
_OVERTAKEN = text("UPDATE corrections SET overtaken = true WHERE id = :id")
_STANDING = text("SELECT utterance_id, by, at, clip_id AS clip FROM confirmations WHERE revision_id = :of")
_GO_OVER = text("""
    INSERT INTO confirmations (revision_id, utterance_id, recording_id, by, at, clip_id)
    VALUES (:revision, :utterance, :recording, :by, :at, :clip)
""")
_NOTIFY = text("SELECT pg_notify('tsuwaroku_calls', :call)")


class NothingCorrected(DomainError):
    """The text is empty, too long, or what it was before."""

    code = "nothing-corrected"
    http_status = 422


class CorrectionUsed(DomainError):
    """This correction was sent before with other words."""

    code = "press-used"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCorrection:
    """What a person heard instead. ``id`` is made by the page: sent twice, it is one correction."""

    id: UUID
    clip: GrantId
    utterance: UtteranceId
    text: str
    by: AccountId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction that is no revision yet."""

    id: UUID
    revision: RevisionId
    utterance: UtteranceId
    by: AccountId
    name: str | None
    at: datetime
    clip: GrantId
    text: str


def correct(work: UnitOfWork, new: NewCorrection, *, masks_numbers: bool = True) -> None:
    """Write a correction down, and announce it.

    Args:
        work: the transaction, under the rights of whoever corrects
        new: the correction
        masks_numbers: whether 個人番号 and card numbers are left out

    Raises:
        NothingCorrected
        CorrectionUsed: the id was used for other words
        NotFound, NotHeard, NewerWords: as for confirming
    """
    said = masked_text(cleaned(new.text)) if masks_numbers else cleaned(new.text)
    found = heard_words(work.connection, new.clip, new.utterance)
    if not said or len(said) > LONGEST or said == found.said.text:
        raise NothingCorrected
    values = {
        "id": new.id, "revision": found.revision, "utterance": new.utterance, "recording": found.recording,
        "by": new.by, "at": new.at, "clip": new.clip, "text": said,
    }  # fmt: skip
    if work.connection.execute(_ADD, values).rowcount:
        work.announce(CorrectionMade(recording=found.recording))
    elif work.connection.execute(_SAME, values).one_or_none() is None:
        raise CorrectionUsed


def cleaned(words: str) -> str:
    """Return what somebody typed as one line, without what cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


def waiting_corrections(connection: Connection, recording: RecordingId) -> list[Correction]:
    """List the corrections that are no revision yet, oldest first, as far as the connection's actor may."""
    return [_correction(row) for row in connection.execute(_WAITING, {"recording": recording})]


class MakeCorrections:
    """Handler ``make_corrections``: turns the waiting corrections of a recording into revisions.

    Args:
        database: the worker role's
        announcer: who hears that a transcript was saved
        clock: when a revision was made
        masks_numbers: whether 個人番号 and card numbers are left out
    """

    def __init__(
        self, *, database: Database, announcer: Announces, clock: Clock, masks_numbers: bool = True
    ) -> None:
        self._masks_numbers = masks_numbers
        self._database = database
        self._announcer = announcer
        self._clock = clock

    def __call__(self, recording: str) -> None:
        """Make what waits, each correction in a transaction of its own."""
        while self._make_one(RecordingId(UUID(recording))):
            continue

    def _make_one(self, recording: RecordingId) -> bool:
        with UnitOfWork(self._database, self._announcer) as work:
            call = recorded_call(work.connection, recording, locked=True)
            row = work.connection.execute(_TO_MAKE, {"recording": recording}).first()
            if call is None or row is None or call.destroyed or not call.usable:
                return False
            correction = _correction(row)
            base = _base(work.connection, correction, recording)
            if base is None:
                # Somebody else changed these very words meanwhile: theirs stand, this one stays as a row.
                work.connection.execute(_OVERTAKEN, {"id": correction.id})
                get_log().info("correction.overtaken", recording=recording)
                return True
            revision = self._save(work.connection, call, correction, base)
            work.announce(TranscriptSaved(recording=recording, revision=revision))
            work.connection.execute(_NOTIFY, {"call": call.call})
            get_log().info("correction.made", recording=recording, revision=revision)
            return True

    def _save(
        self, connection: Connection, call: RecordedCall, correction: Correction, base: _Base
    ) -> RevisionId:
        before = base.utterances
        spoken = [
            corrected(one.said, correction.text) if one.id == base.target else one.said for one in before
        ]
        transcript = Transcript(
            model=base.revision.model,
            options=base.revision.options,
            utterances=tuple(spoken),
            author=correction.by,
            based_on=base.revision.based_on or base.revision.id,
            masks_numbers=self._masks_numbers,
        )
        revision, names = save_revision(connection, call, transcript, self._clock.now())
        # Whoever corrected has heard these words; what others confirmed of the rest goes on standing.
        kept = connection.execute(_STANDING, {"of": base.revision.id})
        standing: dict[int, Any] = {row.utterance_id: row for row in kept}
        standing[base.target] = correction
        for one, name in zip(before, names, strict=True):
            stands = standing.get(one.id)
            if stands is not None:
                connection.execute(
                    _GO_OVER,
                    {
                        "revision": revision, "utterance": name, "recording": call.recording,
                        "by": stands.by, "at": stands.at, "clip": stands.clip,
                    },
                )  # fmt: skip
        connection.execute(_MADE, {"id": correction.id, "made": revision})
        return revision


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    revision: Revision
    utterances: list[SavedUtterance]
    target: UtteranceId


def _base(connection: Connection, correction: Correction, recording: RecordingId) -> _Base | None:
    """Return the revision to go on from, and in it the words that the author saw; None if they are gone."""
    seen = find_utterance(connection, correction.utterance)
    read = read_revision(connection, recording)
    if seen is None or read is None:
        return None
    found = _with_words(connection, read, seen.said)
    if found is None and read.author is None:
        # A machine listened once more while the correction was on its way: a person's word goes first.
        own = revision_of(connection, correction.revision)
        found = None if own is None else _with_words(connection, own, seen.said)
    return found


def _with_words(connection: Connection, revision: Revision, said: Utterance) -> _Base | None:
    wanted = replace(said, words=())
    utterances = utterances_of(connection, revision)
    for one in utterances:
        if replace(one.said, words=()) == wanted:
            return _Base(revision=revision, utterances=utterances, target=one.id)
    return None


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        id=row.id,
        revision=RevisionId(row.revision_id),
        utterance=UtteranceId(row.utterance_id),
        by=AccountId(row.by),
        name=row.display_name,
        at=row.at,
        clip=GrantId(row.clip_id),
        text=row.text,
    )
