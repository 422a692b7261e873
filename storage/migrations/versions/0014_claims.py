"""Claims: a call that was taken where somebody else sat is not a colleague's to claim.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    """Add the rule. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
