"""Supervision: only supervisors come onto a live call, and it can be read who did.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0011"
down_revision: str | None = "0010"


def upgrade() -> None:
    """Hold orders and knocks of live calls to the rights. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
