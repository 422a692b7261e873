"""A morning at the town hall, for whoever looks at the console's pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.actors import Role
from core.ids import CallId
from tests.office import HOKEN, SHIMIN, Office
from transcription.utterance import Span
from transcription.voice.loudness import Loudness, LoudStretch
from transcription.voice.measures import VERSION, VoiceMeasures
from transcription.voice.rows import keep_measures


def a_raised_voice(seconds: float) -> VoiceMeasures:
    """Measures of a call in which the caller became loud after half a minute."""
    course = tuple(
        None if second < 3 else -16.0 if 30 <= second < 38 else -27.0 - second % 3
        for second in range(int(seconds))
    )
    return VoiceMeasures(
        version=VERSION, seconds=seconds, caller_active_dbfs=-24.3, caller_snr_db=31.5,
        caller_clipped_share=0.0, caller_speech_share=0.42, hall_speech_share=0.3, caller_part=0.58,
        talk_over_share=0.04, talk_over=(Span(start=31.2, end=33.0),), interruptions=(31.2,),
        silences=(Span(start=46.0, end=52.5),), longest_run=Span(start=24.0, end=38.1),
        loudness=Loudness(
            baseline_dbfs=-27.5, course=course,
            loud=(LoudStretch(span=Span(start=30, end=38), highest_dbfs=-16.0, above_baseline_db=11.5),),
        ),
    )  # fmt: skip


@pytest.fixture
def office_at_work(office: Office) -> CallId:
    """A morning at the town hall; returns the call everybody looks at."""
    sato = office.account("sato", Role.OPERATOR)
    office.account("kanri", Role.SUPERVISOR, departments=(HOKEN, SHIMIN))
    office.account("kikai", Role.ADMINISTRATOR, departments=())
    now = datetime.now(UTC)
    call = office.call("main", operator_id=sato)
    recording = office.record(call, operator=sato)
    office.transcribe(recording)
    with office.worker.begin() as connection:
        keep_measures(connection, recording, a_raised_voice(54.0), now)
    office.mark(call, now - timedelta(hours=1, minutes=3) + timedelta(seconds=21))
    office.call(
        "withheld", caller_class="withheld", outcome="abandoned", connected_at=None, operator_phone=None
    )
    office.call(
        "payphone", caller_class="payphone", line="shimin", department=SHIMIN, operator_phone="shimin1"
    )
    practice = office.call("practice", practice=True, caller_class="number")
    office.record(practice, practice=True)
    office.record(office.call("odd", operator_id=sato), operator=sato, findings=("one-sided", "salvaged"))
    closed = office.call("closed", notice="missing")
    office.record(closed, usable=False)
    office.call(
        "talking", ended_at=None, outcome=None, phase="talking", notice="pending", operator_id=sato,
        arrived_at=now - timedelta(minutes=17), connected_at=now - timedelta(minutes=16, seconds=42),
    )  # fmt: skip
    office.call(
        "ringing", ended_at=None, outcome=None, phase="connecting", notice="pending", caller_class="withheld",
        arrived_at=now - timedelta(seconds=12), connected_at=None, operator_phone=None,
        line="shimin", department=SHIMIN,
    )  # fmt: skip
    office.alarm("notice-missing", closed)
    office.alarm("recording-one-sided", CallId("city-odd.0"))
    return call
