"""Callers: figures of a number at the desk, shared numbers, claimed names apart from numbers, call-backs.

Revision ID: 0046
Revises: 0045
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0046"
down_revision: str | None = "0045"


def upgrade() -> None:
    """Make the tables and the door to the figures. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
