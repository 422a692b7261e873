"""Transcribing: how far the words of a recording are, and that flagged calls go first.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0017"
down_revision: str | None = "0016"


def upgrade() -> None:
    """Add the table. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
