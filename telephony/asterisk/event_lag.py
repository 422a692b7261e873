"""How late Asterisk's events reach us: its own time on each of them against ours when we have it.

A loop that is stuck, a network that stalls and two clocks that differ all show here. Seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class EventLag:
    """Remembers the worst lag since somebody last asked. One writer, one reader, any threads."""

    def __init__(self) -> None:
        self._worst = 0.0

    def hear(self, told: Mapping[str, Any], now: datetime) -> None:
        """Take note of one event; one that tells no time is passed over."""
        try:
            at = datetime.fromisoformat(str(told.get("timestamp", "")))
            self._worst = max(self._worst, abs((now - at).total_seconds()))
        except (ValueError, TypeError):
            return

    def take_worst(self) -> float:
        """Return the worst lag since the last time, and begin anew."""
        worst, self._worst = self._worst, 0.0
        return worst
