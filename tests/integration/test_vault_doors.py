"""Who may open what, and that every knock stands in the log whatever happens afterwards."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Purpose, Role
from core.errors import AccessDenied, DomainError, NotFound
from core.ids import RecordingId
from runtime.postgres_cluster import PostgresCluster
from storage.access_rules import ClosedForUse, PurposeNotAllowed, RecordingDestroyed
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.vault import CopyNotReady
from tests.fixtures_vault import COPY, MASTER, TAX, WELFARE, Knocked, VaultSides, actor, knocks, new_recording

pytestmark = pytest.mark.real


def test_an_operator_hears_what_they_practised_in_ranges_and_one_knock_is_written(vault: VaultSides) -> None:
    operator = actor(Role.OPERATOR)
    recording = vault.sealed(operator, practice=True, recording_class="practice")

    opened = vault.console.open_recording(operator, recording, Purpose.RECORD_KEEPING)

    assert (opened.size, opened.media_type) == (len(COPY), "audio/webm")
    assert opened.read(0, 100) + opened.read(100, 200_000) == COPY[:200_100]
    assert opened.read(len(COPY) - 5, 100) == COPY[-5:]
    assert knocks(vault) == [Knocked("listen", "granted", "own-practice", "record-keeping", recording)]


def test_of_the_own_call_an_operator_opens_no_whole_and_that_stands_in_the_log(vault: VaultSides) -> None:
    operator = actor(Role.OPERATOR)
    recording = vault.sealed(operator)

    for knock in (
        vault.console.open_recording,
        vault.console.grant_play,
        vault.console.read_transcript_grant,
    ):
        with pytest.raises(AccessDenied):
            knock(operator, recording, Purpose.RECORD_KEEPING)

    assert [(knock.answer, knock.reason) for knock in knocks(vault)] == [("refused", "not-visible")] * 3


def test_a_supervisor_hears_the_own_department(vault: VaultSides) -> None:
    recording = vault.sealed(actor(Role.OPERATOR))

    vault.console.open_recording(actor(Role.SUPERVISOR), recording, Purpose.HARASSMENT_REVIEW)

    assert [knock.reason for knock in knocks(vault)] == ["own-department"]


@pytest.mark.parametrize(
    "stranger",
    [
        actor(Role.OPERATOR),
        actor(Role.SUPERVISOR, departments=frozenset({WELFARE})),
        actor(Role.ADMINISTRATOR, departments=frozenset({TAX, WELFARE})),
        actor(departments=frozenset({TAX})),
        actor(Role.SUPERVISOR, departments=frozenset()),
    ],
    ids=["another operator", "another department", "administrator", "no role", "no department"],
)
def test_everybody_else_is_refused_and_that_stands_in_the_log(vault: VaultSides, stranger: Actor) -> None:
    recording = vault.sealed(actor(Role.OPERATOR))

    for knock in (
        vault.console.open_recording,
        vault.console.grant_play,
        vault.console.read_transcript_grant,
    ):
        with pytest.raises(AccessDenied):
            knock(stranger, recording, Purpose.FACT_CHECK)

    assert [(knock.answer, knock.reason) for knock in knocks(vault)] == [("refused", "not-visible")] * 3


def test_what_is_not_there_sounds_like_what_may_not_be_seen(vault: VaultSides) -> None:
    with pytest.raises(AccessDenied):
        vault.console.open_recording(actor(Role.SUPERVISOR), RecordingId(uuid4()), Purpose.FACT_CHECK)

    assert [knock.reason for knock in knocks(vault)] == ["not-visible"]


def test_an_unannounced_recording_stays_closed_for_people_and_for_transcription(vault: VaultSides) -> None:
    recording = vault.sealed(actor(Role.OPERATOR), usable=False)

    for who in (actor(Role.SUPERVISOR), actor(Role.OPERATOR, Role.SUPERVISOR)):
        with pytest.raises(ClosedForUse):
            vault.console.open_recording(who, recording, Purpose.FACT_CHECK)
        with pytest.raises(ClosedForUse):
            vault.console.read_transcript_grant(who, recording, Purpose.FACT_CHECK)
    with pytest.raises(ClosedForUse):
        vault.worker.open_for_process("transcription", recording)
    assert vault.worker.open_for_process("derivation", recording).read(0, 4) == b"fLaC"

    assert {knock.reason for knock in knocks(vault) if knock.answer == "refused"} == {"closed-for-use"}


def test_only_practice_calls_are_opened_for_training(vault: VaultSides) -> None:
    operator = actor(Role.OPERATOR, Role.SUPERVISOR)
    real = vault.sealed(operator)
    practice = vault.sealed(operator, practice=True, recording_class="practice")

    with pytest.raises(PurposeNotAllowed):
        vault.console.open_recording(operator, real, Purpose.TRAINING)
    vault.console.open_recording(operator, practice, Purpose.TRAINING)


def test_a_purpose_has_no_default(vault: VaultSides) -> None:
    with pytest.raises(TypeError):
        vault.console.open_recording(actor(Role.OPERATOR), RecordingId(uuid4()))  # type: ignore[call-arg]


def test_a_copy_that_is_not_made_yet_is_said_so(vault: VaultSides) -> None:
    operator = actor(Role.OPERATOR, Role.SUPERVISOR)
    new = new_recording(operator)
    with vault.work() as work:
        vault.worker.seal(work, new, MASTER)

    with pytest.raises(CopyNotReady):
        vault.console.open_recording(operator, new.id, Purpose.RECORD_KEEPING)


def test_a_process_of_ours_knocks_too(vault: VaultSides) -> None:
    recording = vault.sealed()

    opened = vault.worker.open_for_process("transcription", recording)

    assert opened.read(0, opened.size) == MASTER
    assert knocks(vault) == [Knocked("process", "granted", "own-work", "transcription", recording)]


def test_a_process_of_ours_says_of_a_practice_recording_that_it_is_one(
    vault: VaultSides, owner_database: Database
) -> None:
    practice, real = vault.sealed(practice=True, recording_class="practice"), vault.sealed()
    for recording in (practice, real):
        vault.worker.open_for_process("derivation", recording)

    with owner_database.begin() as connection:
        found = connection.execute(text("SELECT recording_id, detail FROM access_knocks")).all()
    assert {row.recording_id: row.detail for row in found} == {practice: {"practice": 1}, real: {}}


def test_a_rollback_does_not_erase_a_knock(vault: VaultSides, app_database: Database) -> None:
    operator = actor(Role.OPERATOR, Role.SUPERVISOR)
    recording = vault.sealed(operator)

    with pytest.raises(ZeroDivisionError), app_database.begin(operator) as connection:  # noqa: PT012  order matters
        connection.execute(text("SELECT 1"))
        vault.console.open_recording(operator, recording, Purpose.FACT_CHECK)
        raise ZeroDivisionError

    assert len(knocks(vault)) == 1


def test_what_cannot_be_written_down_is_not_opened(vault: VaultSides, owner_database: Database) -> None:
    operator = actor(Role.OPERATOR, Role.SUPERVISOR)
    recording = vault.sealed(operator)
    with owner_database.begin() as connection:
        connection.execute(text("REVOKE INSERT ON access_knocks FROM tsuwaroku_app"))

    with pytest.raises(Exception, match="access_knocks"):
        vault.console.open_recording(operator, recording, Purpose.FACT_CHECK)


def test_destruction_leaves_a_certificate_and_nothing_else(vault: VaultSides) -> None:
    recording, kept = vault.sealed(), vault.sealed()
    with vault.worker_database.begin() as connection:
        for number, of in ((1, recording), (2, kept)):
            add_transcript(connection, of, number)
    boss = actor(Role.SUPERVISOR).account

    vault.worker.destroy(recording, "unflagged-period", boss)
    vault.worker.destroy(recording, "another-rule", None)

    with vault.worker_database.begin() as connection:
        for table in (
            "recording_keys", "sealed_objects", "transcript_revisions", "utterances", "utterance_tokens",
        ):  # fmt: skip
            owners = connection.execute(text("SELECT DISTINCT recording_id FROM " + table)).scalars().all()  # noqa: S608
            assert owners == [kept], table
        rule, by, evidence = connection.execute(text("SELECT rule, by, evidence FROM destructions")).one()
        marked = text("SELECT id FROM recordings WHERE destroyed_at IS NOT NULL")
        assert connection.execute(marked).scalars().all() == [recording]
    assert (rule, by) == ("unflagged-period", boss)
    assert [(item["kind"], len(item["sealed_sha256"])) for item in evidence["objects"]] == [
        ("listening", 64),
        ("master", 64),
    ]
    assert len([file for file in vault.folder.rglob("*") if file.is_file()]) == 2
    with pytest.raises(RecordingDestroyed):
        vault.console.open_recording(actor(Role.SUPERVISOR), recording, Purpose.FACT_CHECK)


def add_transcript(connection, recording: RecordingId, number: int) -> None:  # noqa: ANN001
    values = {"r": recording, "n": number, "v": uuid4()}
    connection.execute(text("SELECT make_month_partitions('2026-11-20Z')"))
    for statement in (
        "INSERT INTO transcript_revisions VALUES (:v, :r, 1, NULL, 'base', 'x', '{}', now())",
        "INSERT INTO utterances VALUES (:n, '2026-11-20Z', :v, :r, 'zeimu', 'hall', 0, 1, 'x', 'x', '[]', 1)",
        "INSERT INTO utterance_tokens VALUES (:n, '2026-11-20Z', :r, 'zeimu', '''x''')",
    ):
        connection.execute(text(statement), values)


def test_the_vault_survives_the_database_being_killed_in_the_middle_of_a_seal(
    vault: VaultSides, cluster: PostgresCluster
) -> None:
    """Only the connection is cut here; the killed server itself is tested with the cluster."""
    new = new_recording()
    with pytest.raises(DomainError), vault.work() as work:  # noqa: PT012  cut between object and commit
        vault.worker.seal(work, new, MASTER)
        cluster.run_as_superuser(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction';"
        )

    with vault.work() as work:
        vault.worker.seal(work, new, MASTER)
    assert vault.worker.open_for_process("transcription", new.id).size == len(MASTER)


def test_the_console_s_role_can_neither_seal_nor_destroy(vault: VaultSides, app_database: Database) -> None:
    recording = vault.sealed()

    with (
        pytest.raises(Exception, match="permission denied"),
        UnitOfWork(app_database, vault.announcer) as work,
    ):
        vault.console.seal(work, new_recording(), MASTER)
    with pytest.raises(NotFound):
        vault.console.destroy(recording, "test", None)

    assert vault.worker.open_for_process("derivation", recording).size == len(MASTER)
