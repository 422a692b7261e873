"""Programs: tokens that may press the keys of a call.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Let programs press the keys of a call. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
