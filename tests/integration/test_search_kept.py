"""A search that is kept to some calls: a line, an operator, a track, flags, lengths, repeated callers."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import AccountId, LineId, RecordingId
from storage.database import Database
from tests.fixtures_transcripts import NOON, Archive, People
from tests.searched_by_sound import search
from transcription.asked import Tier
from transcription.search_choice import Choice
from transcription.utterance import Track

pytestmark = pytest.mark.real


def place_call(  # noqa: PLR0913  what a search can be kept to
    archive: Archive,
    recording: RecordingId,
    *,
    line: str = "hoken",
    seconds: int = 60,
    flagged: bool = False,
    caller: bytes | None = None,
    department: str = "kokuho",
) -> None:
    """Place the row of a recording's call."""
    with archive.database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO calls (id, line, department, agency, regime, caller_class, caller_hash,"
                " served_by, phase, arrived_at, connected_at, ended_at, flagged_at) SELECT subject, :line,"
                " :department, 'a', 'public-body', :class, :caller, 'application', 'ended', started_at,"
                " started_at, started_at + make_interval(secs => :seconds), :flagged FROM recordings"
                " WHERE id = :id"
            ),
            {
                "id": recording, "line": line, "department": department, "seconds": seconds,
                "class": "number" if caller else "withheld", "caller": caller,
                "flagged": NOON if flagged else None,
            },
        )  # fmt: skip


def test_a_search_can_be_kept_to_some_calls(archive: Archive, app_database: Database, person: People) -> None:
    supervisor = person(Role.SUPERVISOR)
    short, long, flagged = archive.record(operator=uuid4()), archive.record(), archive.record()
    place_call(archive, short, line="hoken", seconds=30)
    place_call(archive, long, line="zei", seconds=900)
    place_call(archive, flagged, line="hoken", seconds=300, flagged=True)
    for one in (short, long, flagged):
        archive.transcribe(one, "納税の相談です", "濃税の相談です")
    with archive.database.begin() as connection:
        operator = connection.execute(
            text("SELECT operator_id FROM recordings WHERE id = :id"), {"id": short}
        ).scalar_one()
    kept = {
        Choice(line=LineId("hoken")): {short, flagged},
        Choice(operator=AccountId(operator)): {short},
        Choice(flagged=True): {flagged},
        Choice(flagged=False): {short, long},
        Choice(shortest=timedelta(minutes=5)): {long, flagged},
        Choice(longest=timedelta(minutes=5)): {short, flagged},
        Choice(line=LineId("hoken"), flagged=False, longest=timedelta(seconds=30)): {short},
        Choice(track=Track.CALLER): set(),
    }

    for choice, recordings in kept.items():
        read = search(app_database, supervisor, "納税", Tier.READ, choice)
        assert {hit.recording for hit in read} == recordings, choice
    spelt = search(app_database, supervisor, "納税", Tier.SPELT, Choice(track=Track.CALLER))
    assert {hit.track for hit in spelt} == {Track.CALLER}
    assert search(app_database, supervisor, "納税", Tier.SPELT, Choice(track=Track.HALL)) == []


def test_repeated_calls_are_counted_among_what_the_asker_may_see(
    archive: Archive, app_database: Database, person: People
) -> None:
    often, elsewhere = b"often-16-bytes..", b"elsewhere-16byte"
    asked = archive.record(started_at=NOON)
    for days in (0, 1, 2):
        one = asked if days == 0 else archive.record(started_at=NOON - timedelta(days=days))
        place_call(archive, one, caller=often)
        archive.transcribe(one, "納税の相談です")
    for department in ("kokuho", "zeimu", "zeimu"):
        one = archive.record(department=department)
        place_call(archive, one, caller=elsewhere, department=department)
        archive.transcribe(one, "納税の相談です")
    both = person(Role.SUPERVISOR, departments=("kokuho", "zeimu"))

    def found(actor: Actor, times: int) -> int:
        return len(search(app_database, actor, "納税", Tier.SPELT, Choice(times=times)))

    assert found(person(Role.SUPERVISOR), 3) == 3  # the other caller's calls elsewhere are not counted
    assert found(both, 3) == 6
    assert found(both, 4) == 0
    assert found(person(Role.OPERATOR), 1) == 0


def test_whom_the_hall_rang_is_no_repeated_caller(
    archive: Archive, app_database: Database, person: People
) -> None:
    caller = b"rung-by-the-hall"
    for line in ("hoken", "out-kokuho", "out-kokuho"):
        one = archive.record(started_at=NOON)
        place_call(archive, one, line=line, caller=caller)
        archive.transcribe(one, "納税の相談です")

    found = [
        len(search(app_database, person(Role.SUPERVISOR), "納税", Tier.SPELT, Choice(times=times)))
        for times in (1, 2)
    ]

    assert found == [3, 0]
