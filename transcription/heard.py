"""Whether somebody has heard a clip: judged on the server, of which the player's report is one part of three.

Pure. *Heard* means: the server sent the sound to that person, the player reported at least 95 % of it, and at
least the clip's length ÷ 1.5 passed on the server's clock, during which that person heard no other clip. What
a report says beyond what was sent does not count, and what was sent late was heard late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import DomainError

SHARE = (19, 20)
"""Of the clip that must have been played, as a fraction: 95 %."""

FASTEST = 1.5
"""Times real time; nobody understands a telephone faster with care."""

Stretch = tuple[int, int]
"""Milliseconds of a clip, the second one excluded."""


class NotHeard(DomainError):
    """The clip was not played whole; listen to all of it first."""

    code = "not-heard"
    http_status = 409


class HeardTooFast(NotHeard):
    """Less time has passed than hearing the clip takes."""

    code = "heard-too-fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What the server knows of a clip that it sent to somebody."""

    milliseconds: int
    began_at: datetime | None
    sent: Sequence[Stretch]
    played_after: datetime | None
    """Before it the clip cannot have been played to its end: the last of ``played_after`` of its pieces."""
    heard_before: datetime | None
    """When the same person had last heard a clip: nobody hears two things at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A clip was heard: from when at the earliest, and how much of it."""

    listened_from: datetime
    milliseconds: int


def played_after(sent_at: datetime, rest: int) -> datetime:
    """Say when a clip can have been played to its end if a piece went out, ``rest`` ms before that end."""
    return sent_at + timedelta(milliseconds=rest / FASTEST)


def judge_hearing(sending: Sending, reported: Iterable[Stretch], now: datetime) -> Heard:
    """Judge a report.

    Args:
        sending: what was sent, when
        reported: what the player says it played; overlapping and unordered as it may be
        now: by the server's clock

    Raises:
        NotHeard: too little was played, or too little was ever sent
        HeardTooFast: it cannot have been played in so little time
    """
    if sending.began_at is None:
        raise NotHeard
    played = _common(_union(reported), _union(sending.sent), sending.milliseconds)
    part, whole = SHARE
    if played * whole < sending.milliseconds * part:
        raise NotHeard
    listened_from = max(sending.began_at, sending.heard_before or sending.began_at)
    if now < played_after(listened_from, sending.milliseconds):
        raise HeardTooFast
    if sending.played_after is not None and now < sending.played_after:
        raise HeardTooFast
    return Heard(listened_from=listened_from, milliseconds=played)


def _union(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(one for one in stretches if one[0] < one[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _common(some: list[Stretch], others: list[Stretch], whole: int) -> int:
    return sum(
        max(0, min(end, other_end, whole) - max(start, other_start, 0))
        for start, end in some
        for other_start, other_end in others
    )
