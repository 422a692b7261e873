"""Own pairs: the index of words as they are spelt knows the department.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0027"
down_revision: str | None = "0026"


def upgrade() -> None:
    """Build the index anew. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
