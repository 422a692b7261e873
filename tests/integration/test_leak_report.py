"""On the worst day: who was touched by an account, from an address, in a period; and what is not known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from api.accounts import create_account, disable_account
from api.passwords import Passwords
from api.sign_in import SignIn
from core.access_terms import AccessTerms
from core.actors import Actor, Purpose, Role
from core.clock import SystemClock
from core.errors import AccessDenied
from core.ids import DepartmentId, RecordingId
from core.settings import Settings
from runtime.installation import Installation
from runtime.leak_report import asked_for, report_leak
from runtime.wiring import worker_parts
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.leak import NoSuchAccount
from storage.search_grants import Searched, SearchGrants
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_vault import VaultSides

pytestmark = pytest.mark.real

HOKEN = DepartmentId("hoken-nenkin")
NUMBER = "+81312345678"
PASSWORD = "sakura-no-hana-ga-saku"


@dataclass(kw_only=True)
class Town:
    """Two supervisors, some citizens, and what was opened of their calls."""

    vault: VaultSides
    app: Database
    owner: Database
    passwords: Passwords
    settings: Settings
    capsys: pytest.CaptureFixture[str]

    def supervisor(self, login: str) -> Actor:
        account = create_account(
            self.app, self.passwords, SystemClock(), login=login, display_name=login, password=PASSWORD,
            roles=[Role.SUPERVISOR], departments=[HOKEN],
        )  # fmt: skip
        return Actor(account=account, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))

    def call(self, name: str, number: str | None, agency: str = "shicho") -> RecordingId:
        sealed, its_hash = CallerNumbers(self.vault.keys).seal(number) if number else (None, None)
        with self.vault.worker_database.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO calls (id, line, department, agency, regime, caller_class, caller_sealed,
                                       caller_hash, served_by, phase, arrived_at)
                    VALUES (:id, 'kokuho', :department, :agency, 'public-body', :kind, :sealed, :hash,
                            'application', 'ended', now())
                """),
                {"id": name, "department": HOKEN, "agency": agency, "sealed": sealed, "hash": its_hash,
                 "kind": "number" if number else "withheld"},
            )  # fmt: skip
        return self.vault.sealed(subject=name, department=HOKEN)

    def quote(self, who: Actor, recording: RecordingId) -> None:
        """Plant a quote: how one is made is another test's matter."""
        with self.vault.worker_database.begin() as connection:
            revision = connection.execute(
                text("""
                    INSERT INTO transcript_revisions
                           (id, recording_id, revision, model, model_sha256, options, created_at)
                    VALUES (gen_random_uuid(), :recording, 1, 'm', '0', '{}', now()) RETURNING id
                """),
                {"recording": recording},
            ).scalar_one()
        with self.owner.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO quotes
                           (id, recording_id, revision_id, utterance_id, text_start, text_end, text,
                            track, start_ms, end_ms, samples_sha256, purpose, by, made_at)
                    VALUES (gen_random_uuid(), :recording, :revision, 1, 0, 2, 'words', 'caller', 0, 900, '',
                            'fact-check', :by, :at)
                """),
                {"recording": recording, "revision": revision, "by": who.account,
                 "at": self.vault.clock.now()},
            )  # fmt: skip

    def search(self, who: Actor, *found: RecordingId) -> None:
        """Show somebody the words of what a search found."""
        searched = Searched(
            id=uuid4(), purpose=Purpose.FACT_CHECK, session=None, hits=17, departments=who.departments
        )
        SearchGrants(self.app, self.vault.clock, AccessTerms()).show(who, searched, found)

    def sign_in(self, login: str, address: str) -> None:
        key = worker_parts(Installation(self.settings)).sign_in_key
        SignIn(self.app, self.passwords, self.vault.clock, key).prove(login, PASSWORD, address)

    def report(self, *, drafts: Path | None = None, **asked: str) -> dict[str, Any]:
        self.capsys.readouterr()
        blank = {"account": "", "address": "", "since": "", "until": "", "known": "2026-11-20"}
        report_leak(self.settings, asked_for(**(blank | asked)), drafts=drafts, as_json=True)
        told: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return told

    def words(self, **asked: str) -> str:
        self.capsys.readouterr()
        blank = {"account": "", "address": "", "since": "", "until": "", "known": "2026-11-20"}
        report_leak(self.settings, asked_for(**(blank | asked)), drafts=None, as_json=False)
        return self.capsys.readouterr().out


@pytest.fixture
def town_of_leaks(
    vault: VaultSides, app_database: Database, owner_database: Database, database_dsns: DatabaseDsns,
    capsys: pytest.CaptureFixture[str],
) -> Town:  # fmt: skip
    dsns = {
        "owner_dsn": database_dsns.owner, "app_dsn": database_dsns.app, "worker_dsn": database_dsns.worker
    }  # fmt: skip
    settings = Settings.model_validate({"home": vault.folder.parent, "database": dsns})
    passwords = Passwords(Argon2Hasher(memory_cost=64, time_cost=1, parallelism=1))
    return Town(
        vault=vault, app=app_database, owner=owner_database, passwords=passwords, settings=settings,
        capsys=capsys,
    )  # fmt: skip


def test_an_account_is_shown_with_every_person_it_touched_and_nobody_else(
    town_of_leaks: Town, tmp_path: Path
) -> None:
    town = town_of_leaks
    sato, suzuki = town.supervisor("sato"), town.supervisor("suzuki")
    first, second = town.call("c-1", NUMBER), town.call("c-2", NUMBER)
    hidden, untouched = town.call("c-3", None, "kyoiku-iinkai"), town.call("c-4", "+81399999999")
    for recording in (first, second, hidden):
        town.vault.console.open_recording(sato, recording, Purpose.FACT_CHECK)
    town.vault.console.read_transcript_grant(sato, first, Purpose.DISCLOSURE)
    town.search(sato, first, second)
    town.vault.console.open_recording(suzuki, untouched, Purpose.FACT_CHECK)
    with pytest.raises(AccessDenied):
        town.vault.console.open_recording(sato, town.vault.sealed(), Purpose.FACT_CHECK)
    town.quote(sato, first)
    town.vault.worker.destroy(second, rule="flagged-period-over", by=None)
    disable_account(town.app, SystemClock(), "sato")

    told = town.report(account="sato", drafts=tmp_path / "drafts")

    by_number = CallerNumbers(town.vault.keys).hash(NUMBER).hex()
    assert {one["person"]: (one["calls"], one["acts"]) for one in told["persons"]} == {
        by_number: (["c-1", "c-2"], {"listen": 2, "read": 1, "search": 2}), None: (["c-3"], {"listen": 1})
    }  # fmt: skip
    assert [one["recording"] for one in told["recordings"] if one["destroyed"]] == [str(second)] * 2
    assert [(one["account"], one["recording"]) for one in told["quotes"]] == [("sato", str(first))]
    assert (told["searches"], told["refused"]) == ({"count": 1, "hits": 17}, 1)
    assert {one["agency"]: one["persons"] for one in told["bodies"]} == {"shicho": 1, "kyoiku-iinkai": 1}
    drafts = sorted((tmp_path / "drafts").iterdir())
    assert len(drafts) == 2
    assert {file.stat().st_mode & 0o777 for file in drafts} == {0o600}
    assert "1 人（録音 2 件）" in drafts[1].read_text()
    for said in (town.words(account="sato"), json.dumps(told), *(file.read_text() for file in drafts)):
        assert NUMBER[-8:] not in said, "no number in clear"


def test_an_address_is_known_by_who_signed_in_from_it(town_of_leaks: Town) -> None:
    town = town_of_leaks
    sato, suzuki = town.supervisor("sato"), town.supervisor("suzuki")
    recording = town.call("c-1", NUMBER)
    town.vault.console.open_recording(sato, recording, Purpose.FACT_CHECK)
    town.vault.clock.go_on(timedelta(hours=1))
    town.sign_in("sato", "192.0.2.7")
    town.sign_in("suzuki", "192.0.2.8")
    town.vault.clock.go_on(timedelta(hours=1))
    for who in (sato, suzuki):
        town.vault.console.open_recording(who, recording, Purpose.DISCLOSURE)
    town.vault.clock.go_on(timedelta(hours=12))
    town.vault.console.open_recording(sato, recording, Purpose.FACT_CHECK)

    told = town.report(address="192.0.2.7")
    assert [(one["account"], one["purpose"]) for one in told["recordings"]] == [("sato", "disclosure")]
    assert town.report(address="192.0.2.9")["recordings"] == []


def test_a_period_is_shown_with_everybody_in_it(town_of_leaks: Town) -> None:
    town = town_of_leaks
    sato, suzuki = town.supervisor("sato"), town.supervisor("suzuki")
    recording = town.call("c-1", NUMBER)
    began = town.vault.clock.now()
    for who in (sato, suzuki, sato):
        town.vault.console.open_recording(who, recording, Purpose.FACT_CHECK)
        town.vault.clock.go_on(timedelta(hours=1))

    since, until = began.isoformat(), (began + timedelta(hours=2)).isoformat()
    told = town.report(since=since, until=until)
    assert [one["account"] for one in told["recordings"]] == ["sato", "suzuki"]
    said = town.words(since=since, until=until)
    assert "開かれた通話の相手: 1 人" in said
    assert "目的: 申出内容の事実確認" in said
    assert "この記録から分からないこと" in said


def test_a_name_that_is_nobodys_is_said_so(town_of_leaks: Town) -> None:
    with pytest.raises(NoSuchAccount):
        town_of_leaks.report(account="nobody")
