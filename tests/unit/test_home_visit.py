"""訪問: a word now and then, a limit that asks people, and silence that goes before everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.home_visit import VisitState, VisitTimes, due

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
PLAIN = VisitTimes(
    begun_at=NOON, heard_at=NOON, limit=timedelta(minutes=60), every=timedelta(minutes=30),
    grace=timedelta(minutes=5),
)  # fmt: skip
MINUTES = st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("minute", "heard", "state"),
    [
        (0, 0, VisitState.QUIET),
        (29, 0, VisitState.QUIET),
        (30, 0, VisitState.WORD_DUE),
        (34, 0, VisitState.WORD_DUE),
        (35, 0, VisitState.SILENT),
        (59, 31, VisitState.QUIET),
        (60, 31, VisitState.OVER_LIMIT),
        (65, 31, VisitState.OVER_LIMIT),
        (66, 31, VisitState.SILENT),
        (66, 62, VisitState.OVER_LIMIT),
    ],
)
def test_a_visit_stands_so(minute: int, heard: int, state: VisitState) -> None:
    visit = replace(PLAIN, heard_at=NOON + timedelta(minutes=heard))

    assert due(visit, NOON + timedelta(minutes=minute)).state is state


@given(MINUTES, MINUTES, MINUTES, st.integers(0, 2000))
def test_every_visit_nobody_hears_of_becomes_silent_and_says_when(
    limit: timedelta, every: timedelta, grace: timedelta, minute: int
) -> None:
    visit = replace(PLAIN, limit=limit, every=every, grace=grace)
    now = NOON + timedelta(minutes=minute)
    stands = due(visit, now)

    assert (stands.state is VisitState.SILENT) == (now >= NOON + every + grace)
    assert stands.since <= now
    if stands.changes_at is not None:
        assert stands.changes_at > now
        assert due(visit, stands.changes_at - timedelta(microseconds=1)).state is stands.state
        assert due(visit, stands.changes_at).state is not stands.state
    assert due(replace(visit, ended_at=now), now + timedelta(days=9)).state is VisitState.ENDED


def test_a_visit_without_a_limit_is_none() -> None:
    with pytest.raises(ValueError, match="limit"):
        replace(PLAIN, limit=timedelta(0))
