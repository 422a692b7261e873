"""Calls of one number side by side: what the caller says in each, and where they say the same.

A number is not a person, and likeness is no proof of one demand: people read both and judge. Calls of other
departments do not come out; of those that do, words come only where this person has the call open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from api.parts import ConsoleParts
from api.reading.calls import CallSeen, CallsSeen
from api.reading.recordings import open_grant, recording_seen
from api.reading.signals import COMPARED, SignalShown, signal_shown
from api.sessions import Session
from core.errors import NotFound
from core.ids import CallId
from incidents.signals.likeness import features, likeness, places_of
from incidents.signals.signal import Kind
from storage.signals import find_signal
from transcription.revisions import read_revision, utterances_of
from transcription.utterance import Track

AT_MOST = 30
_LONGEST = timedelta(days=31)
_SAME_NUMBER = text("""
    SELECT c.id FROM calls c JOIN calls now ON now.id = :call
     WHERE c.caller_hash = now.caller_hash AND c.id <> now.id AND NOT c.practice AND c.direction = 'in'
       AND c.connected_at IS NOT NULL
       AND c.arrived_at < now.arrived_at AND c.arrived_at >= now.arrived_at - CAST(:window AS interval)
     ORDER BY c.arrived_at DESC LIMIT :at_most
""")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters; ``alike`` where the other call says it too."""

    text: str
    alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallersLine:
    """What the caller said in one breath."""

    utterance: int
    start: float
    text: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One call of the two."""

    call: CallSeen
    opened: bool
    """Whether this person has its content open."""
    lines: tuple[CallersLine, ...]

    @property
    def words(self) -> str:
        """All that the caller said."""
        return "。".join(one.text for one in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeCalls:
    """What the page shows."""

    one: SignalShown
    now: Column
    beside: Column | None
    others: tuple[CallSeen, ...]
    """Earlier calls of the number that this person may see, the latest first."""
    percent: int | None
    """How alike the two are; None where the words of either are not open."""


def alike_calls(
    connection: Connection, parts: ConsoleParts, session: Session, signal: UUID, beside: str
) -> AlikeCalls:
    """Return the call of a signal beside another one of its number.

    Args:
        connection: under the rights of who reads
        parts: the console's
        session: whose grants count
        signal: of a kind that speaks of several calls
        beside: id of the other call; the latest one where it is empty

    Raises:
        NotFound: no such signal, none of its number by that id, or none that may be seen
    """
    row = _compared(connection, signal)
    calls = CallsSeen(connection, session.actor, parts.numbers)
    wanted = {"call": row.signal.call, "window": _window(row.signal.limit), "at_most": AT_MOST}
    ids = list(connection.execute(_SAME_NUMBER, wanted).scalars())
    others = tuple(calls.one(CallId(one)) for one in ids)
    chosen = next((one for one in others if one.id == beside), None) if beside else next(iter(others), None)
    if beside and chosen is None:
        raise NotFound
    now = _column(connection, parts, session, calls.one(row.signal.call))
    other = None if chosen is None else _column(connection, parts, session, chosen)
    percent = None
    if other is not None and now.lines and other.lines:
        percent = round(100 * likeness(now.words, other.words))
        now, other = _marked(now, other.words), _marked(other, now.words)
    return AlikeCalls(one=row, now=now, beside=other, others=others, percent=percent)


def _compared(connection: Connection, signal: UUID) -> SignalShown:
    row = find_signal(connection, signal)
    if Kind(row.kind) not in COMPARED:
        raise NotFound
    return signal_shown(row)


def pieces_of(said: str, other: str) -> tuple[Piece, ...]:
    """Cut a text into what another one says too, and the rest. Pure; nothing is lost."""
    found: list[Piece] = []
    done = 0
    for begin, end in places_of(said, features(other)):
        found += [Piece(said[done:begin], alike=False), Piece(said[begin:end], alike=True)]
        done = end
    found.append(Piece(said[done:], alike=False))
    return tuple(one for one in found if one.text)


def _window(limit: Mapping[str, int | float]) -> timedelta:
    return min(_LONGEST, timedelta(days=limit.get("days", 0), hours=limit.get("hours", 0)) or _LONGEST)


def _marked(column: Column, other: str) -> Column:
    return replace(
        column, lines=tuple(replace(one, pieces=pieces_of(one.text, other)) for one in column.lines)
    )


def _column(connection: Connection, parts: ConsoleParts, session: Session, call: CallSeen) -> Column:
    recording = recording_seen(connection, call.recording) if call.recording else None
    grant = recording and open_grant(
        connection, session.actor.account, recording.id,
        since=session.created_at, now=parts.clock.now(), session=session.id_hash,
    )  # fmt: skip
    if recording is None or grant is None:
        return Column(call=call, opened=False, lines=())
    revision = read_revision(connection, recording.id)
    said = [] if revision is None else utterances_of(connection, revision)
    lines = tuple(
        CallersLine(
            utterance=one.id, start=one.said.start, text=one.said.text,
            pieces=(Piece(one.said.text, alike=False),),
        )
        for one in said
        if one.said.heard and one.said.track is Track.CALLER
    )  # fmt: skip
    return Column(call=call, opened=True, lines=lines)
