"""What a bundle is made of, gathered in the worker: the versions that were asked for, and nothing later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.errors import DomainError
from core.ids import RecordingId
from core.profile.model import CityProfile
from disclosure.bundle.release import Release, ReleasedCall, SaidLine
from disclosure.event_words import read as read_event
from disclosure.redaction.hearing import Hearing, unheard
from disclosure.redaction.sounding import sounding
from disclosure.redaction.work import Work, work_of
from disclosure.redaction.work_event_words import read as read_work_event
from disclosure.request_events import DISCLOSING
from disclosure.steps import request_of
from storage.bundles import BundleRow, FactsOfRecording, recordings_for_bundle
from storage.disclosures import events_of
from storage.redactions import hearings_of, work_rows
from telephony.sound.audio_files import SAMPLE_RATE
from transcription.confirmations import confirmations_of
from transcription.revisions import read_revision, utterances_of
from transcription.utterance import CALL_TRACKS, Span, Track, Utterance

Master = Callable[[], Iterator[NDArray[np.int16]]]
_SPEAKERS = {Track.CALLER: "相手", Track.HALL: "職員", Track.ROOM: "不明"}


class NotDecided(DomainError):
    """The request has no decision that discloses anything."""

    code = "bundle-not-decided"


class NotAllHeard(DomainError):
    """Two people have not yet heard every second as it would be released."""

    code = "bundle-not-heard"


class GroundMissing(DomainError):
    """A passage is left out and nobody has said why."""

    code = "bundle-not-grounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """Of a recording what is left out, and who heard which version of that."""

    work: Work
    versions: dict[int, Work]
    told: Sequence[Hearing]
    tracks: tuple[Track, Track]
    master: Master


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A release, of which `require_heard` is still to say whether it may leave."""

    release: Release
    heard: tuple[_Heard, ...]

    def require_heard(self) -> None:
        """Look where the masters have sound, and whether two people heard it. Slow: outside of a transaction.

        Raises:
            NotAllHeard: somebody has not
        """
        for one in self.heard:
            sound = sounding(one.master(), SAMPLE_RATE)
            if not unheard(one.work, one.versions, one.told, one.tracks, sound).nothing:
                raise NotAllHeard


def gather(
    connection: Connection,
    bundle: BundleRow,
    profile: CityProfile,
    master_of: Callable[[RecordingId], Master],
    kinds: Mapping[str, str],
) -> Gathered:
    """Gather what a release is made of.

    Args:
        connection: the worker's
        bundle: which versions of which recordings
        profile: of the city
        master_of: gives a recording's master, block by block
        kinds: what each kind of request is called

    Raises:
        NotDecided, GroundMissing: it must not leave
    """
    request = request_of([read_event(row) for row in events_of(connection, bundle.request)])
    decision = request.decision
    if decision is None or decision.answer not in DISCLOSING or profile.disclosure is None:
        raise NotDecided
    calls, heard = list[ReleasedCall](), list[_Heard]()
    for number, facts in enumerate(recordings_for_bundle(connection, bundle.versions), 1):
        heard.append(_heard(connection, bundle, facts, master_of(facts.id)))
        calls.append(_call(connection, facts, number, profile, heard[-1]))
    release = Release(
        city=profile.city,
        agency=next((one.name for one in profile.agencies if one.id == request.agency), request.agency),
        receipt=request.receipt, kind=kinds[request.kind.value], decided=decision.on, filed=decision.filed,
        calls=tuple(calls), grounds={one.id: one.basis for one in profile.disclosure.grounds},
    )  # fmt: skip
    return Gathered(release=release, heard=tuple(heard))


def _heard(connection: Connection, bundle: BundleRow, facts: FactsOfRecording, master: Master) -> _Heard:
    rows = work_rows(connection, bundle.request, facts.id)
    events = [read_work_event(row) for row in rows]
    version = bundle.versions[facts.id]
    work = work_of(events[:version])
    if work.ungrounded:
        raise GroundMissing
    tracks = (Track.ROOM, Track.ROOM) if facts.room else CALL_TRACKS
    heard = hearings_of(connection, bundle.request, facts.id)
    versions: dict[int, Work] = {one: work_of(events[:one]) for one in {row.version for row in heard}}
    told = [
        Hearing(
            by=row.by, span=Span(start=row.start_ms / 1000, end=row.end_ms / 1000), version=row.version
        )
        for row in heard
    ]  # fmt: skip
    return _Heard(work=work, versions=versions, told=told, tracks=tracks, master=master)


def _call(
    connection: Connection, facts: FactsOfRecording, number: int, profile: CityProfile, heard: _Heard
) -> ReleasedCall:
    connected = facts.connected_at
    from_operator = None if connected is None else (connected - facts.started_at).total_seconds()
    lines = {str(one.id): one.name for one in profile.lines}
    return ReleasedCall(
        label=f"通話{number}", began=facts.arrived_at, line=lines.get(facts.line, "窓口"),
        columns=heard.tracks, samples=facts.samples,
        masks=tuple(heard.work.masks.values()), master=heard.master,
        said=tuple(_lines(connection, facts, from_operator)),
    )  # fmt: skip


def _lines(
    connection: Connection, facts: FactsOfRecording, from_operator: float | None
) -> Iterator[SaidLine]:
    revision = read_revision(connection, facts.id)
    if revision is None:
        return
    confirmed = confirmations_of(connection, revision.id)
    for one in utterances_of(connection, revision):
        yield SaidLine(
            said=one.said, speaker=_speaker(one.said, from_operator), confirmed=one.id in confirmed
        )


def _speaker(said: Utterance, from_operator: float | None) -> str:
    """Before an operator was there, the hall's side is the announcement, nobody's words."""
    if said.track is Track.HALL and (from_operator is None or said.start < from_operator):
        return "案内"
    return _SPEAKERS[said.track]
