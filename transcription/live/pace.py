"""Which watched call is followed how closely, when more is said than one core can write down. Pure.

The order is by what an operator needs, never by who calls: help that is asked for, a flag, the rest. First
the quick guesses are left out, then whole calls have to wait, the least needy and youngest first; each is
told so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.ids import CallId
from storage.live_text import Following

SLOW_AFTER = 2.0
"""Seconds that a settled sentence may wait before quick guesses are left out."""

WAIT_AFTER = 6.0
"""Seconds beyond which one more call has to wait."""

CALM = 1.0
CALM_FOR = 8.0
"""So long it must have been calm before one more is followed again."""

JUDGED_EVERY = 4.0
"""What a change brings shows after some seconds only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A watched call."""

    call: CallId
    helped: bool
    flagged: bool

    @property
    def rank(self) -> int:
        """How much it needs somebody; 0 most."""
        return 0 if self.helped else 1 if self.flagged else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the recogniser keeps up. Times are seconds of one steady clock."""

    slow: bool = False
    waiting: int = 0
    """So many calls wait."""
    changed_at: float = 0.0
    calm_since: float | None = None

    def judge(self, late: float, calls: int, now: float) -> Pace:
        """Decide how to go on.

        Args:
            late: seconds that the oldest finished sentence of a followed call has waited
            calls: how many are watched
            now: this moment
        """
        calm_since = (self.calm_since or now) if late < CALM else None
        told = replace(self, calm_since=calm_since, waiting=min(self.waiting, max(0, calls - 1)))
        if late >= SLOW_AFTER and not told.slow:
            return replace(told, slow=True, changed_at=now)
        if now - told.changed_at < JUDGED_EVERY:
            return told
        if late >= WAIT_AFTER and told.waiting < calls - 1:
            return replace(told, waiting=told.waiting + 1, changed_at=now)
        if calm_since is not None and now - max(calm_since, told.changed_at) >= CALM_FOR:
            if told.waiting:
                return replace(told, waiting=told.waiting - 1, changed_at=now)
            if told.slow:
                return replace(told, slow=False, changed_at=now)
        return told

    def share(self, calls: Sequence[Need]) -> Mapping[CallId, Following]:
        """Say how each call is followed; ``calls`` in the order in which they came."""
        ordered = sorted(calls, key=lambda one: one.rank)  # stable: of two alike the older stands first
        followed = len(ordered) - min(self.waiting, max(0, len(ordered) - 1))
        state = Following.SLOW if self.slow else Following.ON
        return {one.call: state if at < followed else Following.WAITING for at, one in enumerate(ordered)}
