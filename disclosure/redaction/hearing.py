"""What of a release its maker, and a second person, have not yet heard. Pure.

Nothing leaves the hall of which somebody has not heard every second as it will be released. A hearing counts
for a side only where it was audible then: what was masked at the time and is not any more, nobody has heard.
Where neither side has any sound, there is nothing to hear.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.ids import AccountId
from disclosure.redaction.work import Work
from transcription.utterance import Span, Track

SLACK = 0.25
"""Seconds: players tell their place a few times a second, and nobody hears so short a gap."""
FASTEST = 2.0
"""Faster than this is not listening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A stretch that somebody played of a version, as it would be released."""

    by: AccountId
    span: Span
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """What is left to hear."""

    maker: tuple[Span, ...]
    """By whoever changed a passage last; before anybody did, by whoever looks first."""
    maker_by: AccountId | None
    """None: nobody changed a passage or heard anything yet."""
    second: tuple[Span, ...]
    """By the other person who has heard most."""
    second_by: AccountId | None

    @property
    def nothing(self) -> bool:
        """Whether two people have heard everything."""
        return not self.maker and not self.second


def unheard(
    work: Work,
    versions: dict[int, Work],
    hearings: Sequence[Hearing],
    tracks: Sequence[Track],
    sounding: Sequence[Span],
) -> Unheard:
    """Return what two people have still to hear before a release.

    Args:
        work: what is to be released
        versions: of each version that somebody heard, what was left out then
        hearings: by anybody
        tracks: the sides of the recording
        sounding: where any side has sound
    """
    needed = {track: _without(sounding, work.silent(track)) for track in tracks}
    audible: dict[tuple[int, Track], tuple[Span, ...]] = {
        (number, track): known.silent(track) for number, known in versions.items() for track in tracks
    }

    def left(by: AccountId | None) -> tuple[Span, ...]:
        found: list[Span] = []
        for track in tracks:
            heard = [
                piece
                for one in hearings
                if one.by == by
                for piece in _without([one.span], audible.get((one.version, track), ()))
            ]
            found += _without(needed[track], joined(heard))
        return tuple(one for one in joined(found) if one.seconds > SLACK)

    maker = work.maker
    if maker is None:
        maker = hearings[0].by if hearings else None
    others = sorted({one.by for one in hearings if one.by != maker})
    lefts = {one: left(one) for one in others}
    second = min(lefts, key=lambda one: sum(span.seconds for span in lefts[one]), default=None)
    return Unheard(
        maker=left(maker), maker_by=maker, second=lefts[second] if second else left(None), second_by=second
    )  # fmt: skip


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return stretches in order, without overlap; a gap of ``SLACK`` is none."""
    found: list[Span] = []
    for one in sorted(spans, key=lambda span: span.start):
        if found and one.start - found[-1].end <= SLACK:
            found[-1] = Span(start=found[-1].start, end=max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)


def _without(spans: Iterable[Span], gone: Sequence[Span]) -> list[Span]:
    """Return what is left of stretches; ``gone`` in order and without overlap."""
    found: list[Span] = []
    for one in spans:
        start = one.start
        for hole in gone:
            if hole.end <= start or hole.start >= one.end:
                continue
            if hole.start > start:
                found.append(Span(start=start, end=hole.start))
            start = max(start, hole.end)
        if start < one.end:
            found.append(Span(start=start, end=one.end))
    return found
