"""Around marks alone: of the own call an operator hears and reads what lies around their marks, and no more.

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0037"
down_revision: str | None = "0036"


def upgrade() -> None:
    """Narrow the policies and the two functions of search. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
