"""People from outside the hall in a call.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0015"
down_revision: str | None = "0014"


def upgrade() -> None:
    """Make the rows. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
