"""Ledger of searches: a call that is kept to a group is kept out of other supervisors' ledger as well.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0036"
down_revision: str | None = "0035"


def upgrade() -> None:
    """Narrow the policy. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
