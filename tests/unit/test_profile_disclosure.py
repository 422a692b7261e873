"""What a city may say about the clock of requests."""

from __future__ import annotations

import pytest

from core.profile.disclosure import RequestKind
from core.profile.loading import load_profile
from tests.fixtures_profile import ProfileFile

DAYS = "      days: 30\n      extension_days: 30\n      large"
YEAR_END = '- {first: "12-29", last: "01-03"}'
CLOSED = "    weekdays: [sat, sun]\n"
PUBLIC = "agencies: [shicho, kyoiku-iinkai, gikai, shiritsu-byoin]"


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        pytest.param(
            DAYS, DAYS.replace("days: 30", "days: 31", 1), "days", "条例で長くはできません", id="longer"
        ),
        pytest.param(PUBLIC, "agencies: [shicho, suidobu]", "agencies の 2番目", "suidobu", id="no agency"),
        pytest.param(PUBLIC, "agencies: [shicho, shicho]", "agencies の 2番目", "2回", id="twice"),
        pytest.param(
            YEAR_END, YEAR_END.replace("12-29", "12-32"), "first", "という日はありません", id="no day"
        ),
        pytest.param(
            CLOSED,
            CLOSED + '    further: ["2027-02-29"]\n',
            "further の 1番目",
            "2027-02-29",
            id="no leap year",
        ),
        pytest.param(
            CLOSED,
            "    weekdays: [mon, tue, wed, thu, fri, sat, sun]\n",
            "weekdays",
            "すべての曜日",
            id="never open",
        ),
    ],
)
def test_what_no_calendar_and_no_act_knows_is_told_in_japanese(
    sakura: ProfileFile, old: str, new: str, where: str, said: str
) -> None:
    fault = sakura.fault_after(old, new)

    assert where in fault.where
    assert said in fault.reason + fault.instead


def test_an_ordinance_of_its_own_and_a_leap_day_are_nobodys_fault(sakura: ProfileFile) -> None:
    sakura.write(PUBLIC, "agencies: [shicho]")
    sakura.write(
        "    - kind: public\n",
        "    - {kind: personal, agencies: [gikai], days: 45, extension_days: 60, basis: 市議会の条例}\n"
        "    - kind: public\n",
    )
    sakura.write(YEAR_END, YEAR_END.replace("12-29", "02-29"))

    written = load_profile(sakura.path).disclosure

    assert written is not None
    own = written.term(RequestKind.PERSONAL, "gikai")
    assert own is not None
    assert own.days == 45
    assert written.term(RequestKind.PUBLIC, "gikai") is None
