"""What the console's database role could do if somebody spoke SQL through it: less than one would like to.

Everything here is said in SQL under the console's own role, past every page and rule of ours.
"""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from storage.database import Database
from tests.fixtures_postgres import DatabaseDsns
from tests.fixtures_vault import TAX, WELFARE, actor

pytestmark = pytest.mark.real

BOSS = actor(Role.SUPERVISOR)
CLOSED, PROVEN = uuid4(), uuid4()


@pytest.fixture
def city(worker_database: Database, owner_database: Database, app_database: Database) -> Database:
    """A proven call and an unannounced one of the same department, each with its recording."""
    with owner_database.begin() as connection:
        connection.execute(
            text("INSERT INTO accounts VALUES (:id, 'boss', '長', 'x', '{supervisor}', '{x}', NULL, now())"),
            {"id": BOSS.account},
        )
    with worker_database.begin() as connection:
        for recording, notice in ((CLOSED, "missing"), (PROVEN, "proven")):
            values = {
                "call": notice,
                "d": TAX,
                "r": recording,
                "usable": notice == "proven",
                "notice": notice,
            }
            connection.execute(
                text(
                    "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase,"
                    " arrived_at, notice) VALUES (:call, 'l', :d, 'a', 'public-body', 'withheld',"
                    " 'application', 'ended', now(), :notice)"
                ),
                values,
            )
            connection.execute(
                text(
                    "INSERT INTO recordings (id, subject, department, practice, class, usable, started_at,"
                    " samples, sample_rate, samples_sha256, sealed_at, destroy_after) VALUES (:r, :call, :d,"
                    " false, 'unflagged', :usable, now(), 8000, 8000, 'h', now(), now() + interval '90 days')"
                ),
                values,
            )
    return app_database


def change(database: Database, who: Actor, statement: str) -> int:
    """Return how many rows changed; a refusal changes none."""
    try:
        with database.begin(who) as connection:
            return connection.execute(text(statement), {"who": who.account}).rowcount
    except DBAPIError:
        return 0


OPEN_CALL = (
    "UPDATE calls SET opened_for_use_at = now(), opened_for_use_by = :who,"
    " opened_for_use_reason = '本人の求め'"
)


def test_a_recording_opens_only_behind_a_call_that_was_opened_with_a_reason(city: Database) -> None:
    assert change(city, BOSS, "UPDATE recordings SET usable = true WHERE NOT usable") == 0

    assert change(city, BOSS, OPEN_CALL) == 1
    assert change(city, BOSS, "UPDATE recordings SET usable = true WHERE NOT usable") == 1


def test_nobody_opens_a_call_in_another_s_name_or_without_a_reason(city: Database) -> None:
    for spoilt in (
        OPEN_CALL.replace(":who", "NULL"),
        OPEN_CALL.replace("'本人の求め'", "''"),
        OPEN_CALL.replace("opened_for_use_at = now(), ", ""),
    ):
        assert change(city, BOSS, spoilt) == 0

    assert change(city, actor(Role.SUPERVISOR, departments=frozenset({WELFARE})), OPEN_CALL) == 0
    assert change(city, actor(Role.OPERATOR), OPEN_CALL) == 0


def test_who_opened_a_call_and_why_is_never_rewritten(city: Database) -> None:
    assert change(city, BOSS, OPEN_CALL) == 1

    assert change(city, BOSS, OPEN_CALL.replace("本人の求め", "別の理由")) == 0
    assert change(city, BOSS, "UPDATE calls SET opened_for_use_at = NULL") == 0


def test_a_supervisor_takes_no_recording_out_of_use(city: Database) -> None:
    assert change(city, BOSS, "UPDATE recordings SET usable = false") == 0


def test_the_console_invents_no_alarm(city: Database) -> None:
    assert change(city, BOSS, "INSERT INTO alarms (at, code) VALUES (now(), 'invented')") == 0


def test_a_temporary_view_does_not_run_with_the_owner_s_rights(database_dsns: DatabaseDsns) -> None:
    """A city's own database may allow temporary tables; ours does not even allow those."""
    with psycopg.connect(database_dsns.owner, autocommit=True) as owner:
        name = owner.info.dbname
        owner.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO tsuwaroku_app").format(sql.Identifier(name)))
    with psycopg.connect(database_dsns.app, autocommit=True) as console:
        console.execute(
            "CREATE FUNCTION pg_temp.evil() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN"
            " EXECUTE 'ALTER TABLE access_knocks DISABLE TRIGGER append_only'; RETURN now(); END $$"
        )
        console.execute(
            "CREATE TEMP VIEW utterance_tokens AS SELECT 1::bigint AS id, pg_temp.evil() AS spoken_at,"
            " gen_random_uuid() AS recording_id, 'x'::text AS department, ''::tsvector AS tokens"
        )
        console.execute(
            "SELECT * FROM public.search_utterances('a'::tsquery, '-infinity', 'infinity', 9, 9)"
        ).fetchall()

    with psycopg.connect(database_dsns.owner) as owner:
        (state,) = owner.execute(
            "SELECT tgenabled::text FROM pg_trigger"
            " WHERE tgrelid = 'access_knocks'::regclass AND tgname = 'append_only'"
        ).fetchall()
    assert state == ("O",)


def test_every_function_that_runs_as_the_owner_looks_at_temporary_names_last(
    database_dsns: DatabaseDsns,
) -> None:
    with psycopg.connect(database_dsns.owner) as owner:
        functions = owner.execute("SELECT proname, proconfig FROM pg_proc WHERE prosecdef").fetchall()

    assert len(functions) >= 3
    last = "search_path=public, pg_temp"
    assert {name for name, settings in functions if last not in (settings or [])} == set()
