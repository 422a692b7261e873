"""Row-level security, walked table by table: what each role sees, and that the default is nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from api.reading.alarms import open_alarms
from core.actors import Actor, Role
from core.ids import AccountId
from storage.alarms import raise_alarm
from storage.database import Database
from tests.fixtures_vault import TAX, WELFARE, actor

pytestmark = pytest.mark.real

CONTENT = ("recordings", "recording_keys", "sealed_objects", "transcript_revisions", "utterances")
OURS_ALONE = ("call_journal", "utterance_tokens")  # the console's role has no right to these at all
OPERATOR = actor(Role.OPERATOR)
COLLEAGUE = actor(Role.OPERATOR)
BOSS = actor(Role.SUPERVISOR)

# One call each: the operator's own, a colleague's in the same department, one of another department.
OWNERS = {
    "tax-own": (OPERATOR, TAX),
    "tax-other": (COLLEAGUE, TAX),
    "welfare": (actor(Role.OPERATOR), WELFARE),
}


@pytest.fixture
def city(worker_database: Database, owner_database: Database) -> Database:
    """Three calls with everything that hangs on them."""
    with owner_database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO accounts VALUES (:id, 'sato', '佐藤', 'x', '{operator}', '{zeimu}', NULL, now())"
            ),
            {"id": OPERATOR.account},
        )
        connection.execute(
            text("INSERT INTO saved_queries VALUES (gen_random_uuid(), :id, '{}', now())"),
            {"id": OPERATOR.account},
        )
    with worker_database.begin() as connection:
        connection.execute(text("SELECT make_month_partitions('2026-11-20Z')"))
        for number, (call, (operator, department)) in enumerate(OWNERS.items()):
            add_call(connection, number, call, operator.account, department)
    return worker_database


def add_call(connection: Connection, number: int, call: str, operator: AccountId, department: str) -> None:
    values = {"call": call, "o": operator, "d": department, "r": uuid4(), "v": uuid4(), "n": number}
    for statement in (
        (
            "INSERT INTO calls"
            " (id, line, department, agency, regime, caller_class, served_by, phase, arrived_at)"
            " VALUES (:call, 'l', :d, 'a', 'public-body', 'withheld', 'application', 'ended', '2026-11-20Z')"
        ),
        "INSERT INTO call_journal VALUES (:call, 1, now(), 'offered', '{}')",
        "INSERT INTO call_marks VALUES (gen_random_uuid(), :call, now(), 'phone')",
        (
            "INSERT INTO recordings"
            " VALUES (:r, :call, :d, :o, false, 'unflagged', true, '2026-11-20Z', 1, 8000, 'x', '{}',"
            " now(), now())"
        ),
        "INSERT INTO recording_keys VALUES (:r, 'kek', 'wrapped')",
        "INSERT INTO sealed_objects VALUES (:r, 'master', :call, 'audio/flac', 1, 'x', 1, 'x', now())",
        "INSERT INTO transcript_revisions VALUES (:v, :r, 1, NULL, 'base', 'x', '{}', now())",
        "INSERT INTO utterances VALUES (:n, '2026-11-20Z', :v, :r, :d, 'caller', 0, 1, '税', '税', '[]', 1)",
        "INSERT INTO utterance_tokens VALUES (:n, '2026-11-20Z', :r, :d, '''税''')",
        "INSERT INTO destructions VALUES (gen_random_uuid(), now(), 'test', NULL, '{}')",
        (
            "INSERT INTO access_knocks"
            " VALUES (gen_random_uuid(), now(), :o, 'person', 'listen', :r, 'x', true, 'x')"
        ),
        "INSERT INTO access_chain VALUES (:n, gen_random_uuid(), 'x', 'x', 'x')",
    ):
        connection.execute(text(statement), values)
    raise_alarm(connection, "test", call=call)  # type: ignore[arg-type]


def seen(database: Database, table: str, who: Actor | None) -> int:
    with database.begin(who) as connection:
        return connection.execute(text("SELECT count(*) FROM " + table)).scalar_one()  # noqa: S608  tables of ours


def found_by_search(database: Database, who: Actor | None) -> int:
    with database.begin(who) as connection:
        return connection.execute(
            text(
                "SELECT count(*) FROM search_utterances('''税''', '2026-11-01Z', '2026-12-01Z', :below, 50)"
            ),
            {"below": 2**63 - 1},
        ).scalar_one()


def test_every_table_of_the_console_with_a_citizen_s_traces_is_under_row_level_security(
    owner_database: Database,
) -> None:
    with owner_database.begin() as connection:
        unguarded = (
            connection.execute(
                text(
                    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity"
                    " AND has_any_column_privilege('tsuwaroku_app', c.oid, 'SELECT') ORDER BY 1"
                )
            )
            .scalars()
            .all()
        )

    # Signing in has to read these before anybody is known; they hold accounts of staff, nothing of citizens.
    assert unguarded == ["accounts", "sign_in_attempts", "web_sessions"]


def test_without_an_actor_the_console_sees_nothing(city: Database, app_database: Database) -> None:
    for table in (
        *CONTENT, "calls", "call_marks", "alarms", "destructions", "access_knocks", "access_chain",
        "saved_queries",
    ):  # fmt: skip
        assert seen(app_database, table, None) == 0, table
        assert table == "saved_queries" or seen(city, table, None) == 3, table
    assert found_by_search(app_database, None) == 0
    for table in OURS_ALONE:
        with pytest.raises(DBAPIError):
            seen(app_database, table, None)


@pytest.mark.parametrize(
    ("who", "calls", "content"),
    [
        (OPERATOR, 2, 0),
        (actor(Role.OPERATOR), 2, 0),
        (actor(Role.SUPERVISOR), 2, 2),
        (actor(Role.SUPERVISOR, departments=frozenset({WELFARE})), 1, 1),
        (actor(Role.SUPERVISOR, departments=frozenset({TAX, WELFARE})), 3, 3),
        (actor(Role.SUPERVISOR, departments=frozenset()), 0, 0),
        (actor(Role.ADMINISTRATOR, departments=frozenset({TAX, WELFARE})), 0, 0),
        (actor(Role.RECORDS_OFFICER, departments=frozenset({TAX, WELFARE})), 0, 0),
        (actor(Role.AUDITOR, departments=frozenset({TAX, WELFARE})), 0, 0),
        (actor(departments=frozenset({TAX, WELFARE})), 0, 0),
    ],
    ids=[
        "operator with a call", "operator without one", "supervisor", "supervisor of another department",
        "supervisor of both", "supervisor of nothing", "administrator", "records officer without a request",
        "auditor", "nobody in particular",
    ],
)  # fmt: skip
def test_facts_go_by_department_and_content_by_call(
    city: Database, app_database: Database, who: Actor, calls: int, content: int
) -> None:
    assert seen(app_database, "calls", who) == calls
    assert seen(app_database, "call_marks", who) == calls
    assert {table: seen(app_database, table, who) for table in CONTENT} == dict.fromkeys(CONTENT, content)
    assert found_by_search(app_database, who) == content


def test_what_a_person_practised_they_hear_and_read_as_a_whole(
    city: Database, app_database: Database
) -> None:
    with city.begin() as connection:
        connection.execute(text("UPDATE recordings SET practice = true"))

    assert {table: seen(app_database, table, OPERATOR) for table in CONTENT} == dict.fromkeys(CONTENT, 1)
    assert found_by_search(app_database, OPERATOR) == 1


def test_what_is_closed_for_use_shows_neither_key_nor_words(city: Database, app_database: Database) -> None:
    with city.begin() as connection:
        connection.execute(text("UPDATE recordings SET usable = false"))

    assert seen(app_database, "recordings", BOSS) == 2
    for table in ("recording_keys", "transcript_revisions", "utterances"):
        assert seen(app_database, table, BOSS) == 0, table
    assert found_by_search(app_database, BOSS) == 0


def test_knocks_are_seen_by_who_knocked_by_the_supervisor_and_by_the_auditor(
    city: Database, app_database: Database
) -> None:
    assert seen(app_database, "access_knocks", OPERATOR) == 1
    assert seen(app_database, "access_knocks", actor(Role.SUPERVISOR)) == 2
    assert seen(app_database, "access_knocks", actor(Role.AUDITOR, departments=frozenset())) == 3
    # Who keeps the machine is one of those whom the log is about.
    assert seen(app_database, "access_knocks", actor(Role.ADMINISTRATOR)) == 0
    assert seen(app_database, "access_chain", actor(*Role)) == 0


def test_nobody_knocks_in_another_s_name(app_database: Database) -> None:
    knock = text(
        "INSERT INTO access_knocks"
        " VALUES (gen_random_uuid(), now(), :who, :kind, 'listen', NULL, 'x', true, 'x')"
    )
    for who, kind in (
        (COLLEAGUE.account, "person"),
        (None, "transcription"),
        (OPERATOR.account, "verification"),
    ):
        with pytest.raises(DBAPIError), app_database.begin(OPERATOR) as connection:
            connection.execute(knock, {"who": who, "kind": kind})
    with app_database.begin(OPERATOR) as connection:
        connection.execute(knock, {"who": OPERATOR.account, "kind": "person"})


def test_the_console_s_role_changes_no_evidence(city: Database, app_database: Database) -> None:
    boss = actor(Role.SUPERVISOR)
    for statement in (
        "DELETE FROM recordings", "DELETE FROM recording_keys", "UPDATE recordings SET department = 'x'",
        "UPDATE calls SET notice = 'proven'", "DELETE FROM call_marks",
        "INSERT INTO recording_keys VALUES (gen_random_uuid(), 'k', 'w')",
        "DELETE FROM utterances", "UPDATE utterances SET text = 'x'", "DELETE FROM sealed_objects",
        "DELETE FROM access_knocks", "INSERT INTO access_chain VALUES (9, gen_random_uuid(), 'x', 'x', 'x')",
        "INSERT INTO destructions VALUES (gen_random_uuid(), now(), 'x', NULL, '{}')",
        "SELECT make_month_partitions(now())", "SELECT * FROM procrastinate_jobs",
    ):  # fmt: skip
        with pytest.raises(DBAPIError), app_database.begin(boss) as connection:
            connection.execute(text(statement))


def test_an_actor_s_rights_end_with_the_transaction(city: Database, database_dsns) -> None:  # noqa: ANN001
    database = Database(database_dsns.app, connections=1)
    assert seen(database, "calls", OPERATOR) == 2

    assert seen(database, "calls", None) == 0
    database.close()


def test_an_alarm_waits_once_until_it_is_acknowledged(worker_database: Database) -> None:
    def raised(**about: object) -> bool:
        with worker_database.begin() as connection:
            return raise_alarm(connection, "recording-failed", **about)  # type: ignore[arg-type]

    assert raised(call="city-1.0")
    assert not raised(call="city-1.0", detail={"attempts": 2})
    assert raised(call="city-2.0")
    assert raised()
    with worker_database.begin() as connection:
        connection.execute(text("UPDATE alarms SET acknowledged_at = now() WHERE call_id = 'city-1.0'"))
    assert raised(call="city-1.0")


def test_an_alarm_about_a_practice_call_is_marked_so(city: Database) -> None:
    with city.begin() as connection:
        connection.execute(text("UPDATE calls SET practice = true WHERE id = 'tax-own'"))
        before = open_alarms(connection)
        raise_alarm(connection, "recording-failed", call="tax-own")  # type: ignore[arg-type]
        marked = connection.execute(
            text("SELECT practice FROM alarms WHERE code = 'recording-failed'")
        ).scalar_one()
        counted = open_alarms(connection)

    assert marked is True
    assert counted == before
