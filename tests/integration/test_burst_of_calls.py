"""Fifty citizens call within a second: all are answered, joined and told of the recording, with proof."""

from __future__ import annotations

import pytest

from bench.telephony import measure

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


def test_a_burst_of_calls_is_answered_and_each_announcement_is_proven() -> None:
    figures = measure(["--calls", "50", "--per-second", "50", "--rounds", "1"])

    assert figures["calls_answered"] == 50
    assert figures["calls_joined"] == 50
    assert figures["announced"] == 50
    assert figures["announced_but_unproven"] == 0
