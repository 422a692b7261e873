"""Practice in no ledger: a knock at a practice call says that it is one.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0038"
down_revision: str | None = "0037"


def upgrade() -> None:
    """Let the knock say it. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
