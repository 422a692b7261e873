"""Forgetting: what no rule looks at any more may be deleted by the worker.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Give the worker its rights. The SQL stands in a file of its own so that it can be read as SQL."""
    run_statements(__file__)


downgrade = never_back
