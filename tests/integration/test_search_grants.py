"""Searching words is access: one knock for a search, with its purpose and with whose words it showed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.access_terms import AccessTerms
from core.actors import Actor, Purpose, Role
from core.errors import AccessDenied
from core.ids import RecordingId
from storage.access_log import Sealer
from storage.chain_proof import verify_chain
from storage.database import Database
from storage.grants import GrantOver
from storage.search_grants import Searched, SearchGrants
from tests.fixtures_vault import TAX, VaultSides, actor

pytestmark = pytest.mark.real

BOSS = replace(actor(Role.SUPERVISOR), session=b"s" * 32)


@pytest.fixture
def searches(app_database: Database, vault: VaultSides) -> SearchGrants:
    return SearchGrants(app_database, vault.clock, AccessTerms(lasts=timedelta(hours=2)))


def searched(by: Actor = BOSS, hits: int = 12) -> Searched:
    return Searched(
        id=uuid4(), purpose=Purpose("disclosure", "R8-0012"), session=by.session, hits=hits,
        departments=by.departments,
    )  # fmt: skip


def knocks(vault: VaultSides) -> list[Any]:
    with vault.worker_database.begin() as connection:
        return list(connection.execute(text("SELECT * FROM access_knocks ORDER BY at, id")))


def test_one_knock_tells_purpose_case_hits_and_whose_words_were_shown(
    vault: VaultSides, searches: SearchGrants
) -> None:
    found = sorted([vault.sealed(), vault.sealed()])
    asked = searched()

    searches.show(BOSS, asked, found)
    searches.show(BOSS, asked, found)

    (knock,) = knocks(vault)
    assert (knock.act, knock.purpose, knock.case_number, knock.detail) == (
        "search", "disclosure", "R8-0012", {"hits": 12},
    )  # fmt: skip
    assert (knock.recordings, knock.departments, knock.recording_id) == (found, [TAX], None)
    assert searches.running(BOSS, asked.id).shown == set(found)


def test_a_further_page_is_written_down_with_what_it_shows_anew(
    vault: VaultSides, searches: SearchGrants
) -> None:
    first, second = vault.sealed(), vault.sealed()
    asked = searched()

    until = searches.show(BOSS, asked, [first]).until
    vault.clock.go_on(timedelta(minutes=30))
    grant = searches.show(BOSS, asked, [first, second])

    assert [knock.recordings for knock in knocks(vault)] == [[first], [second]]
    assert (grant.until, grant.shown) == (until, {first, second})


@pytest.mark.parametrize("what", ["later", "another session", "another person", "never"])
def test_words_are_open_in_the_session_and_the_time_of_their_purpose_alone(
    vault: VaultSides, searches: SearchGrants, what: str
) -> None:
    recording, asked, who = vault.sealed(), searched(), BOSS
    searches.show(BOSS, asked, [recording])
    if what == "later":
        vault.clock.go_on(timedelta(hours=2))
    elif what == "another session":
        who = replace(BOSS, session=b"t" * 32)
    elif what == "another person":
        who = replace(actor(Role.SUPERVISOR), session=BOSS.session)

    with pytest.raises(GrantOver):
        searches.running(who, uuid4() if what == "never" else asked.id)
    if what in {"later", "another session"}:
        with pytest.raises(GrantOver):
            searches.show(who, asked, [recording])
    assert len(knocks(vault)) == 1


def test_looking_at_the_facts_alone_is_written_down_and_opens_nothing(
    vault: VaultSides, searches: SearchGrants
) -> None:
    asked = searched()

    searches.note_facts(BOSS, asked)

    (knock,) = knocks(vault)
    assert (knock.reason, knock.until, knock.recordings) == ("facts-alone", None, None)
    with pytest.raises(GrantOver):
        searches.running(BOSS, asked.id)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_whose_role_searches_no_words_is_refused_and_written_down(
    vault: VaultSides, searches: SearchGrants, role: Role
) -> None:
    who = actor(role)

    with pytest.raises(AccessDenied):
        searches.show(who, searched(who), [RecordingId(uuid4())])

    (knock,) = knocks(vault)
    assert (knock.granted, knock.reason, knock.until) == (False, "no-role", None)


@pytest.mark.parametrize(
    "altered",
    [
        "case_number = 'R8-9999'",
        "departments = '{fukushi}'",
        "recordings = ARRAY[gen_random_uuid()]",
        "search_id = gen_random_uuid()",
    ],
)
def test_what_a_knock_says_of_its_purpose_is_chained_with_it(
    vault: VaultSides, searches: SearchGrants, owner_database: Database, altered: str
) -> None:
    searches.show(BOSS, searched(), [vault.sealed()])
    Sealer(vault.worker_database, vault.clock).run_once()
    now = vault.clock.now() + timedelta(minutes=1)
    assert verify_chain(vault.worker_database, now).faults == ()

    with owner_database.begin() as connection:
        connection.execute(text("ALTER TABLE access_knocks DISABLE TRIGGER append_only"))
        connection.execute(text(f"UPDATE access_knocks SET {altered}"))  # noqa: S608  of this test

    assert [one.code for one in verify_chain(vault.worker_database, now).faults] == ["knock-altered"]


def test_the_database_itself_names_the_department_of_what_was_opened(vault: VaultSides) -> None:
    recording = vault.sealed()

    vault.console.open_recording(actor(Role.SUPERVISOR), recording, Purpose("fact-check"))
    with pytest.raises(AccessDenied):
        vault.console.open_recording(actor(Role.SUPERVISOR), RecordingId(uuid4()), Purpose("fact-check"))

    assert [knock.departments for knock in sorted(knocks(vault), key=lambda one: not one.granted)] == [
        [TAX],
        None,
    ]
