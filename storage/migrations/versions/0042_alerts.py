"""Alerts to other departments (庁内警報): instructions by number, who saw them, and the ledger of provisions.

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0042"
down_revision: str | None = "0041"


def upgrade() -> None:
    """Make the tables with their rights. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
