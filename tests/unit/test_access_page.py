"""The page that a city reads of who may see what says what the program does today."""

from __future__ import annotations

from pathlib import Path

from api.wording import ROLE_NAMES
from core.actors import Role
from core.rights import RULES, Matter
from tools.access import page

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


def test_the_page_of_rights_is_fresh_and_speaks_of_every_role() -> None:
    drawn = page()

    assert PAGE.read_text(encoding="utf-8") == drawn, "run: python -m tools.access > docs/access.md"
    for role in Role:
        assert f"## {role.value} {ROLE_NAMES[role]}\n" in drawn


def test_nothing_is_named_that_nobody_may() -> None:
    assert set(Matter) == {rule.matter for rule in RULES}
