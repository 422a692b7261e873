"""Programs of the city hall press keys; what people write, hear and read of a call is not theirs to read."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.row_steps import PROGRAM, SUZUKI, Do

pytestmark = pytest.mark.real

OPEN_TO_PROGRAMS = {
    "access_knocks": "what they see there is their own knocks: none",
    "alarms": "for administrators and supervisors, which no program is",
    "call_marks": "the flag key",
    "call_orders": "the flag key begins a recording",
    "help_requests": "the help key",
    "quote_exports": "of quotes, and no program sees one",
    "recording_doubts": "for supervisors, which no program is",
    "destructions": "for administrators and supervisors, which no program is",
    "recording_keys": "of recordings, and no program owns a call",
    "sealed_objects": "as recording_keys",
    "transcript_revisions": "as recording_keys",
    "utterances": "as recording_keys",
}
"""Tables about a call or a recording that programs are not kept out of by a rule of their own, and why."""


def test_each_table_about_a_call_keeps_programs_out_or_says_why_not(owner_database: Database) -> None:
    with owner_database.begin() as connection:
        without = connection.execute(
            text(
                "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
                " AND NOT c.relispartition AND a.attname IN ('call_id', 'recording_id')"
                " AND has_any_column_privilege('tsuwaroku_app', c.oid, 'SELECT')"
                " AND NOT EXISTS (SELECT 1 FROM pg_policy p"
                "                  WHERE p.polrelid = c.oid AND p.polname = 'people_alone')"
            )
        ).scalars()

        assert set(without) == set(OPEN_TO_PROGRAMS)


def test_a_program_does_not_read_whom_of_outside_the_hall_a_call_had(
    act: Do,
    worker_database: Database,
) -> None:
    with worker_database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO call_outside (call_id, leg, rung_at) VALUES ('city-1.0', 'ot-city-1.0-1', now())"
            )
        )
    read = "SELECT party FROM call_outside"

    assert (act(SUZUKI, read), act(PROGRAM, read)) == (1, 0)
