"""What the editor of left-out passages shows: words with their seconds, passages, what is left to hear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from api.reading.transcripts import speaker_of
from core.ids import AccountId, RecordingId
from disclosure.redaction.hearing import Unheard
from disclosure.redaction.mask import Shown, shown_of
from disclosure.redaction.offer import Offer
from disclosure.redaction.work import Work
from transcription.confirmations import confirmations_of
from transcription.revisions import read_revision, utterances_of
from transcription.utterance import Span, Track, Utterance

Told = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSeen:
    """A piece of text that can be left out by itself."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """An utterance in the editor."""

    track: str
    speaker: str
    start: float
    words: tuple[WordSeen, ...]
    shown: tuple[Shown, ...]
    """As it would be released."""
    confirmed: bool


def lines_of(
    connection: Connection, recording: RecordingId, connected_after: float | None, work: Work
) -> tuple[LineSeen, ...]:
    """Return the transcript that people read, as the editor shows it; nothing where there is none."""
    revision = read_revision(connection, recording)
    if revision is None:
        return ()
    confirmed = confirmations_of(connection, revision.id)
    return tuple(
        LineSeen(
            track=one.said.track.value,
            speaker=speaker_of(one.said.track, one.said.start, connected_after),
            start=one.said.start,
            words=_words(one.said),
            shown=shown_of(one.said, work.silent(one.said.track)),
            confirmed=one.id in confirmed,
        )
        for one in utterances_of(connection, revision)
    )


def said_in(connection: Connection, recording: RecordingId) -> tuple[Utterance, ...]:
    """Return the utterances of the transcript that people read."""
    revision = read_revision(connection, recording)
    return () if revision is None else tuple(one.said for one in utterances_of(connection, revision))


def work_told(work: Work) -> Told:
    """Return the passages as the page's script needs them: milliseconds."""
    passages = sorted(work.masks.values(), key=lambda one: (one.span.start, one.track))
    return {
        "version": work.number,
        "passages": [
            {"id": str(one.id), "track": one.track, **_ms(one.span), "ground": one.ground, "note": one.note}
            for one in passages
        ],
        "others": [
            {"id": str(one.id), "track": one.track, **_ms(one.span), "person": str(one.person)}
            for one in sorted(work.others.values(), key=lambda one: (one.span.start, one.track))
        ],
        "silent": {track.value: [_ms(one) for one in work.silent(track)] for track in Track},
    }


def hearing_told(
    unheard: Unheard, names: Mapping[AccountId, str], sounding: Sequence[Span], me: AccountId
) -> Told:
    """Return what is left to hear, and by whom."""
    return {
        "sounding": [_ms(one) for one in sounding],
        "maker": [_ms(one) for one in unheard.maker],
        "second": [_ms(one) for one in unheard.second],
        "second_name": names.get(unheard.second_by, "") if unheard.second_by else "",
        "maker_me": unheard.maker_by in {None, me},
        "all_heard": unheard.nothing,
    }


def offers_told(offers: Iterable[Offer]) -> list[Told]:
    """Return offers as the page's script needs them."""
    return [
        {"key": one.key, "kind": one.kind, "track": one.track, **_ms(one.span), "words": one.words}
        for one in offers
    ]


def _words(said: Utterance) -> tuple[WordSeen, ...]:
    if not said.words:  # a person's correction has no times of its own: it goes whole, or not at all
        return (WordSeen(text=said.text, start=said.start, end=said.end),)
    return tuple(
        WordSeen(text=one.text, start=one.start, end=max(one.end, one.start + 0.001)) for one in said.words
    )


def _ms(span: Span) -> Told:
    return {"start": round(span.start * 1000), "end": round(span.end * 1000)}
