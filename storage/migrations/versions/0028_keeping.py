"""Keeping and destroying: holds, approvals, runs of the destroyer, classes that people decide about.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0028"
down_revision: str | None = "0027"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
