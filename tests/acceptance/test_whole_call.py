"""One call, all the way: from the ringing phone to a sealed, searchable, playable record, and to its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from runtime.practice.order import PracticeOutcome
from runtime.practice.scenario import RATE, Scenario, load_scenario
from storage.chain_proof import verify_chain
from tests.city_service import Row
from tests.city_visitor import CityVisitor, signed_in
from tests.fixtures_city import City
from tests.no_plain_audio import assert_no_plain_audio
from tests.spoken_dialogue import place
from tests.waiting import wait_until
from transcription.character_errors import character_errors, comparable

pytestmark = [pytest.mark.real, pytest.mark.asterisk, pytest.mark.browser]

WORD = "番号"
"""Two characters; the caller and the operator both say it."""
ERRORS = 0.20
NOTICE = "正確な対応記録を残すため、通話を録音させていただきます。"
"""Spoken by the hall before the operator is: its words stand in the text too."""
PRESSED_AFTER = 20.0
PROMISED = """
    INSERT INTO promises (id, department, call_id, what, who, due_at, made_at, made_by)
    SELECT gen_random_uuid(), c.department, c.id, '折り返す', '佐藤', now(), now(), a.id
      FROM calls c CROSS JOIN (SELECT id FROM accounts LIMIT 1) a WHERE c.id = %s RETURNING id
"""
NEAR = 1.0
"""Seconds that moments may lie apart: a look at a row, a key press's length, a phone's pick-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """A practice call with a whole dialogue in it, and what came of it."""

    begun: datetime
    outcome: PracticeOutcome
    call: Row
    recording: Row
    utterances: list[Row]


@pytest.fixture(scope="module")
def dialogue() -> Scenario:
    return load_scenario("d1")


@pytest.fixture(scope="module")
def rehearsed(city: City) -> Rehearsed:
    begun = datetime.now(UTC)
    order = {"scenario": "d1", "seconds": None, "digits": "*1", "digits_after": PRESSED_AFTER}
    with city.practice(**order) as practice:
        outcome = practice.finish()
    recording = city.sealed_recording(city.ended_call())
    utterances = city.utterances(recording, 120)
    wait_until(
        lambda: len(city.rows("SELECT 1 FROM sealed_objects WHERE recording_id = %s", recording["id"])) == 3,
        60,
        "copies for the ear and the eye",
    )
    call = city.rows("SELECT * FROM calls WHERE id = %s", recording["subject"])[0]
    return Rehearsed(begun=begun, outcome=outcome, call=call, recording=recording, utterances=utterances)


@pytest.fixture(scope="module")
def supervisor(chromium: Browser, city: City) -> Iterator[CityVisitor]:
    with signed_in(chromium, city, "supervisor") as visitor:
        yield visitor


def test_both_talked_and_the_caller_heard_no_key(rehearsed: Rehearsed) -> None:
    outcome, call = rehearsed.outcome, rehearsed.call

    assert outcome.connected
    assert outcome.caller_digits == ""
    assert (call["outcome"], call["practice"], call["interrupted"]) == ("talked", True, False)
    assert rehearsed.recording["class"] == "practice"
    assert not set(rehearsed.recording["findings"]) - {"padded"}


def test_the_key_presses_stand_as_one_mark_with_their_time(city: City, rehearsed: Rehearsed) -> None:
    marks = city.rows("SELECT * FROM call_marks WHERE call_id = %s", rehearsed.call["id"])

    assert [mark["source"] for mark in marks] == ["phone"]
    into_the_talk = (marks[0]["at"] - rehearsed.call["connected_at"]).total_seconds()
    assert abs(into_the_talk - PRESSED_AFTER) < NEAR


def test_it_is_proven_that_the_caller_was_told_of_the_recording(city: City, rehearsed: Rehearsed) -> None:
    call = rehearsed.call
    told_at = rehearsed.recording["started_at"] + timedelta(milliseconds=call["notice_at_ms"])

    assert call["notice"] == "proven"
    assert call["notice_correlation"] >= 0.8
    assert rehearsed.recording["usable"]
    assert abs((told_at - call["answered_at"]).total_seconds()) < NEAR
    assert told_at < call["connected_at"]


def test_what_each_said_is_kept_on_their_own_side(
    city: City, rehearsed: Rehearsed, dialogue: Scenario
) -> None:
    sound = city.sound_of(rehearsed.recording)
    of_caller, of_operator = dialogue.caller[7 * RATE : 12 * RATE], dialogue.operator[RATE : 5 * RATE]

    assert place(sound[:, 0], of_caller)[1] > 0.8
    assert place(sound[:, 1], of_operator)[1] > 0.8
    assert place(sound[:, 1], of_caller)[1] < 0.3
    assert place(sound[:, 0], of_operator)[1] < 0.3


def test_the_words_are_written_down_right_and_on_the_right_side(
    rehearsed: Rehearsed, dialogue: Scenario
) -> None:
    said = {
        by_caller: "".join(turn.text for turn in dialogue.turns if turn.by_caller == by_caller)
        for by_caller in (True, False)
    }
    meant = {"caller": comparable(said[True]), "hall": comparable(NOTICE + said[False])}
    heard = {
        track: comparable("".join(one["text"] for one in rehearsed.utterances if one["track"] == track))
        for track in meant
    }
    errors = {track: character_errors(meant[track], heard[track]) for track in meant}

    assert sum(errors.values()) / sum(map(len, meant.values())) <= ERRORS
    assert character_errors(meant["caller"], heard["hall"]) > 2 * errors["caller"]
    assert character_errors(meant["hall"], heard["caller"]) > 2 * errors["hall"]


