"""When somebody of ours asks for rest, or their superior for them: how long, and when people look again.

Pure. It is care and nothing else: it knows no call and no case, counts nobody's requests, and its dates come
from the profile. Who rings meanwhile is telephony's (`telephony/call/second_ring.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.profile.care import Care

SPEAK = 0
"""The check of the day itself: the superior speaks to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A moment at which the superior is reminded; ``days`` after the request, 0: to speak to them now."""

    days: int
    due_at: datetime
    done_at: datetime | None = None
    put_off_until: datetime | None = None


def rest_until(now: datetime, care: Care) -> datetime:
    """Return until when calls are held back, unless the person ends it first."""
    return now + timedelta(minutes=care.rest_minutes)


def forget_at(now: datetime, care: Care) -> datetime:
    """Return when nothing of a request is left."""
    return now + timedelta(days=care.forget_days)


def checks_of(asked_at: datetime, care: Care) -> tuple[Check, ...]:
    """Return every check of a request: to speak to them at once, then after the profile's days."""
    return tuple(
        Check(days=days, due_at=asked_at + timedelta(days=days)) for days in (SPEAK, *care.check_days)
    )


def put_off(now: datetime, care: Care) -> datetime:
    """Return when a reminder that was put off comes again."""
    return now + timedelta(hours=care.later_hours)


def waits(check: Check, now: datetime) -> bool:
    """Say whether a check is to be shown now."""
    later = check.put_off_until is not None and now < check.put_off_until
    return check.done_at is None and check.due_at <= now and not later


def next_check(checks: Iterable[Check], now: datetime) -> Check | None:
    """Return the check that is to be shown now: the latest that is due covers those before it."""
    open_now = [one for one in checks if waits(one, now)]
    return max(open_now, key=lambda one: one.days, default=None)
