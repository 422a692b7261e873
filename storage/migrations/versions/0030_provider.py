"""Provider: who signs in through the city's own provider, and who is on the way there.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0030"
down_revision: str | None = "0029"


def upgrade() -> None:
    """Make the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
