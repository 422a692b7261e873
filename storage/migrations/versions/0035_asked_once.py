"""Asked once: row rights of calls and recordings, per statement instead of per row.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0035"
down_revision: str | None = "0034"


def upgrade() -> None:
    """State the same rights so that they cost less. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
