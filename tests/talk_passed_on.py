"""A citizen who talks with the first of two real telephones, and what the recording tells of it."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np

from telephony.call.call import Call
from telephony.call.parties import Party
from telephony.journal.journal_files import all_entries
from telephony.journal.projection import project
from tests.fixtures_telephony import (
    CALLER,
    FIRST,
    OPERATOR_TONE,
    SECOND,
    Hall,
    ended,
    recorded_seconds,
    talk,
)
from tests.sip_phones import share_of_tone

SECOND_TONE = 2330
WINDOW_SECONDS = 0.4
SLACK_SECONDS = 1.0
"""The first operator speaks a moment after the join, and sound takes its way through two jitter buffers."""


class Talk:
    """A citizen talks with the first phone; the second phone is there and was not picked up."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.telephony = hall.telephony()
        self.phones = hall.phones(FIRST, SECOND)
        hall.dial(self.phones)
        self.phones.hear(f"{FIRST} ringing")
        self.phones.hear(f"{SECOND} ringing")
        self.phones.order(FIRST, "answer")
        talk(self.phones)
        # What was said before anything happens is found in the recording, also where a moment is torn.
        time.sleep(3 * WINDOW_SECONDS)
        self.phones.hear(f"{SECOND} over")

    def order(self, kind: str, /, **body: str) -> None:
        self.telephony.tell(" ".join(("order", kind, *(f"{name}={value}" for name, value in body.items()))))

    def rings(self, phone: str, kind: str, /, **body: str) -> None:
        """Order something, or let something happen, that lets a phone ring."""
        since = len(self.phones.lines)
        self.order(kind, **body)
        self.phones.hear(f"{phone} ringing", since=since)

    def picked_up(self, phone: str, tone: int) -> None:
        since = len(self.phones.lines)
        self.phones.order(phone, "answer")
        self.phones.hear(f"{phone} up", since=since)
        self.phones.order(phone, "say", str(tone))

    @property
    def call(self) -> Call:
        (call,) = self.hall.calls().values()
        return call

    def becomes(self, what: str, **wanted: object) -> None:
        def so() -> bool:
            call = self.call
            return all(bool(getattr(call, name)) == value for name, value in wanted.items())

        self.hall.wait_until(so, what)

    def go_on(self) -> None:
        """Let who is heard be heard for longer than a tone is looked for."""
        time.sleep(3 * WINDOW_SECONDS)

    def hang_up(self, who: str = CALLER) -> Call:
        self.phones.order(who, "hang-up")
        return ended(self.hall)


def bring_to(talking: Talk, state: str) -> None:
    match state:
        case "held":
            talking.order("hold")
            talking.becomes("a held caller", held_at=True)
            talking.phones.hears_something(CALLER)
        case "passed on":
            talking.rings(SECOND, "transfer", phone=SECOND)
        case "asking":
            talking.rings(SECOND, "consult", phone=SECOND)
        case _:
            consult(talking)


def consult(talking: Talk) -> None:
    """Ask the second phone; operator and colleague hear each other, the caller hears neither."""
    talking.rings(SECOND, "consult", phone=SECOND)
    talking.picked_up(SECOND, SECOND_TONE)
    talking.phones.hears(FIRST, SECOND_TONE)
    talking.phones.hears(SECOND, OPERATOR_TONE)
    talking.phones.silent(CALLER, SECOND_TONE)
    talking.phones.silent(CALLER, OPERATOR_TONE)
    talking.phones.hears_something(CALLER)


def parties(hall: Hall) -> tuple[Party, ...]:
    """Who was with the caller when, as the journal tells it and the database will say."""
    (call,) = hall.calls()
    entries = sorted((one for one in all_entries(hall.journals) if one.call == call), key=lambda one: one.seq)
    return project(call, entries).parties


def heard_by_caller(hall: Hall, tone: int) -> list[tuple[float, float]]:
    """Say in which seconds of the one recording the hall's track holds a tone."""
    recorded_seconds(hall)
    (track,) = hall.server.plan.recordings.glob("*_t.wav")
    samples = np.frombuffer(track.read_bytes()[44:], dtype="<i2")
    window = int(8000 * WINDOW_SECONDS)
    found = list[tuple[float, float]]()
    for begin in range(0, len(samples) - window, window // 2):
        if share_of_tone(samples[begin : begin + window], tone) < 0.5:
            continue
        here = (begin / 8000, (begin + window) / 8000)
        if found and here[0] - found[-1][1] < WINDOW_SECONDS:
            found[-1] = (found[-1][0], here[1])
        else:
            found.append(here)
    return found


def assert_track_follows_parties(hall: Hall) -> None:
    """Hold the hall's track to the parties: each operator's tone stands in their interval alone."""
    with_caller = parties(hall)
    tones = {FIRST: OPERATOR_TONE, SECOND: SECOND_TONE}
    recording_began = with_caller[0].joined_at.timestamp() - heard_by_caller(hall, OPERATOR_TONE)[0][0]
    for phone in {str(one.phone) for one in with_caller}:
        for begin, end in heard_by_caller(hall, tones[phone]):
            assert any(
                one.phone == phone
                and one.left_at is not None
                and recording_began + begin > one.joined_at.timestamp() - SLACK_SECONDS
                and recording_began + end < one.left_at.timestamp() + SLACK_SECONDS
                for one in with_caller
            )
    assert all(one.left_at and one.left_at <= two.joined_at for one, two in pairwise(with_caller))
