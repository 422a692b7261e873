"""What is left out of a recording for a request, each step of the editor, and who heard what of it.

Revision ID: 0059
Revises: 0058
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0059"
down_revision: str | None = "0058"


def upgrade() -> None:
    """Add the tables. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
