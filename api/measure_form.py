"""A measure as somebody sends it, by a page or a program: read once, checked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from api.call_form import cut
from api.errors import WrongInput
from api.wording import HERE
from incidents.cases.case import Case
from incidents.cases.events import MeasureTaken
from incidents.cases.measures import (
    KINDS,
    LONGEST_BASIS,
    LONGEST_NOTE,
    LONGEST_NUMBER,
    Measure,
    MeasureFaulty,
    MeasureKind,
    check_measure,
)

_YEARS_BACK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureForm:
    """Its fields, as they were sent."""

    kind: str
    on: str
    reference: str
    basis: str
    note: str


def measure_taken(
    sent: MeasureForm, press: UUID, now: datetime
) -> Callable[[Case, dict[str, Any]], MeasureTaken]:
    """Return what makes the event out of a case and of who writes it (``at``, ``by``, ``rank``).

    Args:
        sent: the fields
        press: the page's or program's own id, which becomes the measure's
        now: no measure is taken tomorrow

    Raises:
        WrongInput: no such kind
        MeasureFaulty: no day, or a field that cannot be kept
    """
    if sent.kind not in set(MeasureKind):
        raise WrongInput
    try:
        day = date.fromisoformat(sent.on)
    except ValueError:
        raise MeasureFaulty from None
    known = KINDS[MeasureKind(sent.kind)]
    measure = Measure(
        id=press, kind=MeasureKind(sent.kind), on=day, basis=cut(sent.basis, LONGEST_BASIS) or known.basis,
        number=cut(sent.reference, LONGEST_NUMBER), note=cut(sent.note, LONGEST_NOTE),
    )  # fmt: skip
    if day.year < now.year - _YEARS_BACK:
        raise MeasureFaulty
    today = now.astimezone(HERE).date()

    def make(case: Case, who: dict[str, Any]) -> MeasureTaken:
        check_measure(measure, today=today, finding_stands=case.finding is not None)
        return MeasureTaken(
            **who, measure=measure.id, kind=measure.kind.value, lasting=known.needs_finding, on=measure.on,
            number=measure.number, basis=measure.basis, note=measure.note,
        )  # fmt: skip

    return make
