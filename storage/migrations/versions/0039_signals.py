"""Signals: where people should look, of which rule, until somebody has looked.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0039"
down_revision: str | None = "0038"


def upgrade() -> None:
    """Make the table. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
