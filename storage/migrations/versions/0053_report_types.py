"""Figures of cases by type, for reports.

Revision ID: 0053
Revises: 0047
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0053"
down_revision: str | None = "0047"


def upgrade() -> None:
    """Let whoever may see figures count decided cases by type. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
