"""An operator's desk: which phones ring, who may see the number, notes that are saved while typed.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    """Add what a desk shows. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
