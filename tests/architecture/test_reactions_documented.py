"""Who reacts to which fact is said in docs/architecture.md as it is wired."""

from __future__ import annotations

import re
from pathlib import Path

from runtime.wiring import REACTIONS

PAGE = Path("docs/architecture.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([A-Z]\w+)` \| (.+?) \| .+ → .+ \|$", re.MULTILINE)


def test_the_page_names_every_fact_and_who_reacts_to_it() -> None:
    drawn = {fact: tuple(re.findall(r"`(\w+)`", tasks)) for fact, tasks in ROW.findall(PAGE)}

    assert drawn == {fact.__name__: tuple(tasks) for fact, tasks in REACTIONS.items()}
