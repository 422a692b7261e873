"""聴取台帳: what was opened, counted under the rights of whoever reads it."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from api.ledger_file import HEADINGS
from core.access_terms import AccessTerms
from core.actors import Actor, Purpose, Role
from core.errors import DomainError
from core.ids import CallId
from core.settings import Settings
from runtime.ledger_report import write_ledger
from storage.access_log import AccessLog, Knock
from storage.database import Database
from storage.grants import GrantOver
from storage.ledger import HERE, SEVERAL, Ledger, Month, NotAMonth, Wanted, month_at, read_ledger
from storage.search_grants import Searched, SearchGrants
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_vault import TAX, WELFARE, VaultSides, actor

pytestmark = pytest.mark.real

BOSS = actor(Role.SUPERVISOR)
ELSEWHERE = actor(Role.SUPERVISOR, departments=frozenset({WELFARE}))
BOTH = actor(Role.SUPERVISOR, departments=frozenset({TAX, WELFARE}))
AUDITOR = actor(Role.AUDITOR, departments=frozenset())
GROUP = uuid4()
FACT_CHECK, REQUEST = Purpose("fact-check"), Purpose("disclosure", "R8-0012")


@pytest.fixture
def month(vault: VaultSides, app_database: Database) -> Month:
    """A month in which two recordings were opened, searched for and refused."""
    tax, welfare = vault.sealed(), vault.sealed(department=WELFARE)
    for _ in range(2):
        vault.console.grant_play(BOSS, tax, FACT_CHECK)
        vault.console.grant_play(BOSS, tax, FACT_CHECK, "clip")
    vault.console.read_transcript_grant(BOSS, tax, REQUEST)
    vault.console.grant_play(ELSEWHERE, welfare, FACT_CHECK)
    with pytest.raises(DomainError):
        vault.console.grant_play(BOSS, welfare, FACT_CHECK)
    searches = SearchGrants(app_database, vault.clock, AccessTerms())
    asked = Searched(id=uuid4(), purpose=FACT_CHECK, session=None, hits=3, departments=BOTH.departments)
    searches.show(BOTH, asked, [tax])
    searches.show(BOTH, asked, [tax, welfare])
    vault.worker.open_for_process("transcription", tax)
    AccessLog(app_database).write(
        Knock(
            at=vault.clock.now(), actor=BOSS.account, actor_kind="person", act="claim", recording=tax,
            purpose="claim", granted=True, reason="own-call",
        ),
        BOSS,
    )  # fmt: skip
    return month_at(vault.clock.now())


def read(database: Database, who: Actor | None, month: Month, **more: object) -> Ledger:
    with database.begin(who) as connection:
        return read_ledger(connection, Wanted(month=month, **more))  # type: ignore[arg-type]


def lines(ledger: Ledger) -> set[tuple[str | None, str, str, bool, int]]:
    return {(one.department, one.act, one.purpose, one.case, one.count) for one in ledger.lines}


OF_TAX = {
    (TAX, "listen", "fact-check", False, 2),
    (TAX, "clip", "fact-check", False, 1),  # two plays of one recording by one person on one day
    (TAX, "read", "disclosure", True, 1),
}
OF_BOTH = {(SEVERAL, "search", "fact-check", False, 1)}
OF_WELFARE = {(WELFARE, "listen", "fact-check", False, 1)}


def test_the_auditor_reads_all_of_it_and_our_own_work_is_no_entry(
    app_database: Database, month: Month
) -> None:
    found = read(app_database, AUDITOR, month)

    assert lines(found) == OF_TAX | OF_BOTH | OF_WELFARE
    assert (found.count, found.refused) == (6, 1)


def test_a_supervisor_reads_what_is_about_the_own_departments(app_database: Database, month: Month) -> None:
    boss = read(app_database, BOSS, month, own=BOSS.departments)
    elsewhere = read(app_database, ELSEWHERE, month, own=ELSEWHERE.departments)

    assert lines(boss) == OF_TAX | OF_BOTH
    assert lines(elsewhere) == OF_WELFARE | OF_BOTH
    assert (boss.refused, elsewhere.refused) == (0, 1)


def test_what_was_opened_of_practice_is_counted_nowhere_and_nobody_can_claim_that_it_was_practice(
    vault: VaultSides, app_database: Database, owner_database: Database
) -> None:
    practice, real = vault.sealed(practice=True, recording_class="practice"), vault.sealed()
    live = CallId("city-practice.0")
    with owner_database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO calls (id, line, department, agency, regime, practice, caller_class, served_by,"
                " phase, arrived_at) VALUES (:call, 'renshu', :department, 'a', 'public-body', true,"
                " 'withheld', 'application', 'talking', now())"
            ),
            {"call": live, "department": TAX},
        )
    for recording, call in ((practice, None), (None, live), (real, None)):
        AccessLog(app_database).write(
            Knock(
                at=vault.clock.now(), actor=BOSS.account, actor_kind="person", recording=recording, call=call,
                act="listen" if recording else "live-listen", purpose="fact-check", granted=True,
                reason="own-department", detail={"practice": 1} if recording == real else {},
            ),
            BOSS,
        )  # fmt: skip
    asked = Searched(id=uuid4(), purpose=Purpose.TRAINING, session=None, departments=BOSS.departments, hits=1)
    SearchGrants(app_database, vault.clock, AccessTerms()).show(BOSS, asked, [practice])
    vault.worker.destroy(practice, "test", None)
    with owner_database.begin() as connection:
        connection.execute(text("DELETE FROM calls"))

    found = read(app_database, AUDITOR, month_at(vault.clock.now()), practice_only=("training",))

    assert lines(found) == {(TAX, "listen", "fact-check", False, 1)}


def test_asking_for_more_than_the_own_departments_shows_no_more(app_database: Database, month: Month) -> None:
    foreign = read(app_database, actor(Role.SUPERVISOR), month, own=frozenset({WELFARE}))

    assert lines(foreign) == OF_BOTH, "a search went through theirs as well"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR, Role.RECORDS_OFFICER, None])
def test_nobody_else_reads_of_others(app_database: Database, month: Month, role: Role | None) -> None:
    who = None if role is None else actor(role, departments=frozenset({TAX, WELFARE}))

    assert read(app_database, who, month).lines == []


def test_it_is_narrowed_to_a_department_and_a_purpose(app_database: Database, month: Month) -> None:
    assert lines(read(app_database, AUDITOR, month, department=WELFARE)) == OF_WELFARE | OF_BOTH
    assert lines(read(app_database, AUDITOR, month, purpose="disclosure")) == {
        (TAX, "read", "disclosure", True, 1)
    }


def test_a_month_is_one_of_japan(vault: VaultSides, app_database: Database) -> None:
    recording = vault.sealed()
    vault.clock.go_on(datetime(2026, 12, 31, 23, 59, 59, tzinfo=HERE) - vault.clock.now())
    vault.console.grant_play(BOSS, recording, FACT_CHECK)
    vault.clock.go_on(timedelta(seconds=1))
    vault.console.grant_play(BOSS, recording, FACT_CHECK)

    december, january = (
        read(app_database, BOSS, one, own=BOSS.departments).lines
        for one in (Month(year=2026, number=12), Month(year=2027, number=1))
    )

    assert [(one.day.isoformat(), one.count) for one in december] == [("2026-12-31", 1)]
    assert [(one.day.isoformat(), one.count) for one in january] == [("2027-01-01", 1)]


def test_an_expired_search_opens_nothing_more_and_stays_one_search(
    vault: VaultSides, app_database: Database, month: Month
) -> None:
    searches = SearchGrants(app_database, vault.clock, AccessTerms(lasts=timedelta(hours=1)))
    asked = Searched(id=uuid4(), purpose=FACT_CHECK, session=None, hits=1, departments=BOSS.departments)
    searches.show(BOSS, asked, [])
    vault.clock.go_on(timedelta(hours=2))

    with pytest.raises(GrantOver):
        searches.show(BOSS, asked, [vault.sealed()])
    searches.note_facts(BOSS, asked)

    found = lines(read(app_database, AUDITOR, month_at(vault.clock.now()), department=TAX))
    assert (TAX, "search", "fact-check", False, 1) in found


def test_the_command_writes_the_whole_hall_s_month_for_publication(
    vault: VaultSides, database_dsns: DatabaseDsns, tmp_path: Path, month: Month
) -> None:
    dsns = {
        "owner_dsn": database_dsns.owner, "app_dsn": database_dsns.app, "worker_dsn": database_dsns.worker
    }  # fmt: skip
    settings = Settings.model_validate({"home": vault.folder.parent, "database": dsns})
    file = tmp_path / "daicho.csv"

    write_ledger(settings, month=str(month), out=file)
    with pytest.raises(NotAMonth):
        write_ledger(settings, month="2026-13", out=tmp_path / "none.csv")

    first, *told = csv.reader(StringIO(file.read_text(encoding="utf-8-sig")))
    assert tuple(first) == HEADINGS
    assert sum(int(line[-1]) for line in told) == 6, "every opening stands in one line"
    assert [line[1] for line in told] == ["市全体（まとめ）"], "all of them are too few to be told apart"
    assert "R8-0012" not in file.read_text(encoding="utf-8-sig")
    assert not (tmp_path / "none.csv").exists()


def test_what_is_kept_to_a_group_is_kept_out_of_other_supervisors_ledger(
    vault: VaultSides, owner_database: Database, app_database: Database
) -> None:
    recording = vault.sealed(subject="c-restricted")
    vault.console.grant_play(BOSS, recording, FACT_CHECK)
    with owner_database.begin() as connection:
        for statement in (
            "INSERT INTO accounts VALUES (:boss, 'boss', 'x', 'x', '{supervisor}', '{zeimu}', NULL, now())",
            (
                "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase,"
                " arrived_at, ended_at) VALUES ('c-restricted', 'l', 'zeimu', 'a', 'public-body', 'withheld',"
                " 'application', 'ended', now() - interval '2 days', now() - interval '2 days')"
            ),
            "INSERT INTO restricted_groups VALUES (:group, '議員', 'zeimu', :boss, now())",
            (
                "INSERT INTO call_restrictions (id, call_id, group_id, reason, placed_by, placed_at)"
                " VALUES (gen_random_uuid(), 'c-restricted', :group, '議員に関する通話', :boss, now())"
            ),
        ):
            connection.execute(text(statement), {"boss": BOSS.account, "group": GROUP})

    month = month_at(vault.clock.now())
    other = actor(Role.SUPERVISOR)

    assert read(app_database, other, month, own=other.departments).lines == []
    assert len(read(app_database, BOSS, month, own=BOSS.departments).lines) == 1
    assert len(read(app_database, AUDITOR, month).lines) == 1
