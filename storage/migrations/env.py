"""Runs the migrations on the connection it is given; the transaction belongs to the caller."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
