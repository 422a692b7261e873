"""The page that people read as the specification of a call says what the machine does today.

It needs nothing but half a minute, which the fast checks do not have.
"""

from __future__ import annotations

from pathlib import Path

from telephony.call.call import Phase
from tools.call_states import page

PAGE = Path(__file__).parents[2] / "docs" / "call-states.md"


def test_the_page_of_call_states_is_fresh_and_speaks_of_every_phase() -> None:
    drawn = page()

    assert PAGE.read_text(encoding="utf-8") == drawn, "run: python -m tools.call_states > docs/call-states.md"
    for phase in Phase:
        assert f"\n## {phase.value}\n\n| event" in drawn
