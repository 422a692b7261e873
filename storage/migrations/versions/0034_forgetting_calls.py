"""Forgetting calls: the rows about a call go when their period is over.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0034"
down_revision: str | None = "0033"


def upgrade() -> None:
    """Let the duty find and delete. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
