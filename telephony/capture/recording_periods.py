"""How long a recording is kept: each class has a period, none is undefined. Pure.

Classes: ``practice``; ``flagged`` (記録・フラグ); ``unflagged``; ``buffer`` (一時保持: hours, and no words
before somebody flags the call). A flag counts on every line, a practice call stays practice. Those of open
matters, ``incident`` and ``disclosure`` (開示請求), never vanish by themselves: when their period is over, as
many people approve as the city says (廃棄の承認, ``keeping.approvals``).
"""

from __future__ import annotations

from datetime import timedelta

from core.profile.keeping import Keeping
from core.profile.recording import RecordingMode
from storage.recordings import RecordingClass

VANISHING: tuple[RecordingClass, ...] = ("buffer", "unflagged", "flagged", "practice")
"""Destroyed when their period is over, without anybody asked: the city's rules have said so beforehand."""


def kept_as(*, practice: bool, flagged: bool, mode: str) -> RecordingClass:
    """Return the class of a recording. ``mode`` is that of its line when the call came in."""
    if practice:
        return "practice"
    if flagged:
        return "flagged"
    return "buffer" if mode == RecordingMode.BUFFER.value else "unflagged"


def period_of(kind: RecordingClass, keeping: Keeping) -> timedelta:
    """Return how long after its end a recording is kept.

    Source: the city's own rules (要綱), as its profile says them under ``keeping``.
    """
    if kind == "buffer" and keeping.buffer_hours is not None:
        return timedelta(hours=keeping.buffer_hours)
    days = {
        "practice": keeping.practice_days, "flagged": keeping.flagged_days,
        "incident": keeping.incidents, "disclosure": keeping.disclosures,
    }  # fmt: skip
    # A line that was buffered in the profile of the day before has no hours any more: the days hold.
    return timedelta(days=days.get(kind, keeping.unflagged_days))
