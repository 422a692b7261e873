"""Never alone: flag, help, clocks, notes, promises, orders to a live call, who took part.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Make the tables beside a live call. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
