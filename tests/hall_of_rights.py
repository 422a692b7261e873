"""A town hall of two departments, as PostgreSQL itself shows it to each of its people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import text

from core.actors import Actor, Role
from core.clock import SystemClock
from core.ids import AccountId, CallId, DepartmentId, LineId
from storage.database import Database
from storage.urgent_openings import UrgentOpenings, Wanted
from tests.fixtures_vault import TAX

NOW = datetime.now(UTC)
FOUND = text("SELECT id FROM calls ORDER BY id")
TABLES = ("calls", "recordings", "recording_keys", "sealed_objects", "transcript_revisions", "utterances")


class Hall:
    """Two departments with a call each, and people by name."""

    def __init__(self, owner: Database, worker: Database, app: Database) -> None:
        self.owner, self.worker, self.app = owner, worker, app
        self.people: dict[str, AccountId] = {}

    def person(self, login: str, *roles: Role, departments: tuple[DepartmentId, ...] = (TAX,)) -> Actor:
        """Make an account, and whoever signed in with it."""
        account = AccountId(uuid4())
        self.change(
            "INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)"
            " VALUES (:id, :login, :login, 'x', :roles, :departments, now())",
            id=account, login=login, roles=sorted(roles), departments=sorted(departments),
        )  # fmt: skip
        return Actor(account=account, roles=frozenset(roles), departments=frozenset(departments))

    def call(  # noqa: PLR0913  a call has these parts
        self,
        name: str,
        department: DepartmentId,
        operator: Actor | None = None,
        *,
        line: str = "madoguchi",
        over: bool = True,
        marked: bool = False,
    ) -> CallId:
        """Write a call of a quarter of an hour ago with a recording and a word of it."""
        call = CallId(name)
        ended = NOW - timedelta(minutes=10)
        values = {
            "call": call, "line": line, "d": department, "o": operator.account if operator else None,
            "at": NOW - timedelta(minutes=15), "ended": ended if over else None, "r": uuid4(), "v": uuid4(),
            "n": len(self.seen_by_worker("calls")) + 1,
        }  # fmt: skip
        statements = [
            (
                "INSERT INTO calls (id, line, department, agency, regime, caller_class, served_by, phase,"
                " arrived_at, connected_at, ended_at, operator_id)"
                " VALUES (:call, :line, :d, 'a', 'public-body', 'withheld', 'application', 'ended', :at, :at,"
                " :ended, :o)"
            ),
        ]
        if over:
            statements += [
                (
                    "INSERT INTO recordings VALUES (:r, :call, :d, :o, false, 'unflagged', true, :at, 8000,"
                    " 8000, 'x', '{}', now(), now() + interval '9 days')"
                ),
                "INSERT INTO recording_keys VALUES (:r, 'kek', 'wrapped')",
                "INSERT INTO sealed_objects VALUES (:r, 'master', :call, 'audio/x', 1, 'x', 1, 'x', now())",
                "INSERT INTO transcript_revisions VALUES (:v, :r, 1, NULL, 'base', 'x', '{}', now())",
                "INSERT INTO utterances VALUES (:n, :at, :v, :r, :d, 'caller', 0, 1, '税', '税', '[]', 1)",
                "INSERT INTO utterance_tokens VALUES (:n, :at, :r, :d, '''税''')",
            ]
        if marked:
            statements.append("INSERT INTO call_marks VALUES (gen_random_uuid(), :call, :at, 'phone')")
        with self.worker.begin() as connection:
            connection.execute(text("SELECT make_month_partitions(:at)"), values)
            for statement in statements:
                connection.execute(text(statement), values)
        return call

    def change(self, statement: str, **values: object) -> None:
        """Do what only the owner may."""
        with self.owner.begin() as connection:
            connection.execute(text(statement), values)

    def seen_by_worker(self, table: str) -> list[object]:
        """Return every row of a table."""
        with self.worker.begin() as connection:
            return list(connection.execute(text("SELECT * FROM " + table)))  # noqa: S608  tables of ours

    def calls(self, who: Actor) -> list[str]:
        """Return which calls somebody sees."""
        with self.app.begin(who) as connection:
            return list(connection.execute(FOUND).scalars())

    def rows(self, who: Actor) -> dict[str, int]:
        """Count what somebody sees of each table, and finds."""
        with self.app.begin(who) as connection:
            counts = {
                one: connection.execute(text("SELECT count(*) FROM " + one)).scalar_one()  # noqa: S608
                for one in TABLES
            }
            found = "SELECT count(*) FROM search_utterances('''税''', :low, :high, :below, 50)"
            counts["search"] = connection.execute(
                text(found),
                {"low": NOW - timedelta(days=1), "high": NOW + timedelta(days=1), "below": 2**63 - 1},
            ).scalar_one()
            return counts


def urgently(hall: Hall, minutes: int = 60) -> UrgentOpenings:
    return UrgentOpenings(hall.app, SystemClock(), timedelta(minutes=minutes))


def wanted(line: str = "madoguchi", minutes_ago: int = 15) -> Wanted:
    return Wanted(
        line=LineId(line), at=NOW - timedelta(minutes=minutes_ago), reason="自殺をほのめかす電話の確認"
    )
