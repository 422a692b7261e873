"""Missing recordings: Asterisk's own records of calls, what a comparison found, what watches read.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own so that it can be read as SQL."""
    run_statements(__file__)


downgrade = never_back
