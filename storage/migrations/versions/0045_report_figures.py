"""Figures for reports: counts and waiting times of many calls, never a call, a caller or a member of staff.

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0045"
down_revision: str | None = "0044"


def upgrade() -> None:
    """Give the figures a door. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
