"""What operators have at the desk: clocks in a sensible order, and nothing that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.profile.desk import DEFAULT_MEASURES, DEFAULT_OUTCOMES
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
        ("deadlock_ask_minutes: 7", "deadlock_ask_minutes: 16", "判断の目安の時間より後"),
        ("agreed_minutes: [30, 60]", "agreed_minutes: [30, 0]", "対応時間になりません"),
        ("length_marks: [preset-slot-short", "length_marks: [no-time-needed", "時計に出せません"),
        ("length_marks: [preset-slot-short", "length_marks: [nowhere", "nowhere"),
    ],
)
def test_a_clock_that_makes_no_sense_is_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(ProfileFaults) as found:
        load_profile(written(tmp_path, before, after))

    assert [fault for fault in found.value.faults if told in fault.reason], found.value.faults


def test_a_city_that_writes_none_gets_honest_defaults(tmp_path: Path) -> None:
    block = SAKURA[SAKURA.index("clocks:\n") : SAKURA.index("# 目安の時間")]
    rest = block[block.index("# ---") :]
    city = load_profile(written(tmp_path, block, rest))

    assert (city.clocks.deadlock_ask_minutes, city.clocks.deadlock_minutes) == (7, 15)
    assert city.clocks.length_marks == ()
    assert (city.measures, city.outcomes) == (DEFAULT_MEASURES, DEFAULT_OUTCOMES)
