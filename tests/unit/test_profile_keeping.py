"""What a city may say about keeping, about approvals, and about numbers that are not written down."""

from __future__ import annotations

import pytest

from core.profile.loading import load_profile
from tests.fixtures_profile import ProfileFile

INCIDENTS = "  incident_days: 1825 "
CALLS = "  calls_days: 1825 "
KEEPING = "keeping:\n"
SIGN_IN = (
    "sign_in:\n  groups:\n"
    "    - {group: hoken-uketsuke, roles: [operator], departments: [hoken-nenkin]}\n"
    "    - {group: zeimu-uketsuke, roles: [operator], departments: [zeimuka]}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        pytest.param(
            INCIDENTS, "  incident_days: 365 ", "incident_days", "1825 日以上", id="a matter before a flag"
        ),
        pytest.param(CALLS, "  calls_days: 30 ", "calls_days", "90以上", id="calls forgotten at once"),
        pytest.param(KEEPING, KEEPING + "  approvals: 1\n", "approvals", "2以上", id="one person alone"),
        pytest.param(KEEPING, KEEPING + "  approvals: 9\n", "approvals", "5以下", id="nobody ever agrees"),
        pytest.param(
            KEEPING,
            "spoken_numbers: {masked: false}\n" + KEEPING,
            "masked",
            "その理由が要ります",
            id="numbers written down for no reason",
        ),
    ],
)
def test_what_nobody_may_promise_is_told_in_japanese(
    sakura: ProfileFile, old: str, new: str, where: str, said: str
) -> None:
    fault = sakura.fault_after(old, new)

    assert fault.where.endswith(where)
    assert said in fault.reason + fault.instead


def test_a_group_of_a_department_that_is_none_is_told_with_its_line(sakura: ProfileFile) -> None:
    fault = sakura.fault_after(KEEPING, SIGN_IN + KEEPING)

    assert sakura.text.splitlines()[fault.line - 1].strip().startswith("- {group: zeimu-uketsuke")
    assert "課「zeimuka」が departments にありません。" in fault.reason
    assert "zeimu" in fault.instead


def test_a_city_says_how_long_matters_and_calls_are_kept(sakura: ProfileFile) -> None:
    sakura.write(INCIDENTS, "  incident_days: 3650 ")
    sakura.write(CALLS, "  approvals: 3\n  calls_days: 400 ")
    keeping = load_profile(sakura.path).keeping

    assert (keeping.incidents, keeping.disclosures, keeping.calls, keeping.approvals) == (3650, 1825, 400, 3)


def test_a_city_that_says_nothing_keeps_a_matter_as_a_flag_and_calls_as_the_longest_of_all(
    sakura: ProfileFile,
) -> None:
    for key in ("incident_days", "disclosure_days", "calls_days"):
        sakura.write(f"  {key}: 1825 ", "  # ")
    profile = load_profile(sakura.path)
    keeping, brief = profile.keeping, profile.keeping.model_copy(update={"flagged_days": 7})

    assert (keeping.incidents, keeping.disclosures, keeping.calls, keeping.approvals) == (1825, 1825, 1825, 2)
    assert brief.model_copy(update={"unflagged_days": 7}).calls == 90
    assert profile.spoken_numbers.masked


def test_numbers_may_be_written_down_for_a_reason(sakura: ProfileFile) -> None:
    sakura.write(KEEPING, "spoken_numbers: {masked: false, reason: 番号法別表の事務の記録のため}\n" + KEEPING)

    assert not load_profile(sakura.path).spoken_numbers.masked
