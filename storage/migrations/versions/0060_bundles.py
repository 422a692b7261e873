"""Bundles of a request: asked for, made, looked through, handed out.

Revision ID: 0060
Revises: 0059
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0060"
down_revision: str | None = "0059"


def upgrade() -> None:
    """Add the table. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
