"""Nothing of a person is kept without its row in docs/retention.md: what, how long, enforced by what, why."""

from __future__ import annotations

import re
from pathlib import Path

from core.profile.keeping import Keeping

FORGETTING = Path("telephony/capture/call_forgetting.py").read_text(encoding="utf-8")
PAGE = Path("docs/retention.md").read_text(encoding="utf-8")
SCHEMA = "".join(
    path.read_text(encoding="utf-8") for path in Path("storage/migrations/versions").glob("*.sql")
)


UNENFORCED = {"sets of a backup"}
"""Rows whose period a person may have to keep. Each has its reason under "What nothing enforces yet"."""


def rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[1:]]


def test_every_table_has_its_row_and_every_row_its_table() -> None:
    tables = set(re.findall(r"^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)", SCHEMA, re.MULTILINE))
    documented = {row[0].strip("`") for row in rows("Tables")}

    assert len(tables) > 10
    assert documented == tables


def test_every_kind_of_sealed_object_has_its_row() -> None:
    kinds = max(re.findall(r"CHECK \(kind IN \(('master'[^)]+)\)\)", SCHEMA), key=len)
    documented = {
        row[0].removesuffix(" in the vault").strip("`") for row in rows("Files") if "vault" in row[0]
    }

    assert documented == set(re.findall(r"\w+", kinds))


def test_every_row_is_complete_and_says_plainly_whether_anything_enforces_it() -> None:
    told = [*rows("Tables"), *rows("Files")]

    assert [row[0] for row in told if len(row) != 6 or not all(row)] == []
    plain = ("*Yes*", "*Never*", "**Not yet**", "as `master`")
    assert [row[0] for row in told if not row[4].startswith(plain)] == []


def test_the_periods_of_the_profile_are_all_explained() -> None:
    assert [name for name in Keeping.model_fields if name not in PAGE] == []


def test_what_is_said_to_be_append_only_is_so() -> None:
    kept_for_good = {row[0].strip("`") for row in rows("Tables") if "append-only" in row[4]}

    assert kept_for_good == set(
        re.findall(r"TRIGGER append_only BEFORE \w+ OR DELETE OR TRUNCATE ON (\w+)", SCHEMA)
    )


def test_no_period_is_a_promise_that_nothing_keeps_except_where_the_page_says_why() -> None:
    told = [*rows("Tables"), *rows("Files")]
    yet = PAGE.split("## What nothing enforces yet\n")[1].split("\n## ")[0]

    assert {row[0] for row in told if "not yet" in row[4].lower()} == UNENFORCED
    assert [name for name in UNENFORCED if name.lower() not in yet.lower()] == []


def test_what_is_said_to_go_with_its_call_is_deleted_with_it() -> None:
    said = {row[0].strip("`") for row in rows("Tables") if "goes with its call" in row[4]}
    deleted = set(re.findall(r"DELETE FROM (\w+)", FORGETTING))
    hanging = {
        table
        for table, columns in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", SCHEMA, re.DOTALL)
        if re.search(r"call_id\s+text[^,]*REFERENCES calls", columns)
    }

    assert len(said) > 10
    assert said <= deleted | hanging
