"""How a city writes its cases: words that are words, and visits whose limit is a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.profile.casework import DEFAULT_WORDS
from core.profile.faults import ProfileFaults
from core.profile.loading import load_profile

SAKURA = Path("profiles/sakura.yaml").read_text(encoding="utf-8")


def written(tmp_path: Path, before: str, after: str) -> Path:
    assert before in SAKURA
    (tmp_path / "sounds").symlink_to(Path("profiles/sounds").resolve())
    path = tmp_path / "city.yaml"
    path.write_text(SAKURA.replace(before, after, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("limit: visit-stay}", "limit: no-time-needed}", "分（minutes）がありません"),
        ("limit: visit-stay}", "limit: nowhere}", "thresholds にない"),
        ("words: [怖い, こわい", "words: [怖い, 怖い", "2回書かれています"),
        ("words: [怖い, こわい", "words: [「怖い」, こわい", "探す言葉になりません"),
        ("words: [怖い, こわい", f"words: [{'怖' * 31}, こわい", "探す言葉になりません"),
        ("word_minutes: 30", "word_minutes: 0", "0 は使えません"),
        ("instead: [count]", "instead: [feeling]", "「feeling」は使えません"),
    ],
)
def test_what_could_not_work_is_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(ProfileFaults) as found:
        load_profile(written(tmp_path, before, after))

    assert [fault for fault in found.value.faults if told in fault.reason], found.value.faults


def test_the_shipped_profile_writes_the_words_that_others_get_by_themselves() -> None:
    assert load_profile(Path("profiles/sakura.yaml")).casework.subjective_words == DEFAULT_WORDS
