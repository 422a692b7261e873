"""What should be gone and is not is told to people, and so is a destroyer that has stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.ids import RecordingId
from runtime.watch import Watch
from runtime.watch_destroying import DESTROYER_LIMITS, REWRITING_LIMITS, DestroyerFigures
from storage.database import Database
from storage.destroyer_runs import Step, note_run
from storage.destruction_proof import EVERY, GRACE, LEFT, DestructionProof
from storage.vault_verify import VaultVerifier
from tests.fixtures_vault import VaultSides, new_recording

pytestmark = pytest.mark.real


def proof(city: VaultSides, calls_left: int = 0) -> DestructionProof:
    verifier = VaultVerifier(
        database=city.worker_database, objects=city.objects, keys=city.keys, clock=city.clock
    )
    return DestructionProof(
        database=city.worker_database, clock=city.clock, objects_left=verifier.destroyed_but_stored,
        calls_left=lambda: calls_left,
    )  # fmt: skip


def watch(city: VaultSides) -> Watch:
    figures = DestroyerFigures(city.clock)
    return Watch(
        database=city.worker_database, clock=city.clock, source="telephony",
        looks={"destroyer": figures.destroyer, "rewriting": figures.rewriting},
        limits=(*DESTROYER_LIMITS, *REWRITING_LIMITS),
    )  # fmt: skip


def ran(city: VaultSides, *steps: Step) -> None:
    with city.worker_database.begin() as connection:
        for step in steps:
            note_run(connection, step, city.clock.now())


def write(city: VaultSides, *statements: str, recording: RecordingId) -> None:
    with city.worker_database.begin() as connection:
        connection.execute(text("SELECT make_month_partitions('2026-11-20Z')"))
        for statement in statements:
            connection.execute(text(statement), {"r": recording})


def alarms(city: VaultSides) -> Sequence[str]:
    with city.worker_database.begin() as connection:
        return connection.execute(text("SELECT code FROM alarms ORDER BY id")).scalars().all()


def destroyed(city: VaultSides) -> RecordingId:
    recording = city.sealed()
    city.worker.destroy(recording, "test", None)
    city.clock.go_on(GRACE + timedelta(seconds=1))
    return recording


def test_where_all_is_gone_nobody_is_told_and_it_is_proven_once_a_day(vault: VaultSides) -> None:
    destroyed(vault)
    vault.sealed(destroy_after=vault.clock.now() + timedelta(days=1))

    assert proof(vault).run_once()
    assert not proof(vault).run_once()
    assert alarms(vault) == []
    vault.clock.go_on(EVERY)
    assert proof(vault).run_once()


@pytest.mark.parametrize(
    ("what", "left_behind"),
    [
        ("keys", "INSERT INTO recording_keys VALUES (:r, 'kek', 'wrapped')"),
        (
            "objects",
            "INSERT INTO sealed_objects VALUES (:r, 'master', 'x', 'audio/flac', 1, 'x', 1, 'x', now())",
        ),
        (
            "transcripts",
            "INSERT INTO transcript_revisions VALUES (:r, :r, 1, NULL, 'base', 'x', '{}', now())",
        ),
        (
            "words",
            "INSERT INTO utterances VALUES (1, '2026-11-20Z', :r, :r, '', 'hall', 0, 1, '税', '税', '[]', 1)",
        ),
        ("index", "INSERT INTO utterance_tokens VALUES (1, '2026-11-20Z', :r, 'd', '''税''')"),
        ("voices", "INSERT INTO voice_measures VALUES (:r, '1', '{}', now())"),
        ("transcribing", "INSERT INTO transcription_states VALUES (:r, 'done', '', now())"),
    ],
)
def test_whatever_came_back_or_stayed_is_found(vault: VaultSides, what: str, left_behind: str) -> None:
    started = vault.clock.now().replace(
        year=2026, month=11, day=20, hour=0, minute=0, second=0, microsecond=0
    )
    recording = vault.sealed(started_at=started)
    vault.worker.destroy(recording, "test", None)
    vault.clock.go_on(GRACE + timedelta(seconds=1))
    write(vault, left_behind, recording=recording)

    assert proof(vault).prove() == {what: 1}
    assert alarms(vault) == [LEFT]


@pytest.mark.parametrize(
    ("what", "left_behind"),
    [
        (
            "signals",
            (
                "INSERT INTO signals (id, call_id, recording_id, department, kind, urgent, rule, version,"
                " value, held_against, utterances, seconds, found_at) VALUES (:r, 'city-gone.0', :r, 'zeimu',"
                " 'danger-110', true, 'bomb', '1', '{}', '{}', '{}', 3.5, now())"
            ),
        ),
        (
            "live-words",
            "INSERT INTO live_lines VALUES (:r, 'city-gone.0', 'caller', now(), '税', true, 1)",
        ),
    ],
)
def test_what_hangs_on_a_call_that_is_over_is_found(
    vault: VaultSides, owner_database: Database, what: str, left_behind: str
) -> None:
    recording = destroyed(vault)
    with owner_database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO calls (id, line, department, agency, regime, practice, caller_class, served_by,"
                " phase, arrived_at, ended_at) VALUES ('city-gone.0', 'kokuho', 'zeimu', 'shicho',"
                " 'public-body', false, 'withheld', 'application', 'ended', '2026-01-01Z', '2026-01-01Z')"
            )
        )
        connection.execute(text(left_behind), {"r": recording})

    assert proof(vault).prove() == {what: 1}
    assert alarms(vault) == [LEFT]


def test_an_object_that_was_put_back_into_the_store_is_found(vault: VaultSides) -> None:
    recording = vault.sealed()
    before = {one: one.read_bytes() for one in vault.folder.rglob("*") if one.is_file()}
    vault.worker.destroy(recording, "test", None)
    put_back: Path = min(before)
    put_back.parent.mkdir(parents=True, exist_ok=True)
    put_back.write_bytes(before[put_back])

    assert proof(vault).prove() == {"stored-objects": 1}


def test_what_overstays_its_period_is_found_unless_people_wait_for_it(vault: VaultSides) -> None:
    over = vault.clock.now() - GRACE - timedelta(seconds=1)
    for kind in ("unflagged", "flagged", "incident"):
        vault.sealed(recording_class=kind, destroy_after=over)

    assert proof(vault, calls_left=3).prove() == {"overdue": 2, "calls": 3}


def test_a_destruction_that_was_not_finished_is_found(vault: VaultSides) -> None:
    new = new_recording()
    with vault.work() as work:
        vault.worker.seal(work, new, b"fLaC")
    write(
        vault, "DELETE FROM recording_keys", "DELETE FROM sealed_objects",
        "UPDATE recordings SET destroyed_at = '2026-11-01Z'", recording=new.id,
    )  # fmt: skip

    assert proof(vault).prove() == {"certificates-missing": 1}


def test_a_destroyer_that_stopped_is_told_of_by_somebody_else(vault: VaultSides) -> None:
    ran(vault, "destroyed", "proven")
    vault.clock.go_on(timedelta(minutes=59))
    assert watch(vault).run_once() == []

    vault.clock.go_on(timedelta(minutes=2))
    assert watch(vault).run_once() == ["destroyer-stopped"]
    ran(vault, "destroyed")
    vault.clock.go_on(timedelta(hours=36))
    ran(vault, "destroyed")
    assert watch(vault).run_once() == ["destruction-not-proven"]


def test_a_destroyer_that_never_ran_is_told_of_when_something_is_due(vault: VaultSides) -> None:
    assert watch(vault).run_once() == []

    vault.sealed(destroy_after=vault.clock.now() - timedelta(hours=2))
    assert watch(vault).run_once() == ["destroyer-stopped"]


def test_traces_that_stay_in_files_for_a_day_are_told_of(vault: VaultSides) -> None:
    vault.worker.destroy(vault.sealed(), "test", None)
    ran(vault, "destroyed", "proven")
    vault.clock.go_on(timedelta(hours=24))
    ran(vault, "destroyed", "proven")
    assert watch(vault).run_once() == []

    vault.clock.go_on(timedelta(seconds=1))
    assert watch(vault).run_once() == ["destroyed-not-rewritten"]
    ran(vault, "rewritten")
    vault.clock.go_on(timedelta(hours=25))
    ran(vault, "destroyed", "proven")
    assert watch(vault).run_once() == []
