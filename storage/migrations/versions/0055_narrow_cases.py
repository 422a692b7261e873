"""Cases of lines that somebody does not work on are not theirs in the database either.

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0055"
down_revision: str | None = "0054"


def upgrade() -> None:
    """Add the policy. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
