"""A request is led step by step: its events stand, who asks lies sealed beside them.

Revision ID: 0056
Revises: 0055
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0056"
down_revision: str | None = "0055"


def upgrade() -> None:
    """Add the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
