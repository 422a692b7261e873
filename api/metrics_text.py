"""Writes figures as OpenMetrics text. Counts, durations and codes; nothing of a person can be in a reading.

The figures are what the watches last read (`watch_readings`), so they are the same from every console, and no
client library has a counter to keep.
https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

HELP: Mapping[str, str] = {
    "disk_free_bytes": "Free space where recordings, journals and sealed objects are written",
    "disk_free_share": "The same as a share of the disk, 0 to 1",
    "jobs_waiting": "Jobs that could run now, by queue",
    "job_oldest_seconds": "How long the oldest of them has waited",
    "jobs_parked": "Jobs that were given up and wait for a person",
    "calls_at_once": "Calls that go on",
    "calls_measured_ceiling": "Calls at once that this machine was measured for; none is refused beyond it",
    "calls_not_claimed": "Calls of the last 15 minutes that no process of ours took",
    "claim_seconds": "Longest time in which a call of the last 15 minutes was taken by us",
    "recordings_sealed": "Recordings sealed within the last hour",
    "recordings_length_differs": "Those of them that are not as long as their call",
    "alarms_open": "Alarms that nobody has acknowledged",
    "unrecorded_open": "Calls on the list of what was not recorded as it should be, not looked at yet",
    "unrecorded_open_by_reason": "The same by reason",
    "unrecorded_compared": "Everything the last comparison found, seen or not, practice too",
    "unrecorded_server_calls": "Calls of the compared period, by telephone server",
    "unrecorded_server_seen": "Calls in a telephone server's folder when it was last looked at",
    "event_lag_seconds": "Worst delay of an event of Asterisk since the last reading",
    "journal_behind_seconds": "How long the database may have lacked something that is in the journal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One reading as it stands in the database."""

    name: str
    part: str
    source: str
    value: float
    at: datetime


def render_metrics(figures: Iterable[Figure], now: datetime) -> str:
    """Return the exposition: one family per figure, and how old each source's readings are."""
    by_name: dict[str, list[Figure]] = {}
    newest: dict[str, datetime] = {}
    for one in figures:
        by_name.setdefault(one.name, []).append(one)
        newest[one.source] = max(one.at, newest.get(one.source, one.at))
    lines: list[str] = []
    for name in sorted(by_name):
        lines += _family(name, HELP.get(name, "Reading of a watch"))
        lines += [_sample(name, one) for one in sorted(by_name[name], key=lambda one: (one.source, one.part))]
    lines += _family("reading_age_seconds", "How long ago a process last looked")
    for source, at in sorted(newest.items()):
        age = max(0.0, (now - at).total_seconds())
        lines.append(f'tsuwaroku_reading_age_seconds{{source="{_escaped(source)}"}} {age:.3f}')
    return "\n".join([*lines, "# EOF", ""])


def _family(name: str, told: str) -> list[str]:
    return [f"# TYPE tsuwaroku_{name} gauge", f"# HELP tsuwaroku_{name} {told}."]


def _sample(name: str, figure: Figure) -> str:
    labels = f'source="{_escaped(figure.source)}"'
    if figure.part:
        labels += f',part="{_escaped(figure.part)}"'
    return f"tsuwaroku_{name}{{{labels}}} {figure.value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
