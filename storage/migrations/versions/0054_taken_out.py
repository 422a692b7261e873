"""A recorder's file leaves the vault as it came: an act of its own in the access log.

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0054"
down_revision: str | None = "0053"


def upgrade() -> None:
    """Let the log say it. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
