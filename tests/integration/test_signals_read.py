"""Signals of recorded calls, in a real database: found once, by people handled, gone with their recording."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Role
from core.clock import SystemClock
from core.ids import AccountId, CallId, RecordingId
from incidents.raising.reading_signals import ReadSignals
from storage.database import Database
from storage.recordings import FORGET
from tests.api.test_console_live import listening
from tests.fixtures_console import Arrive
from tests.office import HOKEN, SHIMIN, Office
from transcription.engine import ModelIdentity
from transcription.repository import Transcript, add_revision, recorded_call
from transcription.utterance import Track, Utterance

pytestmark = pytest.mark.real
MODEL = ModelIdentity(name="test-model", sha256="0" * 64)
TREE = "公園のけやき、いつ切るんですか。けやきを切ってください"


@pytest.fixture
def kanri(office: Office) -> AccountId:
    return office.account("kanri", Role.SUPERVISOR)


def spoken(
    office: Office, name: str, *texts: str, hours_ago: float = 1, written: bool = True, **facts: object
) -> RecordingId:
    """Write a call of which the caller's words are known; not yet, where they are not written down."""
    arrived = datetime.now(UTC) - timedelta(hours=hours_ago)
    times = {"arrived_at": arrived, "connected_at": arrived, "ended_at": arrived + timedelta(minutes=5)}
    call = office.call(name, **(times | facts))
    practice = bool(facts.get("practice"))
    department = facts.get("department", HOKEN)
    recording = office.record(call, seconds=20.0, department=department, practice=practice)  # type: ignore[arg-type]
    said = tuple(
        Utterance(track=Track.CALLER, start=2.0 + 4 * place, end=5.0 + 4 * place, text=one)
        for place, one in enumerate(texts)
    )
    if not written:
        return recording
    with office.worker.begin() as connection:
        known = recorded_call(connection, recording, locked=True)
        assert known is not None
        add_revision(connection, known, Transcript(model=MODEL, options={}, utterances=said), arrived)
    return recording


def read(office: Office, recording: RecordingId) -> None:
    handler = ReadSignals(database=office.worker, profile=office.parts.profile, clock=SystemClock())
    handler(recording=str(recording), revision=str(uuid4()))


def owned(database: Database, statement: str, values: dict[str, Any]) -> None:
    with database.begin() as connection:
        connection.execute(text(statement), values)


def rows(office: Office, column: str = "kind") -> list[Any]:
    with office.worker.begin() as connection:
        return list(connection.execute(text(f"SELECT {column} FROM signals ORDER BY kind")).scalars())  # noqa: S608


def promise(office: Office, call: CallId) -> None:
    office.write(
        "INSERT INTO promises (id, department, call_id, caller_hash, what, who, due_at, made_at, made_by)"
        " SELECT gen_random_uuid(), department, id, caller_hash, '折り返す', '係長',"
        " now() - interval '3 hours', now() - interval '5 hours', :by FROM calls WHERE id = :call",
        {"call": call, "by": office.account("denwa", Role.OPERATOR)},
    )


def afternoon(office: Office) -> RecordingId:
    """One caller, five calls to three departments in one afternoon, with one demand."""
    for place, department in enumerate((HOKEN, HOKEN, HOKEN, SHIMIN), start=1):
        spoken(office, f"before-{place}", TREE, hours_ago=3 - place / 2, department=department)
    spoken(office, "tax", TREE, hours_ago=2.9, department="zeimu")
    return spoken(office, "now", TREE, hours_ago=0.2)


def test_a_signal_is_one_row_however_often_it_is_looked_for(office: Office) -> None:
    recording = spoken(office, "one", "お前は無能だ", "もういい")
    read(office, recording)
    read(office, recording)

    assert rows(office) == ["phrase-T1"]
    assert rows(office, "seconds") == [2.0]
    assert rows(office, "value") == [{"times": 1}]


def test_one_caller_at_three_departments_with_one_demand_is_hashigo(office: Office) -> None:
    read(office, afternoon(office))

    assert "hashigo" in rows(office)
    assert "repeat-hall" in rows(office)


def test_a_long_call_that_is_written_down_late_counts_for_the_short_one_after_it(office: Office) -> None:
    words = spoken(office, "tax", hours_ago=2.9, department="zeimu", written=False)
    spoken(office, "citizens", TREE, hours_ago=1, department=SHIMIN)
    read(office, spoken(office, "now", TREE, hours_ago=0.2))
    assert rows(office) == []
    with office.worker.begin() as connection:
        known = recorded_call(connection, words, locked=True)
        assert known is not None
        said = (Utterance(track=Track.CALLER, start=2.0, end=5.0, text=TREE),)
        later = Transcript(model=MODEL, options={}, utterances=said)
        add_revision(connection, known, later, datetime.now(UTC))
    read(office, words)

    assert rows(office, "call_id") == ["city-now.0"]
    assert rows(office) == ["hashigo"]


