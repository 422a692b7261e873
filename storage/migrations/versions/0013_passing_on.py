"""Passing on: what keeps operator and caller apart on a live call, and what became of a consultation.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0013"
down_revision: str | None = "0012"


def upgrade() -> None:
    """Add the columns. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
