"""The passages of one recording that a request leaves out, as the editor's events have made them. Pure.

Every event makes a version; its number names it. What was heard, and what was released, was one version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from core.errors import DomainError
from core.ids import AccountId
from disclosure.redaction import work_events as on
from disclosure.redaction.mask import Mask, silenced
from transcription.utterance import Span, Track

SHORTEST = 0.05
"""Seconds: nothing that anybody could hear is shorter."""


class NoSuchPassage(DomainError):
    """This passage is not left out (any more), or the event was taken back already."""

    code = "no-such-passage"
    http_status = 409


class PassageWrong(DomainError):
    """A passage that lies outside the recording, or is too short to be one."""

    code = "passage-wrong"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A passage about a third person of the request; whether it is left out is another question."""

    id: UUID
    track: Track
    span: Span
    person: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The passages as they stand."""

    number: int = 0
    """Of the last event: the version."""
    masks: Mapping[UUID, Mask] = field(default_factory=dict[UUID, Mask])
    others: Mapping[UUID, About] = field(default_factory=dict[UUID, About])
    """Passages about third persons (第86条)."""
    declined: frozenset[str] = frozenset()
    """Suggestions that were looked at and declined."""
    taken: frozenset[str] = frozenset()
    """Suggestions that were taken."""
    maker: AccountId | None = None
    """Who did something last about what is left out."""

    @property
    def ungrounded(self) -> tuple[Mask, ...]:
        """Passages of which nobody has said why."""
        return tuple(one for one in self.masks.values() if not one.ground)

    def silent(self, track: Track) -> tuple[Span, ...]:
        """What is left out of one side, in order, without overlap."""
        return silenced(self.masks.values(), track)


def work_of(events: Sequence[on.WorkEvent]) -> Work:
    """Return the passages that these events, all of them and in order, have made.

    Raises:
        NoSuchPassage: one speaks of what is not there
    """
    undone = {one.number for one in events if isinstance(one, on.Undone)}
    work = Work()
    for number, event in enumerate(events, 1):
        if number not in undone:
            work = _apply(work, event)
        work = replace(work, number=number)
        if not isinstance(event, on.AboutOther | on.NotAboutOther):  # changes nothing that is released
            work = replace(work, maker=event.by)
    return work


def allow(events: Sequence[on.WorkEvent], event: on.WorkEvent, seconds: float) -> Work:
    """Return the passages as they are after one more event.

    Args:
        events: all before it
        event: what is done now
        seconds: length of the recording

    Raises:
        PassageWrong: it lies outside the recording, or is too short
        NoSuchPassage: it speaks of what is not there
    """
    if isinstance(event, on.Masked | on.AboutOther) and (
        event.end > seconds + SHORTEST or event.end - event.start < SHORTEST or event.start < 0
    ):
        raise PassageWrong
    if isinstance(event, on.Undone) and event.number not in _takeable(events):
        raise NoSuchPassage
    return work_of([*events, event])


def last_of(events: Sequence[on.WorkEvent], by: AccountId) -> int | None:
    """Return which event an undo by somebody would take back: their latest that still stands."""
    return max((one for one in _takeable(events) if events[one - 1].by == by), default=None)


def _takeable(events: Sequence[on.WorkEvent]) -> set[int]:
    """Events that can be taken back without leaving a later one that speaks of nothing."""
    undone = {one.number for one in events if isinstance(one, on.Undone)}
    stands = [
        (number, one)
        for number, one in enumerate(events, 1)
        if number not in undone and not isinstance(one, on.Undone)
    ]
    spoken_of: set[UUID] = set()
    free = set[int]()
    for number, one in reversed(stands):
        if _begun(one) not in spoken_of:
            free.add(number)
        if isinstance(one, on.Grounded | on.Unmasked):
            if isinstance(one, on.Grounded) and one.mask in spoken_of:
                free.discard(number)
            spoken_of.add(one.mask)
        if isinstance(one, on.NotAboutOther):
            spoken_of.add(one.about)
    return free


def _begun(event: on.WorkEvent) -> UUID | None:
    """Return which passage there is since an event."""
    if isinstance(event, on.Masked):
        return event.mask
    return event.about if isinstance(event, on.AboutOther) else None


def _apply(work: Work, event: on.WorkEvent) -> Work:
    if isinstance(event, on.AboutOther | on.NotAboutOther):
        return _mark(work, event)
    match event:
        case on.Masked():
            if event.mask in work.masks:
                raise NoSuchPassage
            made = Mask(
                id=event.mask, track=event.track, span=event.span, ground=event.ground, note=event.note
            )  # fmt: skip
            taken = work.taken | {event.offer} if event.offer else work.taken
            return replace(work, masks={**work.masks, event.mask: made}, taken=taken)
        case on.Grounded():
            known = _known(work, event.mask)
            said = replace(known, ground=event.ground, note=event.note)
            return replace(work, masks={**work.masks, event.mask: said})
        case on.Unmasked():
            _known(work, event.mask)
            return replace(work, masks={key: one for key, one in work.masks.items() if key != event.mask})
        case on.Declined():
            return replace(work, declined=work.declined | {event.offer})
        case _:
            return work


def _mark(work: Work, event: on.AboutOther | on.NotAboutOther) -> Work:
    if isinstance(event, on.AboutOther):
        if event.about in work.others:
            raise NoSuchPassage
        made = About(id=event.about, track=event.track, span=event.span, person=event.person)
        return replace(work, others={**work.others, event.about: made})
    if event.about not in work.others:
        raise NoSuchPassage
    return replace(work, others={key: one for key, one in work.others.items() if key != event.about})


def _known(work: Work, mask: UUID) -> Mask:
    found = work.masks.get(mask)
    if found is None:
        raise NoSuchPassage
    return found


def masks_at(events: Sequence[on.WorkEvent], number: int) -> Iterable[Mask]:
    """Return what was left out in a version."""
    return work_of(events[:number]).masks.values()
