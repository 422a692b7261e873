"""Calls that belong together: リピート within a department and in the hall, はしご from one to the next.

Counted is only what one person asks of their own accord, with one demand. What the hall brought about
(transferred, sent on, promised and not kept, broken off, asked to call again), what nobody answered, other
matters, other people on the same number and calls without a number never count. Where no words are known
nobody can say which matter it was: such calls count, and how many of them there are is told. The figures are
the city's own: no policy sets one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from core.profile.signals import RepeatFigures
from incidents.signals import likeness
from incidents.signals.facts import CallFacts, EarlierCall
from incidents.signals.limits import Limits
from incidents.signals.signal import Kind, Signal

VERSION = f"repeats-2 {likeness.VERSION}"
_SEVERAL = 2


def calls_repeat(call: CallFacts, limits: Limits) -> Iterator[Signal]:
    """Find repeated calls, in this department and across the hall."""
    together = counted(call, limits.alike)
    if not together:
        return
    here = [one for one in together if one.department == call.department]
    if limits.repeat_department is not None:
        yield from _repeats(Kind.REPEAT_DEPARTMENT, call, here, limits.repeat_department)
    if limits.repeat_hall is not None:
        recent = _since(call, together, timedelta(days=limits.repeat_hall.days))
        if len(_departments(call, recent)) >= _SEVERAL:
            yield from _repeats(Kind.REPEAT_HALL, call, recent, limits.repeat_hall)


def one_after_another(call: CallFacts, limits: Limits) -> Iterator[Signal]:
    """Find one demand at several departments within some hours."""
    if limits.hashigo is None:
        return
    recent = _since(call, counted(call, limits.alike), timedelta(hours=limits.hashigo.hours))
    departments = _departments(call, recent)
    if len(departments) >= limits.hashigo.departments:
        yield Signal(
            kind=Kind.HASHIGO,
            rule="hashigo",
            version=VERSION,
            value={"departments": len(departments), "calls": len(recent) + 1, **_unread(call, recent)},
            limit={"departments": limits.hashigo.departments, "hours": limits.hashigo.hours},
        )


def counted(call: CallFacts, alike: float) -> list[EarlierCall]:
    """Return the earlier calls that count together with this one; none where this one does not count.

    Args:
        call: the call
        alike: likeness from which on two calls are of one demand, 0..1
    """
    if not call.one_person or not call.came.counts:
        return []
    own = [one for one in call.earlier if one.answered and one.came.counts and _one_person(call, one)]
    if not call.read:
        return own
    now = " ".join(one.text for one in call.callers)
    like = likeness.of_one_demand(now, [one.asked for one in own], alike)
    return [one for one, belongs in zip(own, like, strict=True) if belongs or not one.read]


def _one_person(call: CallFacts, earlier: EarlierCall) -> bool:
    if call.shared:
        return earlier.name == call.name
    return earlier.name is None or call.name is None or earlier.name == call.name


def _repeats(
    kind: Kind, call: CallFacts, earlier: Sequence[EarlierCall], figures: RepeatFigures
) -> Iterator[Signal]:
    recent = _since(call, earlier, timedelta(days=figures.days))
    calls = len(recent) + 1
    minutes = sum(one.minutes for one in recent) + call.talk_minutes
    # Minutes of one call alone are no repeat, however many.
    if recent and (calls >= figures.calls or minutes >= figures.minutes):
        yield Signal(
            kind=kind,
            rule=kind.value,
            version=VERSION,
            value={
                "calls": calls,
                "minutes": int(minutes),
                "departments": len(_departments(call, recent)),
                **_unread(call, recent),
            },
            limit={"calls": figures.calls, "minutes": figures.minutes, "days": figures.days},
        )


def _unread(call: CallFacts, earlier: Sequence[EarlierCall]) -> dict[str, int]:
    """Say how many of the calls have no words, this one among them: their demand is not known."""
    count = sum(not one.read for one in earlier) + (not call.read)
    return {"unread": count} if count else {}


def _since(call: CallFacts, earlier: Sequence[EarlierCall], window: timedelta) -> list[EarlierCall]:
    return [one for one in earlier if call.when - window <= one.when < call.when]


def _departments(call: CallFacts, earlier: Sequence[EarlierCall]) -> set[str]:
    return {call.department, *(one.department for one in earlier)}
