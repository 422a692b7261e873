"""Live text: the words of a call that goes on, for whoever watches; none of it outlives the call.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0026"
down_revision: str | None = "0025"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