def test_a_supervisor_reads_and_hears_the_call_after_saying_what_for(
    city: City, supervisor: CityVisitor, rehearsed: Rehearsed
) -> None:
    page = supervisor.page
    page.goto(f"{city.console}/calls/{rehearsed.call['id']}")
    expect(page.locator("#transcript")).to_have_count(0)
    supervisor.open_call(rehearsed.call["id"])

    expect(page.locator("#transcript li")).to_have_count(len(rehearsed.utterances))
    line = page.locator("#transcript li.caller").filter(has_text=WORD).first
    line.locator("button.jump").click()
    started = supervisor.play(1.5)
    assert abs(started - float(line.get_attribute("data-start") or 0)) < NEAR
    assert {told.status for told in supervisor.sounds} == {206}


def test_a_word_of_two_characters_finds_the_call(supervisor: CityVisitor, rehearsed: Rehearsed) -> None:
    supervisor.search(WORD)
    found = supervisor.page.locator("article.found")

    expect(found).to_have_count(1)
    expect(found.locator("mark").first).to_have_text(WORD)
    assert rehearsed.call["id"] in (found.locator("h3 a").get_attribute("href") or "")


def test_the_access_log_holds_the_play_once_and_hangs_together(
    city: City, supervisor: CityVisitor, rehearsed: Rehearsed
) -> None:
    knocks = city.rows("SELECT * FROM access_knocks WHERE actor_kind = 'person' ORDER BY at")
    of_recording = [knock for knock in knocks if knock["recording_id"] == rehearsed.recording["id"]]
    with city.parts() as parts:
        wait_until(lambda: not verify_chain(parts.database, parts.clock.now()).faults, 5, "a whole chain")
        chain = verify_chain(parts.database, parts.clock.now())

    assert len(supervisor.sounds) >= 1
    assert [(knock["act"], knock["granted"], knock["purpose"]) for knock in of_recording] == [
        ("read", True, "fact-check"),
        ("listen", True, "fact-check"),
    ]
    assert [knock["detail"] for knock in knocks if knock["act"] == "search"] == [
        {"hits": len([one for one in rehearsed.utterances if WORD in one["text"]])}
    ]
    assert chain.entries >= len(knocks)
    verified = city.command("vault", "verify")
    assert verified.returncode == 0
    assert "すべて正しい状態です" in verified.stdout


def test_no_file_gives_a_voice_away(
    city: City, rehearsed: Rehearsed, dialogue: Scenario, tmp_path: Path
) -> None:
    spoken = np.stack([dialogue.caller, dialogue.operator], axis=1)
    files = _written_since(city, rehearsed.begun)
    of_database = [file for file in files if city.home / "postgres" in file.parents]
    for number, file in enumerate(sorted(set(files) - set(of_database))):
        (tmp_path / f"{number}-{file.name}").write_bytes(file.read_bytes())
    joined = tmp_path / "database"
    joined.mkdir()
    # Hundreds of small files that end in a long nothing: one by one they would take a minute.
    (joined / "all").write_bytes(b"".join(file.read_bytes().rstrip(b"\0") for file in of_database))

    assert len(of_database) > 20
    assert assert_no_plain_audio([joined], spoken[6 * RATE : 16 * RATE]) == 1
    shutil.rmtree(joined)
    assert assert_no_plain_audio([tmp_path], spoken) > 5
    assert not city.in_spool(rehearsed.call)


def test_no_file_but_the_database_tells_what_was_said(city: City, rehearsed: Rehearsed) -> None:
    words = [one["text"] for one in rehearsed.utterances if len(one["text"]) >= 5]
    forms = [form for text in words for form in (text.encode(), ascii(text)[1:-1].encode())]
    looked_at = 0
    for file in _written_since(city, rehearsed.begun):
        if city.home / "postgres" not in file.parents:
            kept = file.read_bytes()
            assert not any(form in kept for form in forms), f"{file.name} tells what was said"
            looked_at += 1

    assert len(words) > 5
    assert looked_at > 5


def test_practice_is_destroyed_in_one_command(
    city: City, supervisor: CityVisitor, rehearsed: Rehearsed
) -> None:
    before = [file for file in (city.home / "vault").rglob("*") if file.is_file()]
    assert city.rows(PROMISED, rehearsed.call["id"])
    destroyed = city.command("destroy-practice")
    supervisor.search(WORD)

    assert len(before) == 3
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert not [file for file in (city.home / "vault").rglob("*") if file.is_file()]
    assert not city.rows("SELECT 1 FROM utterances")
    assert not city.rows("SELECT 1 FROM calls")
    assert not city.rows("SELECT 1 FROM promises")
    assert len(city.rows("SELECT 1 FROM destructions")) == 1
    expect(supervisor.page.locator("article.found")).to_have_count(0)
    expect(supervisor.page.get_by_text("一致する通話はありません")).to_be_visible()
    verified = city.command("vault", "verify")
    assert verified.returncode == 0, verified.stdout


def _written_since(city: City, moment: datetime) -> list[Path]:
    """Every file of the service that changed since then, and what it said; the model is public."""
    files = [city.output, *(file for file in city.home.rglob("*") if file.is_file())]
    return [
        file
        for file in files
        if file.stat().st_mtime >= moment.timestamp() and city.home / "models" not in file.parents
    ]