def test_the_same_calls_after_a_broken_promise_of_ours_raise_none(office: Office) -> None:
    recording = afternoon(office)
    promise(office, CallId("city-before-1.0"))
    read(office, recording)

    assert rows(office) == []


def test_a_shared_number_raises_none_until_it_is_said_who_called(
    office: Office, kanri: AccountId, owner_database: Database
) -> None:
    recording = afternoon(office)
    owned(
        owner_database,
        "INSERT INTO shared_numbers (id, caller_hash, agency, department, reason, marked_at, marked_by)"
        " SELECT gen_random_uuid(), caller_hash, agency, department, '会社の代表番号', now(), :by"
        "   FROM calls WHERE id = 'city-now.0'",
        {"by": kanri},
    )
    read(office, recording)
    assert rows(office) == []

    name = uuid4()
    owned(
        owner_database,
        "INSERT INTO claimed_names (id, caller_hash, agency, department, name_sealed, said_at, written_by)"
        " SELECT :name, caller_hash, agency, department, 'x', now(), :by FROM calls WHERE id = 'city-now.0'",
        {"name": name, "by": kanri},
    )
    owned(
        owner_database,
        "INSERT INTO call_callers (call_id, name_id, at, by) SELECT id, :name, now(), :by FROM calls",
        {"name": name, "by": kanri},
    )
    read(office, recording)
    assert {"hashigo", "repeat-hall"} <= set(rows(office))


def test_what_another_agency_was_called_about_counts_for_no_signal(office: Office) -> None:
    recording = afternoon(office)
    office.write("UPDATE calls SET agency = 'gikai' WHERE department <> :own", {"own": HOKEN})
    read(office, recording)

    assert "hashigo" not in rows(office)
    assert "repeat-hall" not in rows(office)


def test_practice_raises_none_and_counts_for_nobody(office: Office) -> None:
    recording = spoken(office, "renshu", "お前は無能だ、殺してやる", practice=True)
    read(office, recording)

    assert rows(office) == []


def test_what_nobody_looked_at_goes_with_its_recording(office: Office, kanri: AccountId) -> None:
    seen, unseen = (spoken(office, name, "お前は無能だ") for name in ("seen", "unseen"))
    for one in (seen, unseen):
        read(office, one)
    office.write(
        "UPDATE signals SET handled_at = now(), handled_by = :by, handled_how = 'look-into'"
        " WHERE recording_id = :recording",
        {"by": kanri, "recording": seen},
    )
    with office.worker.begin() as connection:
        for statement in FORGET:
            for one in (seen, unseen):
                connection.execute(statement, {"recording": one})

    assert rows(office, "recording_id") == [seen]


def test_a_supervisor_of_the_department_alone_sees_and_handles_it(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    read(office, spoken(office, "one", "お前は無能だ"))
    elsewhere = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    operator = visitor(office.account("denwa", Role.OPERATOR))
    chief = visitor(kanri)
    (signal,) = rows(office, "id")
    path = f"/signals/{signal}/handled"

    assert "言葉：暴言型" in chief.get("/signals").text
    assert "言葉：暴言型" not in elsewhere.get("/signals").text
    assert operator.get("/signals").status_code == 403
    assert elsewhere.post(path, how="look-into").status_code == 404
    assert chief.post(path, how="seen").status_code == 400
    assert chief.post(path, how="seen", reason="正当な申出だった").status_code == 303
    assert chief.post(path, how="look-into").status_code == 404
    assert rows(office, "handled_reason") == ["正当な申出だった"]


def test_only_danger_and_life_come_beyond_the_days_share(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    signals = office.parts.profile.signals
    for place in range(3):
        read(office, spoken(office, f"loud-{place}", "お前は無能だ", caller_class="withheld"))
    read(office, spoken(office, "life", "もう死ぬしかないと思って", caller_class="withheld"))
    object.__setattr__(
        office.parts, "profile",
        office.parts.profile.model_copy(update={"signals": signals.model_copy(update={"daily": 1})}),
    )  # fmt: skip
    page = visitor(kanri).get("/signals").text

    assert page.count("<h2>") == 2
    assert page.index("命の相談") < page.index("言葉：暴言型")
    assert "ほか 2 件は明日" in page


def test_what_waits_for_people_interrupts_nobody_and_a_life_at_stake_does(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    chief = visitor(kanri)
    quiet = spoken(office, "rude", "お前は無能だ")
    with listening(chief) as socket:
        read(office, quiet)
        assert rows(office, "kind") == ["phrase-T1"]
        read(office, spoken(office, "bomb", "お前ら全員殺してやるからな"))
        # What comes first is of the second call: nothing was sent for the first.
        assert socket.receive_json() == {"topic": "call", "id": "city-bomb.0"}
