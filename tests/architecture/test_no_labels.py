"""No page, script or sentence of ours calls a caller something: the card tells what we owe and was said."""

from __future__ import annotations

import re
from pathlib import Path

LABELS = re.compile(
    "クレーマー|モンスター|ブラックリスト|要注意人物|要注意者|問題人物|迷惑客|悪質な(?:方|人|相手|電話の主)|危険人物"
)
WRITTEN = (
    *Path("api").rglob("*.html"), *Path("api").rglob("*.js"), *Path("api").rglob("*.py"),
    *Path("incidents").rglob("*.py"), *Path("disclosure").rglob("*.py"),
)  # fmt: skip
REFUSING = Path("core/profile/alerts.py")
"""Where such words are named to be refused; in the profile they are named to be marked."""


def test_nothing_that_people_read_labels_a_person() -> None:
    assert len(WRITTEN) > 300
    found = {
        f"{one}: {said[0]}" for one in WRITTEN for said in LABELS.finditer(one.read_text(encoding="utf-8"))
    }

    assert found == set()


def test_an_alert_that_labels_a_person_is_refused_by_the_words_that_are_named() -> None:
    assert LABELS.search(REFUSING.read_text(encoding="utf-8"))
