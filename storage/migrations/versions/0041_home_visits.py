"""Visits outside the hall: begun, heard of, ended, and told of when silent.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0041"
down_revision: str | None = "0040"


def upgrade() -> None:
    """Add the table, and alarms of a visit. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
