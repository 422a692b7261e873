"""録音機のファイル: a recording that no telephone of ours made comes into the same vault.

Revision ID: 0050
Revises: 0045
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0050"
down_revision: str | None = "0049"


def upgrade() -> None:
    """Make the imports. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
