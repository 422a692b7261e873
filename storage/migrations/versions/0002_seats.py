"""Seats: who sat at which desk phone, from when until when.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Begin to keep seats. The SQL stands in a file of its own so that it can be read as SQL."""
    run_statements(__file__)


downgrade = never_back
