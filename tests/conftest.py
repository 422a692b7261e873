"""Loads the fixtures of each room, and lets the code log as it does in service."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from core.logs import choose

for _told in ("spoken_dialogue", "talk_passed_on", "watched_page", "waiting", "no_plain_audio"):
    pytest.register_assert_rewrite(f"tests.{_told}")  # what they found stands in the failure

pytest_plugins = [f"tests.{path.stem}" for path in sorted(Path(__file__).parent.glob("fixtures_*.py"))]


@pytest.fixture(autouse=True)
def chosen_facts_in_the_log() -> None:
    """Log chosen facts to where the test's output goes, whatever another test set up for itself."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, choose, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(),
    )
