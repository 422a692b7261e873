"""Endings: each step of a warning or an ending, with who and when.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0010"
down_revision: str | None = "0009"


def upgrade() -> None:
    """Make the table of endings. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
