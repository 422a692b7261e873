"""Asterisk's own record of a call: whatever stands in it, it tells of a call, and nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import CallId, LineId
from telephony.asterisk_config.call_record import is_record_name, record_name
from telephony.unrecorded.call_record import Offer, read_call_record, read_record_name

CALL = CallId("city-1795290506.12")
NAME = record_name("kokuho", CALL)
WHOLE = (
    b"v=1&line=kokuho&of=city-1795290506.12&kind=PJSIP&begun=1795290506.250&ended=1795290526.750"
    b"&state=Up&offer=TIMEOUT&alone=1795290506.800\r\n"
)


def test_a_whole_record_is_read() -> None:
    name = read_record_name(NAME)
    assert name is not None
    told = read_call_record(name, WHOLE)

    assert (told.call, told.line, told.part_of) == (CALL, LineId("kokuho"), CALL)
    assert (told.answered, told.offer, told.channel_kind) == (True, Offer.TIMED_OUT, "PJSIP")
    assert told.ended_at is not None
    assert (told.ended_at - told.begun_at).total_seconds() == 20.5
    assert told.alone_from == datetime.fromtimestamp(1795290506.8, UTC)


@given(raw=st.binary(max_size=300))
def test_a_torn_record_still_tells_of_a_call(raw: bytes) -> None:
    name = read_record_name(NAME)
    assert name is not None
    told = read_call_record(name, raw)

    assert (told.call, told.line) == (CALL, "kokuho")
    assert told.begun_at.tzinfo is not None


@pytest.mark.parametrize(
    "other",
    ["kokuho_city-1795290506.12_r", "kokuho_city-1795290506.12_facts", "waiting_record", "../x_record"],
)
def test_nothing_else_is_taken_for_a_record(other: str) -> None:
    assert is_record_name(NAME)
    assert read_record_name(other) is None
