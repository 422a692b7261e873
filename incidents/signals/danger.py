"""The 110 sheet: what somebody tells the police at once. No judgement of anybody is awaited for it.

品川区 対応要領 第5章(2)①: 犯罪行為は所属長等の判断を待つことなく直ちに警察に通報する。
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.signals.facts import CallFacts
from incidents.signals.signal import Kind, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerSheet:
    """A threat of killing or bombing, as it was heard. Holds words: it is shown, never stored or logged."""

    words: tuple[str, ...]
    """Exactly as they stand in the transcript, which a machine made: whoever can listens first."""
    at: datetime
    """When the first of them was said."""
    number_class: str
    """Whether there is a number, or why there is none."""
    heard_by: str | None
    """Who of ours was on the telephone."""


def danger_sheet(
    call: CallFacts, signals: Iterable[Signal], *, heard_by: str | None, number_class: str
) -> DangerSheet | None:
    """Return the sheet of a call; None where nobody threatened to kill or to bomb."""
    meant = {number for one in signals if one.kind is Kind.DANGER for number in one.utterances}
    said = [one for one in call.callers if one.number in meant]
    if not said:
        return None
    return DangerSheet(
        words=tuple(one.text for one in said),
        at=call.when + timedelta(seconds=said[0].start),
        number_class=number_class,
        heard_by=heard_by,
    )
