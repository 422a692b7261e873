"""Care: somebody of ours asks for rest, and who is to look after them.

Revision ID: 0043
Revises: 0042
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0043"
down_revision: str | None = "0042"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
