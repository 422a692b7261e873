"""What is held stays, whoever wants it gone; what is evidence goes only when two people said so."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Purpose, Role
from core.errors import AccessDenied
from core.ids import RecordingId
from core.profile.keeping import Keeping
from storage.access_rules import RecordingDestroyed
from storage.approvals import NothingToApprove, approve, waiting_for_approval
from storage.certificates import certificate_of
from storage.database import Database
from storage.holds import REGRET, NewHold, RecordingOnHold, holds_of, lift_hold, place_hold
from storage.vault import Vault
from telephony.capture.recording_destruction import DestroyDue
from telephony.capture.recording_promotion import PromoteRecording
from tests.fixtures_vault import WELFARE, VaultSides, actor

pytestmark = pytest.mark.real

SATO, SUZUKI = actor(Role.SUPERVISOR), actor(Role.SUPERVISOR)
KEEPING = Keeping(unflagged_days=90, flagged_days=1825, practice_days=7)


@pytest.fixture
def city(vault: VaultSides, owner_database: Database) -> VaultSides:
    """A vault of a hall where Sato and Suzuki supervise the tax office."""
    with owner_database.begin() as connection:
        for login, who in (("sato", SATO), ("suzuki", SUZUKI)):
            connection.execute(
                text(
                    "INSERT INTO accounts"
                    " VALUES (:id, :login, :login, 'x', '{supervisor}', '{zeimu}', NULL, now())"
                ),
                {"id": who.account, "login": login},
            )
    return vault


@pytest.fixture
def flagged(city: VaultSides) -> RecordingId:
    """A flagged recording whose period is over at this very moment."""
    return due(city, "flagged")


def due(city: VaultSides, kind: str) -> RecordingId:
    return city.sealed(recording_class=kind, destroy_after=city.clock.now())


def destroyer(city: VaultSides, vault: Vault | None = None, approvals: int = 2) -> DestroyDue:
    return DestroyDue(
        vault=vault or city.worker,
        database=city.worker_database,
        promote=PromoteRecording(database=city.worker_database, announcer=city.announcer, keeping=KEEPING),
        approvals=approvals,
        clock=city.clock,
    )


def hold(
    city: VaultSides, app: Database, recording: RecordingId, who: Actor = SATO, until: datetime | None = None
) -> None:
    with app.begin(who) as connection:
        new = NewHold(recording=recording, reason="訴訟のため", until=until)
        place_hold(connection, who, new, city.clock.now())


def lift(city: VaultSides, app: Database, recording: RecordingId, who: Actor = SUZUKI) -> None:
    with app.begin(who) as connection:
        lift_hold(
            connection, who, recording, holds_of(connection, recording)[0].id, "和解した", city.clock.now()
        )


def yes(city: VaultSides, app: Database, recording: RecordingId, who: Actor) -> None:
    with app.begin(who) as connection:
        approve(connection, who, recording, city.clock.now())


def test_a_flagged_recording_goes_at_its_end_with_a_certificate_that_says_everything(
    city: VaultSides, app_database: Database, flagged: RecordingId
) -> None:
    assert destroyer(city).run_once() == 1

    with app_database.begin(actor(Role.ADMINISTRATOR)) as connection:
        proof = certificate_of(connection, flagged)
    assert proof is not None
    assert (proof.rule, proof.by, proof.evidence["class"]) == ("flagged-period-over", None, "flagged")
    assert [one["kind"] for one in proof.evidence["objects"]] == ["listening", "master"]
    assert all(len(one["sealed_sha256"]) == 64 for one in proof.evidence["objects"])
    assert len(proof.evidence["samples_sha256"]) == 64


def test_what_is_held_is_destroyed_by_nobody(
    city: VaultSides, app_database: Database, owner_database: Database, flagged: RecordingId
) -> None:
    hold(city, app_database, flagged)

    assert destroyer(city).run_once() == 0
    with pytest.raises(RecordingOnHold):
        city.worker.destroy(flagged, "by-order", SATO.account)
    for table in ("recording_keys", "sealed_objects"):
        for database in (city.worker_database, owner_database):
            with pytest.raises(DBAPIError, match="held"), database.begin() as connection:
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  tables of ours
    assert city.console.open_recording(SATO, flagged, Purpose.FACT_CHECK).read(0, 4)


def test_after_a_hold_was_lifted_there_are_days_to_place_it_again(
    city: VaultSides, app_database: Database, flagged: RecordingId
) -> None:
    hold(city, app_database, flagged)
    lift(city, app_database, flagged)

    city.clock.go_on(REGRET - timedelta(seconds=1))
    assert destroyer(city).run_once() == 0
    city.clock.go_on(timedelta(seconds=1))
    assert destroyer(city).run_once() == 1


def test_a_hold_ends_at_the_end_it_was_placed_with_and_says_so(
    city: VaultSides, app_database: Database, flagged: RecordingId
) -> None:
    hold(city, app_database, flagged, until=city.clock.now() + timedelta(days=30))

    city.clock.go_on(timedelta(days=29))
    assert destroyer(city).run_once() == 0
    city.clock.go_on(timedelta(days=1))
    assert destroyer(city).run_once() == 1
    with app_database.begin(SATO) as connection:
        (told,) = holds_of(connection, flagged)
    assert (told.owner, told.lifted_at, told.lifted_by) == ("sato", told.until, None)


def test_a_hold_placed_at_the_moment_of_destroying_is_in_time_or_is_told_that_it_is_late(
    city: VaultSides, app_database: Database, flagged: RecordingId
) -> None:
    outcome: list[str] = []

    def try_to_hold() -> None:
        try:
            hold(city, app_database, flagged)
            outcome.append("held")
        except RecordingDestroyed:
            outcome.append("late")

    holding = threading.Thread(target=try_to_hold)

    def while_it_is_locked(_: object) -> bool:
        holding.start()
        holding.join(0.3)  # it must wait for the lock of the recording's row
        assert holding.is_alive()
        return True

    assert city.worker.destroy(flagged, "test", None, only_if=while_it_is_locked)
    holding.join(10)
    assert outcome == ["late"]
    with pytest.raises(RecordingDestroyed):
        hold(city, app_database, flagged)


def test_only_supervisors_of_the_department_hold_and_only_what_is_no_practice(
    city: VaultSides, app_database: Database, flagged: RecordingId
) -> None:
    stranger = actor(Role.SUPERVISOR, departments=frozenset({WELFARE}))
    practice = city.sealed(practice=True, recording_class="practice")

    for who, recording in ((stranger, flagged), (SATO, practice), (actor(Role.ADMINISTRATOR), flagged)):
        with pytest.raises(AccessDenied):
            hold(city, app_database, recording, who)
    operator = actor(Role.OPERATOR)
    own = city.sealed(operator)
    with pytest.raises(AccessDenied):  # whose own call it was sees no recording to hold
        hold(city, app_database, own, operator)


@pytest.mark.parametrize("kind", ["incident", "disclosure"])
def test_evidence_of_a_matter_waits_until_two_different_people_approved(
    city: VaultSides, app_database: Database, kind: str
) -> None:
    recording = due(city, kind)
    city.clock.go_on(timedelta(days=3))

    yes(city, app_database, recording, SATO)
    yes(city, app_database, recording, SATO)
    assert destroyer(city).run_once() == 0
    with app_database.begin(SUZUKI) as connection:
        (waiting,) = waiting_for_approval(connection, SUZUKI, city.clock.now())
    assert (waiting.id, waiting.approvers, waiting.mine) == (recording, ("sato",), False)

    city.clock.go_on(timedelta(minutes=1))
    yes(city, app_database, recording, SUZUKI)
    assert destroyer(city).run_once() == 1
    with app_database.begin(SUZUKI) as connection:
        proof = certificate_of(connection, recording)
    assert proof is not None
    assert (proof.rule, proof.by) == (f"{kind}-approved", "suzuki")
    approved = [one["account"] for one in proof.evidence["approved_by"]]
    assert approved == [str(SATO.account), str(SUZUKI.account)]


def test_a_city_that_asks_for_three_people_is_not_content_with_two(
    city: VaultSides, app_database: Database
) -> None:
    recording = due(city, "incident")
    yes(city, app_database, recording, SATO)
    yes(city, app_database, recording, SUZUKI)

    assert destroyer(city, approvals=3).run_once() == 0
    assert destroyer(city, approvals=2).run_once() == 1


def test_an_approval_before_the_end_or_of_what_is_held_or_of_another_class_is_none(
    city: VaultSides, app_database: Database, flagged: RecordingId
) -> None:
    running = city.sealed(recording_class="incident", destroy_after=city.clock.now() + timedelta(days=1))
    held = due(city, "incident")
    hold(city, app_database, held)

    for recording in (running, held, flagged):
        with pytest.raises(NothingToApprove):
            yes(city, app_database, recording, SATO)
        # Nor by SQL spoken past our own code.
        with pytest.raises(DBAPIError, match="row-level security"), app_database.begin(SATO) as connection:
            connection.execute(
                text("INSERT INTO destruction_approvals VALUES (:id, :recording, :by, :at)"),
                {"id": uuid4(), "recording": recording, "by": SATO.account, "at": city.clock.now()},
            )


def test_what_was_approved_before_a_hold_is_asked_anew_after_it(
    city: VaultSides, app_database: Database
) -> None:
    recording = due(city, "incident")
    yes(city, app_database, recording, SATO)
    hold(city, app_database, recording)
    lift(city, app_database, recording)
    city.clock.go_on(REGRET + timedelta(seconds=1))

    yes(city, app_database, recording, SUZUKI)
    assert destroyer(city).run_once() == 0
    yes(city, app_database, recording, SATO)
    assert destroyer(city).run_once() == 1
