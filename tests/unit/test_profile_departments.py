"""A city writes which department stands under which: rights reach down, never round or across bodies."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.ids import DepartmentId
from core.profile.faults import ProfileFaults
from core.profile.loading import load_profile
from tests.unit.test_profile_desk import SAKURA

FUKUSHI_BU = "  - {id: fukushi-bu, name: 福祉部, agency: shicho%s}\n"
HEAD = "departments:\n"
HOKEN = "  - id: hoken-nenkin\n"


def city(tmp_path: Path, *, above: str = "", hoken: str = "", others: str = "") -> Path:
    """さくら市 with a 福祉部 beside its departments."""
    text = SAKURA.replace(HEAD, HEAD + FUKUSHI_BU % above + others, 1)
    text = text.replace(HOKEN, HOKEN + hoken, 1)
    path = tmp_path / "sakura.yaml"
    path.write_text(text, encoding="utf-8")
    for sounds in Path("profiles").iterdir():
        if not (tmp_path / sounds.name).exists():
            (tmp_path / sounds.name).symlink_to(sounds.resolve())
    return path


def test_who_answers_for_a_department_answers_for_all_below_it(tmp_path: Path) -> None:
    others = "  - {id: kakari, name: 給付係, agency: shicho, under: hoken-nenkin}\n"
    profile = load_profile(city(tmp_path, hoken="    under: fukushi-bu\n", others=others))

    reached = profile.with_those_below([DepartmentId("fukushi-bu")])

    assert reached == {"fukushi-bu", "hoken-nenkin", "kakari"}
    assert profile.with_those_below([DepartmentId("kakari")]) == {"kakari"}
    assert profile.with_those_below([]) == frozenset()


@pytest.mark.parametrize(
    ("above", "hoken", "others", "told", "line_of"),
    [
        ("", "    under: nai\n", "", "課「nai」が departments にありません", "under: nai"),
        (", under: fukushi-bu", "", "", "自分の下に戻ります", "id: fukushi-bu"),
        (", under: hoken-nenkin", "    under: fukushi-bu\n", "", "自分の下に戻ります", "id: fukushi-bu"),
        (
            "",
            "    under: kyouiku\n",
            "  - {id: kyouiku, name: 学務課, agency: %s}\n",
            "実施機関をまたいで",
            "under: kyouiku",
        ),
    ],
    ids=["nothing there", "under itself", "round in two steps", "under another body"],
)
def test_what_would_give_somebody_the_records_of_others_does_not_load(  # noqa: PLR0913, PLR0917  a row
    tmp_path: Path, above: str, hoken: str, others: str, told: str, line_of: str
) -> None:
    profile = load_profile(Path("profiles/sakura.yaml"))
    other_body = next(one.id for one in profile.agencies if one.id != "shicho")
    path = city(tmp_path, above=above, hoken=hoken, others=others.replace("%s", other_body))

    with pytest.raises(ProfileFaults) as found:
        load_profile(path)

    lines = path.read_text(encoding="utf-8").splitlines()
    faults = [fault for fault in found.value.faults if told in fault.reason]
    assert faults, found.value.faults
    assert any(line_of in lines[fault.line - 1] for fault in faults)
    assert all(fault.instead for fault in faults)
