"""SECURITY.md says of every protection what shows it, and of every cell of the guideline where it is from."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path("SECURITY.md").read_text(encoding="utf-8")
AGAINST = ("outside caller", "curious clerk", "thief of the disk", "malicious administrator", "Ransomware")


def rows_after(heading: str) -> list[list[str]]:
    section = PAGE.split(heading, 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/[a-z_/]+\.py)`", PAGE))

    assert len(named) > 20
    assert {name for name in named if not Path(name).is_file()} == set()


def test_of_everybody_it_is_said_what_shows_the_protection_and_what_remains() -> None:
    for one in AGAINST:
        rows = rows_after(f"{one}")
        assert len(rows) >= 3, one
        for tried, stopped, shown, remains in rows:
            assert tried
            assert remains
            assert ("tests/" in shown or shown == "as above") == (stopped != "–"), tried


def test_every_cell_of_the_guideline_has_a_source_or_says_that_it_is_not_verified() -> None:
    rows = rows_after("## 総務省のガイドラインとの対応")
    sources = set(re.findall(r"^(\d+)\. ", PAGE, re.MULTILINE))

    assert {row[0] for row in rows} >= {"マイナンバー利用事務系", "LGWAN接続系", "インターネット接続系"}
    for area, asked, source, ours, city in rows:
        assert area
        assert asked
        assert ours
        assert city
        assert re.fullmatch(r"(\[\d\])+", source) or source.startswith("未確認"), asked
        assert set(re.findall(r"\[(\d)\]", source)) <= sources
