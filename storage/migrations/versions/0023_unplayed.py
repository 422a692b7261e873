"""Clips whose bytes went out late are heard late.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0023"
down_revision: str | None = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a rule. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
