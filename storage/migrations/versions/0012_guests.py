"""Supervisors on calls, and telephones that ring for help.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0012"
down_revision: str | None = "0011"


def upgrade() -> None:
    """Make the rows. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
