"""A recording of a request that somebody has open, to leave passages out of it; and what its sound tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import numpy as np
from fastapi import Form, Path, Request
from numpy.typing import NDArray
from sqlalchemy import Connection

from api.parts import ConsoleParts
from api.reading.recordings import OpenGrant, RecordingSeen, open_grant, recording_seen
from api.sessions import Session
from core.errors import AccessDenied, NotFound
from core.ids import RecordingId, RequestId
from core.profile.disclosure import Ground
from disclosure.desk import read_request
from disclosure.redaction.editing import Place
from disclosure.redaction.sounding import sounding
from storage.disclosures import is_led
from storage.record_requests import request_of
from storage.redactions import works_on
from storage.request_facts import FactsOfCall, accepted_of
from storage.vault import OpenedRecording
from telephony.sound.audio_files import SAMPLE_RATE
from telephony.sound.flac import unpack_flac
from transcription.clip_sound import cut
from transcription.clip_span import clip_span
from transcription.pauses import speech_edges
from transcription.utterance import CALL_TRACKS, Span, Track

REDACTION = "/records/{request_id}/{recording}/redaction"
_AROUND = 3.0  # seconds of sound around a passage, in which its pauses are looked for
_KEPT = 50
"""Of so many recordings it is remembered where they have sound: seconds, and nothing of what was said."""
_LATEST_MS = 48 * 3600 * 1000
RequestInPath = Annotated[UUID, Path()]
RecordingInPath = Annotated[UUID, Path()]
Milliseconds = Annotated[int, Form(ge=0, le=_LATEST_MS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A recording of a request that this person has open in this session."""

    place: Place
    facts: FactsOfCall
    kept: RecordingSeen
    grant: OpenGrant

    @property
    def tracks(self) -> tuple[Track, Track]:
        """Its sides, in the order of the master's columns."""
        return (Track.ROOM, Track.ROOM) if self.kept.room else CALL_TRACKS


def opened_for_redaction(
    parts: ConsoleParts, session: Session, request_id: UUID, recording: UUID
) -> Opened | None:
    """Return a recording that this person has open in this session; None: they have yet to open it.

    Raises:
        NotFound: it does not belong to a request of theirs
    """
    with parts.database.begin(session.actor) as connection:
        asked = request_of(connection, RequestId(request_id))
        facts = next((one for one in accepted_of(connection, asked.id) if one.recording == recording), None)
        kept = recording_seen(connection, RecordingId(recording))
        if facts is None or kept is None:
            raise NotFound
        works_on(connection, asked.id, kept.id)
        grant = open_grant(
            connection, session.actor.account, kept.id, since=session.created_at, now=parts.clock.now(),
            session=session.id_hash,
        )  # fmt: skip
    if grant is None:
        return None
    place = Place(request=asked.id, recording=kept.id, seconds=kept.seconds)
    return Opened(place=place, facts=facts, kept=kept, grant=grant)


def must_be_open(parts: ConsoleParts, session: Session, request_id: UUID, recording: UUID) -> Opened:
    """Return a recording that this person has open in this session.

    Raises:
        NotFound: it does not belong to a request of theirs
        AccessDenied: they have yet to open it, or its time is over
    """
    opened = opened_for_redaction(parts, session, request_id, recording)
    if opened is None:
        raise AccessDenied
    return opened


def grounds_for(connection: Connection, parts: ConsoleParts, request: RequestId) -> tuple[Ground, ...]:
    """Return the grounds on which something may be left out: of the request's kind, if it is led here."""
    rules = parts.profile.disclosure
    if rules is None:
        return ()
    return (
        rules.grounds_of(read_request(connection, request)[0].kind)
        if is_led(connection, request)
        else (rules.grounds)
    )


def snapped(master: OpenedRecording, track: Track, wanted: Span, whole: float) -> Span:
    """Return a passage moved out to the pauses around it, and a little further."""
    wide = Span(start=max(0.0, wanted.start - _AROUND), end=min(whole, wanted.end + _AROUND))
    around = cut(master.read, master.size, track, wide)
    first = round(wide.start * SAMPLE_RATE) / SAMPLE_RATE
    return clip_span(wanted, speech_edges(around, first), whole)


def stretches(master: OpenedRecording, wanted: Sequence[Span]) -> list[NDArray[np.int16]]:
    """Return both sides of some stretches, each of shape (n, 2), in one pass over the master."""
    places = [(round(one.start * SAMPLE_RATE), round(one.end * SAMPLE_RATE)) for one in wanted]
    parts: list[list[NDArray[np.int16]]] = [[] for _ in places]
    at, last = 0, max((end for _, end in places), default=0)
    for block in unpack_flac(master.read, master.size):
        for number, (start, end) in enumerate(places):
            if start < at + len(block) and end > at:
                parts[number].append(block[max(0, start - at) : end - at].copy())
        at += len(block)
        if at >= last:
            break
    return [np.concatenate(one) if one else np.empty((0, 2), dtype=np.int16) for one in parts]


def sounding_of(request: Request, opened: Opened, master: OpenedRecording) -> tuple[Span, ...]:
    """Return where any side of a recording has sound, worked out once."""
    known: dict[RecordingId, tuple[Span, ...]] = request.app.state.sounding
    if opened.kept.id not in known:
        while len(known) >= _KEPT:
            known.pop(next(iter(known)))
        known[opened.kept.id] = sounding(unpack_flac(master.read, master.size), SAMPLE_RATE)
    return known[opened.kept.id]
