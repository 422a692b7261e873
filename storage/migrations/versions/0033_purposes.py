"""Purposes: under which case number, about whose records, and which words a search showed.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0033"
down_revision: str | None = "0032"


def upgrade() -> None:
    """Widen the access log. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
