"""Why somebody called: of their own accord, or because of the hall. Only what our own records show.

What the hall brought about never counts against a citizen. In doubt it was the hall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.profile.signals import SignalContexts
from incidents.signals.facts import Came
from incidents.signals.words import WordList

_SENT_FOR = timedelta(days=1)
_ASKED_FOR = timedelta(days=3)
_CUT_FOR = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBefore:
    """A call of the same number, as far as it says why the next one came."""

    at: datetime
    department: str
    answered: bool
    broken_off: bool = False
    by_us: bool = False
    """We had called them."""
    told: str = ""
    """The hall's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOfOurs:
    """A promise to call this number back."""

    made: datetime
    due: datetime
    kept: datetime | None


def came_of(
    at: datetime,
    department: str,
    before: Sequence[CallBefore],
    promises: Sequence[PromiseOfOurs],
    contexts: SignalContexts,
) -> Came:
    """Say why a call came in at a moment.

    Args:
        at: when it came
        department: where
        before: calls with this number before it
        promises: what we owed this number, in any department
        contexts: the city's words for sending somebody on
    """
    if any(one.made < at and one.due < at and (one.kept is None or one.kept > at) for one in promises):
        return Came.BROKEN_PROMISE
    sent, again = WordList.of(contexts.sent), WordList.of(contexts.call_again)
    for one in before:
        passed = at - one.at
        if passed < timedelta(0):
            continue
        if passed <= _CUT_FOR and not one.by_us and (one.broken_off or not one.answered):
            return Came.CUT_OFF
        if passed <= _SENT_FOR and one.department != department and sent.found(one.told):
            return Came.SENT
        if passed <= _ASKED_FOR and (one.by_us or (one.department == department and again.found(one.told))):
            return Came.ASKED_TO
    return Came.OWN
