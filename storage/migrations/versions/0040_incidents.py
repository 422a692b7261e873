"""事案: one register of cases from telephone, counter and visit, each the fold of its numbered events.

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0040"
down_revision: str | None = "0039"


def upgrade() -> None:
    """Make the register. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
