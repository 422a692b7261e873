"""What the dialplan noted of a call it served alone, read back after good ends and bad ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from telephony.call.call import Outcome
from telephony.capture.dialplan_facts import DialplanFacts, read_dialplan_facts

START = 1_795_290_506.25
COMPLETE = (
    b"v=1&line=kokuho&dialled=0300000101&recorded_from=1795290506.250&alone_from=1795290506.760"
    b"&answered=1795290506.761&announced_before=&notice=SUCCESS&notice_from=1795290506.762"
    b"&notice_until=1795290512.400&dial=ANSWER&phone=hoken1&rung_from=1795290512.401&connected=1795290515.000"
    b"&talked_ms=60500.000000&marks=1795290520.100+1795290530.200+&ended=1795290575.500"
    b"&presentation=allowed_not_screened&number=%2B819000000001&name=%26notice%3DSUCCESS\r\n"
)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_call_that_was_answered_is_read_completely() -> None:
    facts = read_dialplan_facts(COMPLETE)

    assert facts.recorded_from == moment(START)
    assert facts.announcement_played
    assert facts.outcome is Outcome.TALKED
    assert facts.phone == "hoken1"
    assert facts.connected_at == moment(1_795_290_515.0)
    assert facts.marks == (moment(1_795_290_520.1), moment(1_795_290_530.2))
    assert facts.ended_at == moment(1_795_290_575.5)
    assert facts.number == "+819000000001"


def test_what_a_caller_calls_himself_cannot_pass_for_another_fact() -> None:
    facts = read_dialplan_facts(COMPLETE.replace(b"notice=SUCCESS", b"notice=FAILED", 1))

    assert facts.display_name == "&notice=SUCCESS"
    assert not facts.announcement_played


@pytest.mark.parametrize(
    ("dial", "outcome"),
    [
        ("BUSY", Outcome.BUSY),
        ("NOANSWER", Outcome.NO_ANSWER),
        ("CHANUNAVAIL", Outcome.NOBODY_THERE),
        ("CANCEL", Outcome.ABANDONED),
        ("", Outcome.ABANDONED),
        ("SOMETHING-NEW", Outcome.UNKNOWN),
    ],
)
def test_how_the_dialling_ended_is_how_the_call_ended(dial: str, outcome: Outcome) -> None:
    not_connected = COMPLETE.replace(b"connected=1795290515.000", b"connected=")

    facts = read_dialplan_facts(not_connected.replace(b"dial=ANSWER", f"dial={dial}".encode()))

    assert facts.outcome is outcome
    assert facts.connected_at is None


def test_facts_written_before_a_crash_know_the_beginning_only() -> None:
    facts = read_dialplan_facts(
        b"v=1&line=kokuho&recorded_from=1795290506.250&answered=&notice=&dial=&marks=&ended=&number=110\r\n"
    )

    assert facts.recorded_from == moment(START)
    assert facts.ended_at is None
    assert facts.outcome is Outcome.UNKNOWN
    assert not facts.announcement_played


@pytest.mark.parametrize(
    "torn",
    [
        b"",
        b"&&&",
        b"=",
        b"recorded_from=nonsense&ended=1e999&marks=x+y",
        b"\0\0",
        b"%ff%fe=%zz",
        b"\xff\xfe",
        b"recorded_from=nan",
    ],
)
def test_torn_facts_are_no_facts(torn: bytes) -> None:
    assert read_dialplan_facts(torn) == DialplanFacts()


def test_of_facts_written_twice_the_later_ones_count() -> None:
    first = b"v=1&line=kokuho&recorded_from=1795290506.250&ended="

    assert read_dialplan_facts(first + b"\r\n" + COMPLETE).ended_at == moment(1_795_290_575.5)
