"""A call at somebody's desk is theirs to see, whatever department's line it came in on.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0019"
down_revision: str | None = "0018"


def upgrade() -> None:
    """Add the rules. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
