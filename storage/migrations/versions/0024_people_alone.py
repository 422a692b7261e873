"""People alone: rows no program has business with, who is a repeated caller, and indexes of forgetting.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0024"
down_revision: str | None = "0023"


def upgrade() -> None:
    """Add the policies and indexes, and count anew. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
