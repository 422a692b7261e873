"""From a signal: to a case, to 110, to calls without words. In a real database, as the console shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Row, text

from core.actors import Role
from core.clock import SystemClock
from core.ids import AccountId, CallId, RecordingId
from incidents.raising.live_danger import LiveDanger
from incidents.raising.reading_signals import ReadSignals
from incidents.raising.wordless_signals import WordlessSignals
from storage.live_text import LiveLine, LiveLines
from tests.fixtures_console import Arrive
from tests.integration.test_signals_read import TREE, read, rows, spoken
from tests.office import HOKEN, SHIMIN, Office
from transcription.engine import ModelIdentity
from transcription.progress import Progress, note
from transcription.repository import Transcript, add_revision, recorded_call
from transcription.utterance import Track, Utterance

pytestmark = pytest.mark.real
THREAT = "お前ら全員殺してやるからな"


@pytest.fixture
def kanri(office: Office) -> AccountId:
    return office.account("kanri", Role.SUPERVISOR)


def one(office: Office, question: str, **values: object) -> Row[Any]:
    with office.worker.begin() as connection:
        return connection.execute(text(question), values).one()


def look(office: Office) -> int:
    """Let the worker's duty look at calls that no words will ask for."""
    return WordlessSignals(
        database=office.worker, profile=office.parts.profile, clock=SystemClock()
    ).run_once()


def silent(office: Office, name: str, hours_ago: float, **facts: object) -> CallId:
    """A call of twenty minutes of which no sound was kept; that it was answered, somebody wrote down."""
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    times = {"arrived_at": at, "connected_at": at, "ended_at": at + timedelta(minutes=20)}
    call = office.call(name, **(times | {"no_sound": "not-asked-for"} | facts))
    office.write(
        "INSERT INTO call_wrap_ups (call_id, outcome, at, by) VALUES (:call, 'kaito', now(), :by)",
        {"call": call, "by": office.account(f"denwa-{name}", Role.OPERATOR)},
    )
    return call


