"""A transcript as its page shows it: who confirmed what, what was corrected, and text cut into pieces.

Pieces come from offsets and probabilities; the template escapes each one. Nobody puts tags into text. What no
person has confirmed is 未確認, whatever the machine thinks of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from api.reading.hall_track import Seconds, is_among
from core.ids import RecordingId, UtteranceId
from transcription.changes import Change, changes
from transcription.confirmations import Confirmation, confirmations_of
from transcription.corrections import waiting_corrections
from transcription.revisions import (
    Revision,
    SavedUtterance,
    newer_machine_revision,
    read_revision,
    revision_of,
    utterances_of,
)
from transcription.utterance import Track, Utterance, Word

UNSURE_BELOW = 0.7
"""Probability under which a word is shown as uncertain."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that look alike."""

    text: str
    unsure: bool = False
    found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceSeen:
    """One utterance, ready to be shown."""

    id: int
    speaker: str
    """``caller``, ``hall``, ``unknown``, or ``notice``: the hall's side before an operator was there."""
    start: float
    end: float
    text: str
    heard: bool
    """False for a remark of ours: speech that has no believable text."""
    pieces: tuple[Piece, ...]
    confirmed: Confirmation | None = None
    """Who confirmed these words; None: 未確認."""
    changed: tuple[Change, ...] = ()
    """The way from the machine's text to this one, where a person corrected it."""
    waiting: bool = False
    """A correction that search does not find yet."""

    @property
    def unsure(self) -> bool:
        """Whether any word in it is uncertain."""
        return self.confirmed is None and any(piece.unsure for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerText:
    """What a machine heard after people had begun to work on an older text: to look at, and nothing more."""

    revision: int
    model: str
    made_at: datetime
    utterances: tuple[UtteranceSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptSeen:
    """The revision of a transcript that people read."""

    revision: int
    model: str
    corrected: bool
    utterances: tuple[UtteranceSeen, ...]
    newer: NewerText | None = None

    @property
    def confirmed(self) -> int:
        """How many utterances a person has confirmed."""
        return sum(one.confirmed is not None for one in self.utterances)


def transcript_seen(
    connection: Connection,
    recording: RecordingId,
    *,
    connected_after: float | None,
    several: tuple[Seconds, ...] = (),
) -> TranscriptSeen | None:
    """Return the transcript that people read; None when there is none, or this person may not read it.

    ``connected_after``: second of the recording from which an operator could speak; None if none ever could.
    ``several``: when several people were on the hall's track (`hall_track`).
    """
    revision = read_revision(connection, recording)
    if revision is None:
        return None
    confirmed = confirmations_of(connection, revision.id)
    machine = _machine_texts(connection, revision)
    seen = [
        _seen(one, connected_after, confirmed.get(one.id), machine.get(_place(one.said)))
        for one in utterances_of(connection, revision)
    ]
    seen = [_known(one, several) for one in seen]
    return TranscriptSeen(
        revision=revision.number,
        model=revision.model.name,
        corrected=revision.author is not None,
        utterances=tuple(_with_corrections(connection, recording, seen)),
        newer=_newer(connection, revision, connected_after, several),
    )


def speaker_of(track: Track, start: float, connected_after: float | None) -> str:
    """Say who speaks: before an operator was there, the hall's side is the announcement, nobody's words."""
    if track is Track.HALL and (connected_after is None or start < connected_after):
        return "notice"
    return track.value


def _known(one: UtteranceSeen, several: tuple[Seconds, ...]) -> UtteranceSeen:
    unknown = one.speaker == Track.HALL.value and is_among(several, one.start, one.end)
    return replace(one, speaker="unknown") if unknown else one


def _newer(
    connection: Connection, read: Revision, connected_after: float | None, several: tuple[Seconds, ...]
) -> NewerText | None:
    newer = newer_machine_revision(connection, read)
    if newer is None:
        return None
    said = utterances_of(connection, newer)
    return NewerText(
        revision=newer.number,
        model=newer.model.name,
        made_at=newer.created_at,
        utterances=tuple(_known(_seen(one, connected_after, None, None), several) for one in said),
    )


def _machine_texts(connection: Connection, revision: Revision) -> dict[tuple[Track, float, float], str]:
    """Return what the machine wrote at each place, where a person's revision is read."""
    own = None if revision.based_on is None else revision_of(connection, revision.based_on)
    if own is None:
        return {}
    return {_place(one.said): one.said.text for one in utterances_of(connection, own)}


def _place(said: Utterance) -> tuple[Track, float, float]:
    return said.track, said.start, said.end


def _seen(
    saved: SavedUtterance, connected_after: float | None, confirmed: Confirmation | None, machine: str | None
) -> UtteranceSeen:
    said = saved.said
    return UtteranceSeen(
        id=saved.id,
        speaker=speaker_of(said.track, said.start, connected_after),
        start=said.start,
        end=said.end,
        text=said.text,
        heard=said.heard,
        # What a person has confirmed is not doubted any more.
        pieces=pieces_of(said.text, unsure=[] if confirmed else unsure_spans(said.text, said.words)),
        confirmed=confirmed,
        changed=() if machine is None or machine == said.text else changes(machine, said.text),
    )


def _with_corrections(
    connection: Connection, recording: RecordingId, seen: list[UtteranceSeen]
) -> list[UtteranceSeen]:
    """Show what was corrected a moment ago, before the worker has made it a revision."""
    shown = {one.id: one for one in seen}
    for correction in waiting_corrections(connection, recording):
        before = shown.get(UtteranceId(correction.utterance))
        if before is None:
            continue
        machine = "".join(one.text for one in before.changed if one.kind != "added") or before.text
        told = Confirmation(
            by=correction.by, name=correction.name, at=correction.at, clip=UUID(str(correction.clip))
        )
        shown[before.id] = replace(
            before,
            text=correction.text,
            pieces=pieces_of(correction.text),
            heard=True,
            confirmed=told,
            changed=changes(machine, correction.text),
            waiting=True,
        )
    return [shown[one.id] for one in seen]


def unsure_spans(written: str, words: Iterable[Word]) -> list[tuple[int, int]]:
    """Return where the uncertain words stand in a text."""
    spans: list[tuple[int, int]] = []
    cursor = 0
    for word in words:
        piece = word.text.strip()
        at = written.find(piece, cursor)
        if not piece or at < 0:
            continue
        cursor = at + len(piece)
        if word.probability < UNSURE_BELOW:
            spans.append((at, cursor))
    return spans


def pieces_of(
    words: str, *, unsure: Iterable[tuple[int, int]] = (), found: Iterable[tuple[int, int]] = ()
) -> tuple[Piece, ...]:
    """Cut a text into pieces by offsets. Offsets outside the text are ignored; spans may overlap."""
    flags = [[False, False] for _ in words]
    for kind, spans in enumerate((unsure, found)):
        for start, end in spans:
            for index in range(max(0, start), min(len(words), end)):
                flags[index][kind] = True
    pieces: list[Piece] = []
    for (is_unsure, is_found), run in groupby(range(len(words)), key=lambda index: tuple(flags[index])):
        places = list(run)
        pieces.append(Piece(words[places[0] : places[-1] + 1], is_unsure, is_found))
    return tuple(pieces)
