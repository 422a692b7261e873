"""An empty hall for each test."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.hall_of_rights import Hall


@pytest.fixture
def hall(owner_database: Database, worker_database: Database, app_database: Database) -> Hall:
    """An empty hall."""
    return Hall(owner_database, worker_database, app_database)
