"""Search by sound: readings beside the index of words, calls chosen inside the search, searches kept by name.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0020"
down_revision: str | None = "0019"


def upgrade() -> None:
    """Add columns, functions and rules. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
