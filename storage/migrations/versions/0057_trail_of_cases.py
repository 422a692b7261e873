"""Whoever opens a case or takes its paper out stands in the access log; several found it, or nobody did.

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0057"
down_revision: str | None = "0056"


def upgrade() -> None:
    """Add acts and rules. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
