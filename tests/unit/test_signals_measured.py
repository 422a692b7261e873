"""The page tells of the rules what was measured, and no rule forgets what it has found before."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.signal_calls.loading import load_lines, load_open
from bench.signals import PROFILE, expected, found_in, wrong
from core.profile.loading import load_profile
from incidents.signals.measured import MEASURED
from incidents.signals.signal import Kind

ROW = re.compile(r"^\| `([a-zA-Z0-9-]+)` \| (\d+) of (\d+) \|", re.MULTILINE)


def test_every_label_of_the_open_half_is_found_and_nothing_else() -> None:
    profile, lines = load_profile(PROFILE), load_lines()
    right: Counter[str] = Counter()
    for file in load_open():
        for call, found in found_in(file, profile, lines):
            assert wrong(call, found) == set(), call.id
            assert expected(call) <= found, call.id
            right.update(kind for kind, _ in expected(call))

    assert set(right) == {kind.value for kind in Kind}


@pytest.mark.parametrize("kind", Kind)
def test_the_page_tells_what_the_documents_tell(kind: Kind) -> None:
    table = Path("docs/benchmarks.md").read_text(encoding="utf-8")
    told = {name: (int(right), int(raised)) for name, right, raised in ROW.findall(table)}

    assert told[kind.value] == (MEASURED[kind].right, MEASURED[kind].raised)
