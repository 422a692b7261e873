"""A play goes on under its grant, and ends with its time and with the right to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.actors import Actor, Purpose, Role
from core.errors import AccessDenied, DomainError
from core.ids import GrantId, RecordingId
from storage.access_rules import ClosedForUse, PurposeNotAllowed, RecordingDestroyed
from storage.grants import GrantOver
from tests.fixtures_vault import COPY, MASTER, VaultSides, actor, knocks

pytestmark = pytest.mark.real


def test_a_play_goes_on_under_its_grant_without_new_knocks(vault: VaultSides) -> None:
    operator = actor(Role.OPERATOR, Role.SUPERVISOR)
    grant = vault.console.grant_play(operator, vault.sealed(operator), Purpose.RECORD_KEEPING)

    for _ in range(3):
        assert vault.console.continue_play(operator, grant.id).read(10, 20) == COPY[10:30]
    assert vault.console.continue_play(operator, grant.id, "master").read(0, 4) == MASTER[:4]

    assert len(knocks(vault)) == 1


def over(vault: VaultSides, grant: GrantId, operator: Actor, recording: RecordingId) -> None:
    del grant, operator, recording
    vault.clock.go_on(timedelta(hours=4))


def closed(vault: VaultSides, grant: GrantId, operator: Actor, recording: RecordingId) -> None:
    del grant, operator
    with vault.worker_database.begin() as connection:
        connection.execute(text("UPDATE recordings SET usable = false WHERE id = :r"), {"r": recording})


def moved(vault: VaultSides, grant: GrantId, operator: Actor, recording: RecordingId) -> None:
    del grant, operator
    with vault.worker_database.begin() as connection:
        connection.execute(
            text("UPDATE recordings SET department = 'fukushi' WHERE id = :r"), {"r": recording}
        )


def destroyed(vault: VaultSides, grant: GrantId, operator: Actor, recording: RecordingId) -> None:
    del grant, operator
    vault.worker.destroy(recording, "test", None)


@pytest.mark.parametrize(
    ("happens", "error"),
    [(over, GrantOver), (closed, ClosedForUse), (moved, AccessDenied), (destroyed, RecordingDestroyed)],
)
def test_a_grant_ends_with_its_time_and_with_the_right_to_it(
    vault: VaultSides,
    happens: Callable[[VaultSides, GrantId, Actor, RecordingId], None],
    error: type[DomainError],
) -> None:
    operator = actor(Role.OPERATOR, Role.SUPERVISOR)
    recording = vault.sealed(operator)
    grant = vault.console.grant_play(operator, recording, Purpose.RECORD_KEEPING)
    assert vault.console.continue_play(operator, grant.id).size == len(COPY)

    happens(vault, grant.id, operator, recording)

    with pytest.raises(error):
        vault.console.continue_play(operator, grant.id)


def test_a_grant_is_nobody_else_s_and_not_for_another_act(vault: VaultSides) -> None:
    operator = actor(Role.OPERATOR, Role.SUPERVISOR)
    supervisor = actor(Role.SUPERVISOR, Role.ADMINISTRATOR)
    recording = vault.sealed(operator)
    play = vault.console.grant_play(operator, recording, Purpose.RECORD_KEEPING)
    reading = vault.console.read_transcript_grant(operator, recording, Purpose.RECORD_KEEPING)
    with pytest.raises(PurposeNotAllowed):
        vault.console.grant_play(operator, recording, Purpose.TRAINING)
    with vault.worker_database.begin() as connection:
        refused = connection.execute(text("SELECT id FROM access_knocks WHERE NOT granted")).scalar_one()

    for who, grant in ((supervisor, play.id), (operator, reading.id), (operator, GrantId(refused))):
        with pytest.raises(AccessDenied):
            vault.console.continue_play(who, grant)
