"""Own department: what supervisors do stays with those of the call's department.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0025"
down_revision: str | None = "0024"


def upgrade() -> None:
    """Narrow the policies. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
