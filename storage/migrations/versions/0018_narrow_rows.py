"""Narrow rows: each step once, by whose it is; programs stay with the two keys; a play hangs on its session.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0018"
down_revision: str | None = "0017"


def upgrade() -> None:
    """Narrow what pages may change. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
