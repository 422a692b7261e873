"""The words of one alarm."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlarmText:
    """A heading and what to do."""

    title: str
    advice: str
