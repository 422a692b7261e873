"""Decided cases on paper; where a case stands follows its events alone; heard quotes alone enter a case.

Revision ID: 0047
Revises: 0052
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0047"
down_revision: str | None = "0052"


def upgrade() -> None:
    """Make the table of papers and tighten the register. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
