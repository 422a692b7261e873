"""Integrations: keys of people for programs, what each press of theirs did, receivers and what they are told.

Revision ID: 0051
Revises: 0045
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0051"
down_revision: str | None = "0050"


def upgrade() -> None:
    """Make the tables with their rights. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
