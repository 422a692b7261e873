"""Rows in every table there is, by what the catalogue says of it: a new table is planted without a word here.

Each table gets three rows: somebody's own, a colleague's of the same department, and another department's.
What hangs together carries the same name: the row ``own`` of a recording's key belongs to the own recording.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import Connection, text

from storage.database import Database

ROWS = ("own", "colleague", "other")
_DEPARTMENTS = {"own": "zeimu", "colleague": "zeimu", "other": "fukushi"}
_CALLS, _RECORDINGS, _ACCOUNTS = "calls", "recordings", "accounts"
_REFERS = {  # columns that mean a row of another table, where no reference says so
    "call_id": _CALLS,
    "subject": _CALLS,
    "recording_id": _RECORDINGS,
    "operator_id": _ACCOUNTS,
    "actor": _ACCOUNTS,
}
_FALSE = {"practice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What the catalogue says of a column."""

    name: str
    type: str
    needed: bool
    refers: str | None


@dataclass(slots=True)
class Planted:
    """What was planted: of each table, which value of which column belongs to which row."""

    rows: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)

    def named(self, table: str, column: str, values: list[Any]) -> set[str]:
        """Return which of the planted rows some values of a column belong to."""
        return {
            name for name, row in self.rows[table].items() if any(_same(row[column], one) for one in values)
        }

    def telling(self, table: str, readable: set[str]) -> str | None:
        """Return a readable column by which the rows of a table can be told apart."""
        for column in next(iter(self.rows[table].values())):
            values = [str(row[column]) for row in self.rows[table].values()]
            if column in readable and len(set(values)) == len(values):
                return column
        return None


def tables_of(connection: Connection) -> list[str]:
    """Return every table of the schema; a partition goes with what it is a part of."""
    found = connection.execute(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition"
            " ORDER BY 1"
        )
    )
    return list(found.scalars())


def id_of(table: str, name: str) -> UUID:
    """Return the id of a planted row."""
    return uuid5(NAMESPACE_OID, f"{table}/{name}")


def plant(owner: Database, tables: list[str]) -> Planted:
    """Plant every table. Checks, references and triggers are taken away first: this hall is thrown away."""
    planted = Planted()
    with owner.begin() as connection:
        columns = {table: _columns(connection, table) for table in tables}
        connection.execute(text("SELECT make_month_partitions(now())"))
        for table, constraint in connection.execute(_CONSTRAINTS).all():
            connection.execute(
                text(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{constraint}" CASCADE')
            )
        for table in tables:
            connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
            planted.rows[table] = {}
            for number, name in enumerate(ROWS):
                row = {one.name: _value(table, one, name, number) for one in columns[table]}
                row = {key: value for key, value in row.items() if value is not None}
                names = ", ".join(f'"{one}"' for one in row)
                places = ", ".join(f"CAST(:{one} AS {_type(columns[table], one)})" for one in row)
                connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({places})'), row)  # noqa: S608  names of the catalogue
                planted.rows[table][name] = row
    return planted


def _columns(connection: Connection, table: str) -> list[Column]:
    return [
        Column(name=row.name, type=row.type, needed=row.needed, refers=row.refers)
        for row in connection.execute(_COLUMNS, {"table": table})
    ]


def _type(columns: list[Column], name: str) -> str:
    return next(one.type for one in columns if one.name == name)


def _value(table: str, column: Column, name: str, number: int) -> Any:  # noqa: ANN401, PLR0911  a value of any type
    """Return what a row has in a column; None leaves it as it is."""
    refers = column.refers or _REFERS.get(column.name)
    if table == _CALLS and column.name == "id":
        return f"city-{name}.0"
    if refers == _CALLS:
        return f"city-{name}.0"
    if refers and column.type == "uuid" and (column.needed or refers in {_ACCOUNTS, _RECORDINGS}):
        return id_of(refers, name)
    if column.name == "department":
        return _DEPARTMENTS[name]
    if column.name == "departments":
        return [_DEPARTMENTS[name]]
    if not column.needed:
        return None
    plain: dict[str, Any] = {
        "uuid": id_of(table, name), "text": f"{table}-{name}", "bytea": f"{table}-{name}".encode(),
        "text[]": [f"{table}-{name}"], "boolean": column.name not in _FALSE, "jsonb": json.dumps({}),
        "bigint[]": [number + 1], "date": date(2026, 11, 1 + number), "tsvector": f"x{number}",
    }  # fmt: skip
    if column.type in plain:
        return plain[column.type]
    if column.type.startswith("timestamp"):
        # Whoever reads along is there: a watch must be fresh until the last role has looked.
        return datetime.now(UTC) + timedelta(hours=column.name == "seen_at")
    return number + 1


def _same(one: object, other: object) -> bool:
    return bytes(one) == bytes(other) if isinstance(one, bytes) else str(one) == str(other)  # type: ignore[arg-type]


_COLUMNS = text("""
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed,
           (SELECT f.relname FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
             WHERE k.conrelid = a.attrelid AND k.contype = 'f'
               AND k.conkey = ARRAY[a.attnum] LIMIT 1) AS refers
      FROM pg_attribute a
     WHERE a.attrelid = to_regclass(CAST(:table AS text)) AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attgenerated = ''
     ORDER BY a.attnum
""")
_CONSTRAINTS = text("""
    SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND k.contype IN ('c', 'f') AND k.conparentid = 0 AND NOT c.relispartition
       AND c.relname NOT LIKE 'procrastinate%'
""")
