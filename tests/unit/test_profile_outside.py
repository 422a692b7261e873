"""What a city writes of people outside the hall: reachable, and told of the recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.profile.faults import ProfileFaults
from core.profile.loading import load_profile
from tests.unit.test_profile_desk import SAKURA, written

PARTY = '    - {id: tsuyaku, name: 多言語通訳センター, number: "0300000901"}'
HEAD = "outside:\n  announcement: gaibu\n"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (PARTY, PARTY.replace("0300000901", "110"), "緊急通報の番号「110」は、通話に呼べません"),
        (PARTY, PARTY.replace("0300000901", "2101"), "市外局番からの日本の電話番号ではありません"),
        (PARTY, PARTY.replace("0300000901", "03-0000-0901"), "市外局番からの日本の電話番号ではありません"),
        (PARTY, PARTY.replace("tsuyaku", "通訳"), "使えない文字があります"),
        (PARTY, f"{PARTY}\n{PARTY}", "2回使われている"),
        (HEAD, "outside:\n", "外部の方に流す録音のお知らせ（announcement）がありません"),
        (HEAD, "outside:\n  announcement: nai\n", "音声案内「nai」が announcements にありません"),
        (HEAD, "outside:\n  announcement: doutai\n", "「録音」という言葉がありません"),
        (HEAD, f"{HEAD}  departments: [nai]\n", "課「nai」が departments にありません"),
        (HEAD, f"{HEAD}  trunk: renshu-caller\n", "外部の方にかける回線"),
        ("    contact: sip:192.0.2.10:5060\n", "", "外部の方にかける回線"),
        (PARTY + "\n", "", None),
    ],
)
def test_what_would_fail_while_a_citizen_waits_is_told_before(
    tmp_path: Path, before: str, after: str, told: str | None
) -> None:
    path = written(tmp_path, before, after)
    if told is None:
        path.write_text(path.read_text(encoding="utf-8").replace("  parties:\n", "", 1), encoding="utf-8")
        assert load_profile(path).outside.parties == ()
        return

    with pytest.raises(ProfileFaults) as found:
        load_profile(path)

    assert [fault for fault in found.value.faults if told in fault.reason], found.value.faults


def test_a_city_that_writes_nothing_lets_nobody_in(tmp_path: Path) -> None:
    block = SAKURA[SAKURA.index("outside:\n") :]
    block = block[: block.index("\n\n\n")]
    outside = load_profile(written(tmp_path, block, "")).outside
    line = load_profile(Path("profiles/sakura.yaml")).lines[0]

    assert outside.reachable(line.department, practice=False) == ()
    assert not outside.numbers_typed(line.department, practice=False)


def test_practice_calls_nobody_from_work() -> None:
    city = load_profile(Path("profiles/sakura.yaml"))
    department = city.lines[0].department

    assert city.outside.reachable(department, practice=False) == ("tsuyaku",)
    assert city.outside.reachable(department, practice=True) == ()
