"""Recording modes: why something was not recorded, stretches of a call, daily counts, the disaster switch.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own so that it can be read as SQL."""
    run_statements(__file__)


downgrade = never_back
