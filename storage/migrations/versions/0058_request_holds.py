"""What a request may concern is held in one step, found or still to come; what was found is in, or left out.

Revision ID: 0058
Revises: 0057
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0058"
down_revision: str | None = "0057"


def upgrade() -> None:
    """Add the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
