"""Ringing for help never ends the process that leads the citizens' calls."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

import pytest

from core.clock import SystemClock
from storage.help_ringing import WaitingHelp
from telephony.help import help_calls
from telephony.help.help_calls import HelpCalls


class TornRows:
    """Rows that nobody can read."""

    def __init__(self) -> None:
        self.looks = 0
        self.looked_again = asyncio.Event()

    def waiting(self) -> Sequence[WaitingHelp]:
        self.looks += 1
        if self.looks > 1:
            self.looked_again.set()
        raise LookupError


async def test_a_row_that_cannot_be_read_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help_calls, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(asyncio, "to_thread", _here)
    rows: Any = TornRows()
    unused = cast("Any", None)
    running = asyncio.create_task(HelpCalls(rows, unused, unused, SystemClock(), str).run())
    again = asyncio.create_task(rows.looked_again.wait())
    done, _ = await asyncio.wait({running, again}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    running.cancel()
    with suppress(asyncio.CancelledError, LookupError):
        await running

    assert again in done


async def _here(work: Any, *args: Any) -> Any:  # noqa: ANN401  whatever is asked
    return work(*args)
