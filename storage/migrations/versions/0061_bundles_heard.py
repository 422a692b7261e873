"""A finished bundle is heard once more by a recogniser before it may leave.

Revision ID: 0061
Revises: 0060
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0061"
down_revision: str | None = "0060"


def upgrade() -> None:
    """Add the columns. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
