"""How long both sides wait for each other: from the operator's answer until they are in one bridge."""

from __future__ import annotations

from pathlib import Path

from telephony.call import events as on
from telephony.journal.journal_files import all_entries


def join_milliseconds(root: Path) -> list[float]:
    """Read of every joined call from the journal under ``root`` how long that took."""
    answered = dict[str, float]()
    joined = list[float]()
    for entry in all_entries(root):
        at = entry.event.at.timestamp()
        if isinstance(entry.event, on.OperatorAnswered):
            answered[entry.call] = at
        elif isinstance(entry.event, on.LegsJoined) and entry.call in answered:
            joined.append(1000 * (at - answered[entry.call]))
    return joined
