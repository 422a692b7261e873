"""Roles: 情報開示担当 and 監査, requests, and the recordings that were accepted for one.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

from storage.migrations.statements import never_back, run_statements

revision = "0031"
down_revision: str | None = "0030"


def upgrade() -> None:
    """Make the tables and the rules of the two roles. The SQL stands in a file of its own."""
    run_statements(__file__)


downgrade = never_back
