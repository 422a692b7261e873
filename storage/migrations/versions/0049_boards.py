"""判断ボード: judges are called at once, and longer alerts rest on a finding and fall with it.

Revision ID: 0049
Revises: 0045
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0049"
down_revision: str | None = "0048"


def upgrade() -> None:
    """Join the board with alerts and with the ending of a call. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
