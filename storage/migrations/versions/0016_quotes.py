"""Confirmed, corrected and quoted words, and the clips that were heard before.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0016"
down_revision: str | None = "0015"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
