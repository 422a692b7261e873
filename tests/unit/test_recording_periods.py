"""How long each class of recording is kept, as the city's profile says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.profile.keeping import Keeping
from storage.recordings import RecordingClass
from telephony.capture.recording_periods import period_of

KEEPING = Keeping(
    unflagged_days=90, flagged_days=1825, practice_days=7, buffer_hours=24, incident_days=2000,
    disclosure_days=3000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "period"),
    [
        ("buffer", timedelta(hours=24)),
        ("unflagged", timedelta(days=90)),
        ("flagged", timedelta(days=1825)),
        ("practice", timedelta(days=7)),
        ("incident", timedelta(days=2000)),
        ("disclosure", timedelta(days=3000)),
    ],
)
def test_each_class_has_a_period_of_its_own(kind: RecordingClass, period: timedelta) -> None:
    assert period_of(kind, KEEPING) == period


def test_a_matter_is_kept_as_a_flag_where_the_city_says_nothing() -> None:
    silent = KEEPING.model_copy(update={"incident_days": None, "disclosure_days": None})

    assert period_of("incident", silent) == period_of("disclosure", silent) == timedelta(days=1825)
