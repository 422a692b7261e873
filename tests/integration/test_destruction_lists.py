"""What was destroyed is told away from the machine: once, soon, and again when the place was away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from core.ids import AccountId
from storage.access_heads import compare_with_heads, signing_key
from storage.certificate_proof import compare_with_lists
from storage.database import Database
from storage.destruction_list import DestructionKeeper, kept_in
from storage.objects import ObjectStore, ObjectStoreShut
from storage.sender import Sender
from storage.signed_note import NoteNotOurs, note_key
from tests.fixtures_vault import VaultSides

pytestmark = pytest.mark.real


class Office:
    """Destroys, and tells of it to a place that may be away."""

    def __init__(self, vault: VaultSides, folder: Path) -> None:
        self.vault, self.folder, self.away = vault, folder, False
        self.keeper = self.process()

    def process(self) -> DestructionKeeper:
        sender = Sender(
            database=self.vault.worker_database, place=self.place, key=note_key(self.vault.keys),
            clock=self.vault.clock, instance="city",
        )  # fmt: skip
        return DestructionKeeper(sender)

    def place(self) -> ObjectStore:
        if self.away:
            raise ObjectStoreShut
        return ObjectStore.at(self.folder.as_uri())

    def destroy(self, by: AccountId | None = None) -> UUID:
        self.vault.clock.go_on(timedelta(minutes=1))
        recording = self.vault.sealed()
        self.vault.worker.destroy(recording, rule="flagged-period-over", by=by)
        return recording

    def kept(self) -> list[UUID]:
        return [one.recording for one in kept_in(self.place(), note_key(self.vault.keys).public_key())]


@pytest.fixture
def office_that_destroys(vault: VaultSides, tmp_path: Path) -> Office:
    return Office(vault, tmp_path / "elsewhere")


def test_each_destruction_is_told_once_and_by_whom(office_that_destroys: Office) -> None:
    office, who = office_that_destroys, AccountId(UUID(int=5))
    assert office.keeper.run_once() == 0
    first = office.destroy()
    assert office.keeper.run_once() == 1
    second = office.destroy(by=who)
    assert office.keeper.run_once() == 1
    assert office.keeper.run_once() == 0

    (one, other) = sorted(
        kept_in(office.place(), note_key(office.vault.keys).public_key()), key=lambda told: told.at
    )
    assert (one.recording, one.rule, one.by) == (first, "flagged-period-over", None)
    assert (other.recording, other.by) == (second, who)


def test_a_place_that_was_away_is_told_later_and_people_hear_of_it(office_that_destroys: Office) -> None:
    office = office_that_destroys
    gone = office.destroy()
    office.away = True
    assert office.keeper.run_once() == 0
    assert office.keeper.run_once() == 0
    with office.vault.worker_database.begin() as connection:
        alarms = connection.execute(text("SELECT code FROM alarms")).scalars().all()
    assert alarms == ["destructions-not-sent"]

    office.away = False
    assert office.keeper.run_once() == 1
    assert office.kept() == [gone]


SPOILT = (
    "UPDATE destructions SET evidence = jsonb_set(evidence, '{samples_sha256}', '\"00\"')",
    "UPDATE destructions SET rule = 'practice-period-over'",
    "UPDATE destructions SET by = gen_random_uuid()",
    "UPDATE destructions SET at = at + interval '1 second'",
    "DELETE FROM destructions",
)


def test_a_certificate_that_was_altered_or_taken_away_is_found_by_what_was_told(
    office_that_destroys: Office, owner_database: Database
) -> None:
    office = office_that_destroys
    spoilt = {office.destroy(): statement for statement in SPOILT}
    kept = office.destroy()
    office.keeper.run_once()
    office.destroy()
    told = kept_in(office.place(), note_key(office.vault.keys).public_key())
    assert compare_with_lists(office.vault.worker_database, told) == (6, ())

    with owner_database.begin() as connection:
        connection.execute(text("ALTER TABLE destructions DISABLE TRIGGER append_only"))
        for recording, statement in spoilt.items():
            connection.execute(text(f"{statement} WHERE recording_id = :id"), {"id": recording})

    agreeing, faults = compare_with_lists(office.vault.worker_database, told)
    assert agreeing == 1
    assert {one.recording for one in faults} == set(spoilt)
    assert kept not in spoilt
    assert [one.code for one in faults if "DELETE" in spoilt[one.recording]] == ["certificate-missing"]
    assert {one.code for one in faults if "UPDATE" in spoilt[one.recording]} == {"certificate-altered"}
    office.process().run_once()
    again = kept_in(office.place(), note_key(office.vault.keys).public_key())
    assert len(compare_with_lists(office.vault.worker_database, again)[1]) == 5, "told anew, it stays a fault"


def test_a_process_that_starts_tells_of_the_last_days_again(office_that_destroys: Office) -> None:
    office = office_that_destroys
    gone = office.destroy()
    office.keeper.run_once()
    office.vault.clock.go_on(timedelta(minutes=5))
    last = office.destroy()

    assert office.process().run_once() == 2
    assert set(office.kept()) == {gone, last}


def test_a_list_that_was_changed_is_no_list_and_heads_beside_it_stay_heads(
    office_that_destroys: Office,
) -> None:
    office = office_that_destroys
    office.destroy()
    office.keeper.run_once()
    heads = compare_with_heads(
        office.vault.worker_database, office.place(), signing_key(office.vault.keys).public_key(), "city",
        office.vault.clock.now(),
    )  # fmt: skip
    assert heads == (0, ())

    (sent,) = office.folder.rglob("*.json")
    whole = sent.read_bytes()
    for changed in (b"", b"{}", whole[:-9], whole.replace(b"flagged", b"unknown")):
        sent.write_bytes(changed)
        with pytest.raises(NoteNotOurs):
            office.kept()
