"""Second factors: codes of a telephone at sign-in, recovery codes, and who is halfway in.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0029"
down_revision: str | None = "0028"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