def test_a_case_keeps_the_signal_it_was_opened_from_and_the_signal_says_where_it_went(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    read(office, spoken(office, "one", "お前は無能だ"))
    chief, other = visitor(kanri), visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    (signal,) = rows(office, "id")
    press = str(uuid4())

    assert other.post(f"/signals/{signal}/incident", press=press).status_code == 404
    opened = chief.post(f"/signals/{signal}/incident", press=press)
    again = chief.post(f"/signals/{signal}/incident", press=str(uuid4()))
    assert opened.headers["location"] == again.headers["location"] == f"/incidents/{press}"
    case = chief.get(f"/incidents/{press}").text
    body = one(office, "SELECT body FROM incident_events WHERE kind = 'opened'").body
    assert body["source"] == "signal"
    assert body["signal"]["rule"] == "bujoku"
    assert body["signal"]["value"] == {"times": 1}
    assert "規則 bujoku（phrases-2" in case
    assert "判断ではありません" in case
    assert "/calls/city-one.0" in case
    listed = chief.get("/signals").text
    assert f'href="/incidents/{press}"' in listed
    assert "この7日に見たもの（1件）" in listed


def test_whoever_speaks_of_dying_gets_the_citys_sheet_and_never_a_case(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    read(office, spoken(office, "life", "もう死ぬしかないと思って", caller_class="withheld"))
    chief = visitor(kanri)
    (signal,) = rows(office, "id")
    page = chief.get(f"/signals/{signal}/sheet").text

    assert "0120-279-338" in page
    assert "ハラスメントの兆候ではありません" in page
    assert "/incident" not in chief.get("/signals").text.replace('href="/incidents"', "")
    assert chief.post(f"/signals/{signal}/incident", press=str(uuid4())).status_code == 400


def test_the_110_sheet_shows_words_after_a_purpose_alone_and_keeps_who_called_the_police(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    read(office, spoken(office, "bomb", "課長を出せ", THREAT, "分かったな"))
    chief = visitor(kanri)
    elsewhere = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    signal = one(office, "SELECT id FROM signals WHERE kind = 'danger-110'").id
    path = f"/signals/{signal}/sheet"

    assert f'href="{path}"' in chief.get("/help/waiting").text
    assert f'href="{path}"' in chief.get("/live").text
    assert path not in elsewhere.get("/live").text
    assert elsewhere.get(path).status_code == 404
    before = chief.get(path).text
    assert THREAT not in before
    assert "03-1234-5678" in before
    assert chief.post(f"{path}/open", purpose="").status_code == 422
    assert chief.post(f"{path}/open", purpose="emergency").status_code == 303
    after = chief.get(path).text
    assert THREAT in after
    assert "課長を出せ" in after, "the seconds around it"
    assert any(row.purpose == "emergency" and row.granted for row in office.knocks())

    now = datetime.now(UTC) + timedelta(hours=9)
    written = {
        "told": "110", "reporter": "保険課長", "told_at": f"{now:%Y-%m-%dT%H:%M}",
        "answer": "受理番号12", "press": str(uuid4()),
    }  # fmt: skip
    assert chief.post(f"{path}/reports", **(written | {"answer": ""})).status_code == 400
    assert elsewhere.post(f"{path}/reports", **written).status_code == 404
    for _ in range(2):
        assert chief.post(f"{path}/reports", **written).status_code == 303
    assert chief.get(path).text.count("受理番号12") == 1


def test_a_danger_in_live_text_has_its_sheet_while_the_call_goes_on(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    call = office.call("now", phase="talking", ended_at=None, outcome=None)
    practice = office.call("renshu", phase="talking", ended_at=None, outcome=None, practice=True)
    watched = LiveDanger(
        LiveLines(office.worker), database=office.worker, profile=office.parts.profile, clock=SystemClock()
    )
    for said, settled, on in (
        (THREAT, False, call),
        (THREAT, True, practice),
        ("殺すと言われた", True, call),
    ):
        watched.write(on, line(said, settled=settled))
    assert rows(office) == []

    watched.write(call, line(THREAT))
    watched.write(call, line(THREAT))
    chief = visitor(kanri)
    (signal,) = rows(office, "id")
    path = f"/signals/{signal}/sheet"
    assert path in chief.get("/live").text
    assert THREAT not in chief.get(path).text
    assert chief.post(f"{path}/open").status_code == 303
    assert THREAT in chief.get(path).text
    assert [row.act for row in office.knocks()] == ["live-text"]

    # The recording's own text does not have it: a person looks all the same.
    office.write("UPDATE calls SET ended_at = now(), phase = 'ended' WHERE id = :call", {"call": call})
    recording = office.record(call, seconds=20.0)
    write_words(office, recording, "もしもし")
    read(office, recording)
    assert rows(office) == ["danger-110"]
    assert rows(office, "recording_id") == [recording]


def line(said: str, *, settled: bool = True) -> LiveLine:
    return LiveLine(id=uuid4(), track="caller", at=datetime.now(UTC), text=said, settled=settled, change=1)


def write_words(office: Office, recording: RecordingId, said: str) -> None:
    with office.worker.begin() as connection:
        known = recorded_call(connection, recording, locked=True)
        assert known is not None
        words = (Utterance(track=Track.CALLER, start=1.0, end=3.0, text=said),)
        model = ModelIdentity(name="test-model", sha256="0" * 64)
        add_revision(
            connection, known, Transcript(model=model, options={}, utterances=words), datetime.now(UTC)
        )


def test_calls_without_words_still_raise_clocks_repeats_and_hashigo_and_say_so(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    for place, department in enumerate((HOKEN, HOKEN, HOKEN, SHIMIN, "zeimu")):
        silent(office, f"before-{place}", 3.5 - place / 4, department=department)
    last = silent(office, "now", 1.0)
    office.write(
        "INSERT INTO call_clocks (id, call_id, kind, started_at, started_by, minutes, due_at)"
        " SELECT gen_random_uuid(), id, 'deadlock', connected_at, :by, 15, ended_at"
        "  FROM calls WHERE id = :call",
        {"call": last, "by": office.account("denwa", Role.OPERATOR)},
    )
    assert look(office) == 6
    assert look(office) == 0, "each once"
    found = one(
        office, "SELECT array_agg(kind ORDER BY kind) AS kinds FROM signals WHERE call_id = :c", c=last
    )
    assert found.kinds == ["deadlock", "hashigo", "repeat-hall"]
    hashigo = one(
        office, "SELECT value, recording_id FROM signals WHERE kind = 'hashigo' AND call_id = :c", c=last
    )
    assert hashigo.value["unread"] == 6
    assert hashigo.recording_id is None
    page = visitor(kanri).get("/signals").text
    assert "うち用件の分からない通話6回" in page
    assert "見本の通話では確かめていません" in page


def test_words_that_come_later_find_the_same_rows_or_take_them_back(office: Office) -> None:
    for place in range(5):
        spoken(office, f"before-{place}", TREE, hours_ago=5 - place / 2)
    now = office.call("now")
    recording = office.record(now, seconds=20.0)
    with office.worker.begin() as connection:
        note(connection, recording, Progress.NOT_WANTED, datetime.now(UTC))
    look(office)
    before = one(
        office, "SELECT id, value FROM signals WHERE call_id = :c AND kind = 'repeat-department'", c=now
    )
    assert before.value["unread"] == 1

    write_words(office, recording, TREE)
    read(office, recording)
    after = one(
        office, "SELECT id, value FROM signals WHERE call_id = :c AND kind = 'repeat-department'", c=now
    )
    assert after.id == before.id
    assert "unread" not in after.value


def test_measures_that_come_after_the_words_are_looked_at_and_before_them_are_not(office: Office) -> None:
    handler = ReadSignals(database=office.worker, profile=office.parts.profile, clock=SystemClock())
    for place in range(5):
        silent(office, f"before-{place}", 5 - place / 2)
    recording = office.record(office.call("now"), seconds=20.0)
    handler(recording=str(recording))
    assert rows(office) == [], "its words are still on their way"

    write_words(office, recording, "お前は無能だ")
    handler(recording=str(recording))
    assert "phrase-T1" in rows(office)


def test_what_nobody_looked_at_of_a_call_without_sound_goes_after_the_usual_period(office: Office) -> None:
    for place in range(6):
        silent(office, f"before-{place}", 4 - place / 4)
    look(office)
    assert rows(office) != []
    office.write("UPDATE signals SET found_at = now() - interval '400 days'", {})
    look(office)
    assert rows(office) == []


def test_calls_lie_side_by_side_with_words_of_opened_ones_alone(
    office: Office, visitor: Arrive, kanri: AccountId
) -> None:
    for place in range(4):
        spoken(office, f"before-{place}", TREE, hours_ago=5 - place / 2)
    spoken(office, "tonari", TREE, hours_ago=3, department=SHIMIN)
    read(office, spoken(office, "now", TREE + "、毛虫がひどい", hours_ago=0.2))
    chief = visitor(kanri)
    signal = one(office, "SELECT id FROM signals WHERE kind = 'repeat-department'").id
    path = f"/signals/{signal}/alike?beside=city-before-0.0"

    shut = chief.get(path).text
    assert "けやき" not in shut
    assert "city-tonari" not in shut, "another department's"
    for call in ("city-now.0", "city-before-0.0"):
        chief.post(f"/calls/{call}/open", purpose="fact-check")
    page = chief.get(path).text
    assert '<mark class="alike">公園</mark>' in page
    assert "、毛虫がひどい" in page
    assert chief.get(f"/signals/{signal}/alike?beside=city-tonari.0").status_code == 404
    assert f'href="/signals/{signal}/alike"' in chief.get("/signals").text
