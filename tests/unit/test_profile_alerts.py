"""What a city may say about 庁内警報: no label, and no crossing without an article."""

from __future__ import annotations

import pytest

from tests.fixtures_profile import ProfileFile

GROUND = "    - {agency: shicho, to: kyoiku-iinkai, basis: 個人情報の保護に関する法律 第69条第2項第3号}\n"
ASKED = "    - {id: fukusu, name: 複数の職員で対応する}\n"
DAYS = "  longest_days: 30\n"


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        pytest.param(
            ASKED, ASKED.replace("複数の職員で対応する", "要注意人物として扱う"), "name", "決めつける",
            id="a label",
        ),
        pytest.param(ASKED, ASKED + ASKED, "id", "2回", id="twice"),
        pytest.param(GROUND, GROUND.replace("第69条第2項第3号", "の定め"), "basis", "条文", id="no article"),
        pytest.param(GROUND, GROUND.replace("to: kyoiku-iinkai", "to: shicho"), "to", "同じ", id="nowhere"),
        pytest.param(GROUND, GROUND.replace("kyoiku-iinkai", "keisatsu"), "to", "agencies", id="whom"),
        pytest.param(DAYS, DAYS + '  judging_words: ["・"]\n', "1番目", "文字のない言葉", id="nothing"),
    ],
)  # fmt: skip
def test_what_no_alert_may_be_is_told_in_japanese(
    sakura: ProfileFile, old: str, new: str, where: str, said: str
) -> None:
    fault = sakura.fault_after(old, new)

    assert fault.where.endswith(where)
    assert said in fault.reason + fault.instead


def test_a_city_may_list_its_own_words(sakura: ProfileFile) -> None:
    fault = sakura.fault_after(DAYS, DAYS + "  judging_words: [統一]\n")

    assert "「統一」は人を決めつける言葉" in fault.reason
