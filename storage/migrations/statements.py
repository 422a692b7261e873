"""A migration's statements stand in a file of their own beside it, so that they can be read as SQL."""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run_statements(migration: str) -> None:
    """Run the SQL beside a migration.

    Args:
        migration: path of its Python file
    """
    op.execute(Path(migration).with_suffix(".sql").read_text(encoding="utf-8").replace(":", r"\:"))


def never_back() -> None:
    """Evidence is never dropped by going back; restore a backup instead."""
    raise NotImplementedError
