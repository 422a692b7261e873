"""GET /metrics: figures for a monitoring system, behind a token or for this machine, never of a person."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.metrics_text import HELP, Figure, render_metrics
from core.clock import SystemClock
from core.settings import ConsoleSettings, WatchSettings
from runtime.watch import Watch
from runtime.watch_limits import worker_limits
from runtime.watch_service import ServiceFigures
from tests.office import Office

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LINE = re.compile(r'tsuwaroku_[a-z_]+\{[a-z]+="[^"]*"(,part="(?:[^"\\]|\\.)*")?\} -?[0-9.e+-]+')


@contextmanager
def reading(office: Office, *, token: str | None = None, host: str = "127.0.0.1") -> Generator[TestClient]:
    settings = ConsoleSettings(metrics_token=SecretStr(token) if token else None)
    app = create_app(dataclasses.replace(office.parts, settings=settings))
    with TestClient(app, base_url="https://testserver", client=(host, 40000)) as client:
        yield client


def test_what_is_written_is_openmetrics_text() -> None:
    text = render_metrics(
        [
            Figure(name="jobs_waiting", part="capture", source="worker", value=2.0, at=NOW),
            Figure(name="jobs_waiting", part='a"b\\c\nd', source="worker", value=0.5, at=NOW),
            Figure(name="event_lag_seconds", part="", source="telephony", value=0.0, at=NOW),
        ],
        NOW + timedelta(seconds=3),
    )

    assert text.endswith("\n# EOF\n")
    assert text.count("# TYPE tsuwaroku_jobs_waiting gauge\n") == 1
    assert 'tsuwaroku_jobs_waiting{source="worker",part="capture"} 2.0\n' in text
    assert 'tsuwaroku_jobs_waiting{source="worker",part="a\\"b\\\\c\\nd"} 0.5\n' in text
    assert 'tsuwaroku_event_lag_seconds{source="telephony"} 0.0\n' in text
    assert 'tsuwaroku_reading_age_seconds{source="worker"} 3.000\n' in text
    assert [line for line in text.splitlines() if not line.startswith("#") and not LINE.fullmatch(line)] == []


@pytest.mark.real
def test_every_figure_a_worker_reads_is_there_and_explained(office: Office) -> None:
    figures, clock = ServiceFigures(SystemClock(), 200), SystemClock()
    office.call("ima", ended_at=None, phase="talking", arrived_at=clock.now())
    Watch(
        database=office.worker, clock=clock, source="worker",
        looks={"jobs": figures.jobs, "calls": figures.calls, "recordings": figures.recordings,
               "people": figures.people},
        limits=worker_limits(WatchSettings()),
    ).run_once()  # fmt: skip
    with reading(office) as client:
        answer = client.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert 'tsuwaroku_calls_at_once{source="worker"} 1.0' in answer.text
    told = set(re.findall(r"^# TYPE tsuwaroku_(\w+) ", answer.text, re.MULTILINE))
    assert told - set(HELP) == {"reading_age_seconds"}
    assert len(told) >= 10
    assert "ima" not in answer.text
    assert "kokuho" not in answer.text


@pytest.mark.real
@pytest.mark.parametrize(
    ("host", "header", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 403),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 403),
        ("testclient", {}, 403),
    ],
)
def test_without_a_token_only_this_machine_may_read(
    office: Office, host: str, header: dict[str, str], status: int
) -> None:
    with reading(office, host=host) as client:
        assert client.get("/metrics", headers=header).status_code == status


@pytest.mark.real
@pytest.mark.parametrize(
    ("shown", "status"), [("Bearer himitsu", 200), ("Bearer chigau", 403), ("himitsu", 403), ("", 403)]
)
def test_with_a_token_whoever_shows_it_may_read_from_anywhere_and_nobody_else(
    office: Office, shown: str, status: int
) -> None:
    with reading(office, token="himitsu", host="192.0.2.7") as client:
        assert client.get("/metrics", headers={"authorization": shown}).status_code == status
