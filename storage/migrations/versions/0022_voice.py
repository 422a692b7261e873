"""Voice: how it was said, measured.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0022"
down_revision: str | None = "0021"


def upgrade() -> None:
    """Add the table. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
