"""措置: what lasts needs a finding, what warns or protects never does, and penalties stand nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from incidents.cases.measures import (
    KINDS,
    FindingNeeded,
    Measure,
    MeasureFaulty,
    MeasureKind,
    check_measure,
    lapsed,
    may_take,
)

TODAY = date(2026, 4, 1)
ALWAYS_FREE = {
    MeasureKind.WARNING, MeasureKind.POLICE_110, MeasureKind.POLICE_ADVICE, MeasureKind.LAWYER,
    MeasureKind.TAKE_DOWN, MeasureKind.LEAVE_ORDER,
}  # fmt: skip


def measure(kind: MeasureKind, **facts: object) -> Measure:
    plain: dict[str, object] = {"id": UUID(int=1), "kind": kind, "on": TODAY, "basis": KINDS[kind].basis}
    return Measure(**(plain | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", MeasureKind)
def test_a_warning_and_the_police_wait_for_nobody_and_what_lasts_waits_for_a_finding(
    kind: MeasureKind,
) -> None:
    check_measure(measure(kind), today=TODAY, finding_stands=True)

    assert may_take(kind, finding_stands=False) is (kind in ALWAYS_FREE)
    if kind in ALWAYS_FREE:
        check_measure(measure(kind), today=TODAY, finding_stands=False)
    else:
        with pytest.raises(FindingNeeded):
            check_measure(measure(kind), today=TODAY, finding_stands=False)


@pytest.mark.parametrize(
    "facts",
    [{"basis": " "}, {"number": "1" * 101}, {"basis": "a\nb"}, {"note": "\x00"}],
)
def test_a_measure_has_a_ground_and_fits_its_fields(facts: dict[str, object]) -> None:
    with pytest.raises(MeasureFaulty):
        measure(MeasureKind.WARNING, **facts)


def test_a_measure_of_tomorrow_was_not_taken() -> None:
    tomorrow = measure(MeasureKind.WARNING, on=date(2026, 4, 2))
    with pytest.raises(MeasureFaulty):
        check_measure(tomorrow, today=TODAY, finding_stands=True)


def test_what_was_built_on_a_withdrawn_finding_falls_and_what_was_free_stands() -> None:
    taken = [measure(kind) for kind in MeasureKind]
    gone = datetime(2026, 4, 2, tzinfo=UTC)

    assert lapsed(taken, withdrawn_at=None) == ()
    assert {one.measure.kind for one in lapsed(taken, withdrawn_at=gone)} == set(MeasureKind) - ALWAYS_FREE


def test_grounds_are_articles_and_never_penalties() -> None:
    words = "".join(kind.basis + kind.why for kind in KINDS.values())

    assert set(KINDS) == set(MeasureKind)
    assert not any(word in words for word in ("懲役", "拘禁", "罰金", "拘留", "科料", "万円", "年以下"))


def test_a_measure_is_printed_with_its_day_number_and_ground() -> None:
    printed = measure(MeasureKind.CERTIFIED_MAIL, number="123-45-67890-1").line

    assert printed == "2026年4月1日　内容証明郵便　引受番号 123-45-67890-1　根拠 郵便法第48条"
