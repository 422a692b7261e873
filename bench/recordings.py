"""What Asterisk recorded of the calls a bench made: both sides there, and as long as the call was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.ids import CallId, LineId
from telephony.asterisk_config.plan import recording_name
from telephony.call import events as on
from telephony.journal.journal_files import all_entries

_HEADER_BYTES = 44
_BYTES_PER_SECOND = 16_000
_STRETCHED_BY = 0.5
"""Seconds: a recording that differs by more has lost sound, or was filled with silence by a busy machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordings:
    """Calls that ended, how many of them lack a side, and how many differ in length from their call."""

    calls: int
    lost: int
    stretched: int
    most_seconds_off: float


def weigh_floor(recordings: Path, seconds: float) -> Recordings:
    """Compare the files of plain ``Dial`` + ``MixMonitor`` with the seconds that every caller stayed."""
    off = [
        abs((file.stat().st_size - _HEADER_BYTES) / _BYTES_PER_SECOND - seconds)
        for file in recordings.glob("floor_*.wav")
    ]
    return _weighed(len(off), 0, off)


def weigh_recordings(journal: Path, recordings: Path, line: LineId) -> Recordings:
    """Compare every ended call of a journal with the files that Asterisk wrote of it."""
    answered, ended = dict[CallId, datetime](), dict[CallId, datetime]()
    for entry in all_entries(journal):
        if isinstance(entry.event, on.CallerAnswered):
            answered[entry.call] = entry.event.at
        elif isinstance(entry.event, on.CallerHungUp):
            ended[entry.call] = entry.event.at
    lost, off = 0, list[float]()
    for call in answered.keys() & ended.keys():
        base = recordings / recording_name(line, call)
        sides = [base.with_name(f"{base.name}_{side}.wav") for side in "rt"]
        if not all(side.exists() and side.stat().st_size > _HEADER_BYTES for side in sides):
            lost += 1
            continue
        seconds = (ended[call] - answered[call]).total_seconds()
        off += [abs((side.stat().st_size - _HEADER_BYTES) / _BYTES_PER_SECOND - seconds) for side in sides]
    return _weighed(len(answered.keys() & ended.keys()), lost, off)


def _weighed(calls: int, lost: int, off: list[float]) -> Recordings:
    return Recordings(
        calls=calls,
        lost=lost,
        stretched=sum(one > _STRETCHED_BY for one in off),
        most_seconds_off=round(max(off, default=0.0), 2),
    )
