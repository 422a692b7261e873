"""Facts and their jobs, tried again without waiting."""

from __future__ import annotations

import pytest

from storage import jobs as jobs_module
from storage.jobs import Announcer
from tests.queued_jobs import QUEUES, REACTIONS


@pytest.fixture
def announcer() -> Announcer:
    return Announcer(REACTIONS, QUEUES)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "WAITS", (0,))
