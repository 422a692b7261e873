"""Rights that end: contractors, deputies, urgent openings, listening around marks, and restricted groups.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0032"
down_revision: str | None = "0031"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
