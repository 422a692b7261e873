"""Recording on request: what is recorded now, and a program's flag key that begins it.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0021"
down_revision: str | None = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a rule. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
