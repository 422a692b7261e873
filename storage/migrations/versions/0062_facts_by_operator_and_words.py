"""Facts are looked for by who answered and by words too.

Revision ID: 0062
Revises: 0061
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0062"
down_revision: str | None = "0061"


def upgrade() -> None:
    """Replace the function. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
