"""Forgetting: what stands beside a call goes with it.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Let the rows beside a call go with it. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
