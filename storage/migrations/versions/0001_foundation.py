"""Foundation: roles, row-level security, calls, vault, access log, transcripts.

Revision ID: 0001
Revises: none
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create everything. The SQL stands in a file of its own so that it can be read as SQL."""
    run_statements(__file__)


downgrade = never_back
