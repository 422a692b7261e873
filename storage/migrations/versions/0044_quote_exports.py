"""Quotes that leave the hall: what was stated, and the row and head of the access log that prove it.

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0044"
down_revision: str | None = "0043"


def upgrade() -> None:
    """Make the table. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
