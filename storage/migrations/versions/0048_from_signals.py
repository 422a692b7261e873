"""Signals of calls without words and of calls that go on; where a signal went; who told the police.

Revision ID: 0048
Revises: 0045
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0048"
down_revision: str | None = "0046"


def upgrade() -> None:
    """Widen the table of signals and make one beside it. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
