"""庁内警報: an instruction for the day, with a ground where it crosses; never a word about a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import DepartmentId
from core.profile.alerts import AlertInstruction, Alerts, ProvisionGround
from core.words import folded
from incidents.alert import (
    AlertKind,
    AlertState,
    AlertTerms,
    AlertWanted,
    CallFacts,
    IncidentRef,
    Provision,
    no_board,
)
from incidents.alert_rule import JAPAN, AlertRefusal, end_of_day, judge_alert, judging_word

RULES = Alerts(
    instructions=(
        AlertInstruction(id="fukusu", name="複数で対応"),
        AlertInstruction(id="toitsu", name="統一回答"),
    ),
    grounds=(ProvisionGround(agency="shicho", to="kyoiku", basis="法 第69条第2項第3号"),),
)
CALL = CallFacts(
    department=DepartmentId("zeimu"), agency="shicho", caller_class="number", practice=False, incoming=True
)
NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
WANTED = AlertWanted(
    instructions=("fukusu",), who_to_call="税務課 課長補佐（内線2103）", until=end_of_day(NOON)
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  given below


def judged(
    call: CallFacts = CALL, wanted: AlertWanted = WANTED, *, now: datetime = NOON, stands: bool = False
) -> AlertTerms | AlertRefusal:
    return judge_alert(call, wanted, RULES, now=now, standing_finding=lambda _: stands)


@given(MOMENTS, st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_a_supervisors_own_alert_is_over_at_midnight_in_japan_whatever_is_asked(
    now: datetime, asked: timedelta
) -> None:
    terms = judged(wanted=replace(WANTED, until=now + asked), now=now)

    assert isinstance(terms, AlertTerms)
    assert terms.kind is AlertKind.PROVISIONAL
    last = (terms.until - timedelta(microseconds=1)).astimezone(JAPAN)
    assert last.date() == now.astimezone(JAPAN).date()
    assert now < terms.until <= now + asked
    assert terms.until - now <= timedelta(days=1)


@given(MOMENTS, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_longer_one_needs_a_finding_that_stands_and_has_an_end_too(now: datetime, asked: timedelta) -> None:
    wanted = replace(WANTED, until=now + asked, finding=IncidentRef("2026-12"))

    assert judge_alert(CALL, wanted, RULES, now=now, standing_finding=no_board) is AlertRefusal.NO_FINDING
    terms = judged(wanted=wanted, now=now, stands=True)
    if asked <= timedelta(0):
        assert terms is AlertRefusal.NO_TIME
    else:
        assert isinstance(terms, AlertTerms)
        assert terms.kind is AlertKind.STANDING
        assert terms.until == now + min(asked, timedelta(days=RULES.longest_days))


@given(
    st.sampled_from(["withheld", "payphone", "unavailable", "unreadable", "number"]),
    st.booleans(),
    st.booleans(),
)
def test_only_a_number_that_called_the_hall_can_have_one(caller: str, practice: bool, incoming: bool) -> None:
    call = replace(CALL, caller_class=caller, practice=practice, incoming=incoming)

    placed = isinstance(judged(call), AlertTerms)

    assert placed == (caller == "number" and not practice and incoming)


@given(
    st.sampled_from(RULES.judging_words), st.text(max_size=10), st.text(max_size=10),
    st.sampled_from(["", " ", "・", "　", "\u200b"]),
)  # fmt: skip
def test_a_word_that_judges_a_person_is_found_however_it_is_written(
    word: str, before: str, after: str, between: str
) -> None:
    assert judging_word(before + between.join(word) + after, RULES.judging_words) is not None


@pytest.mark.parametrize("said", ["ｸﾚｰﾏｰの件", "くれーまーの件", "要 注意 人物", "ブラック・リスト"])
def test_half_width_kana_and_gaps_hide_no_label(said: str) -> None:
    assert judged(wanted=replace(WANTED, who_to_call=said)) is AlertRefusal.JUDGING_WORD


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        (replace(WANTED, instructions=()), AlertRefusal.NO_INSTRUCTION),
        (replace(WANTED, instructions=("fukusu", "kyohi")), AlertRefusal.NO_INSTRUCTION),
        (replace(WANTED, who_to_call="  "), AlertRefusal.NOBODY_TO_CALL),
        (replace(WANTED, who_to_call="あ" * 61), AlertRefusal.NOBODY_TO_CALL),
        (replace(WANTED, agencies=frozenset({"gikai"})), AlertRefusal.NO_GROUND),
        (replace(WANTED, agencies=frozenset({"kyoiku", "gikai"})), AlertRefusal.NO_GROUND),
    ],
)
def test_what_lacks_something_is_refused_with_what_it_lacks(
    wanted: AlertWanted, refused: AlertRefusal
) -> None:
    assert judged(wanted=wanted) is refused


@given(st.frozensets(st.sampled_from(["shicho", "kyoiku", "gikai", "byoin"])))
def test_nobody_of_another_agency_is_told_without_a_ground(agencies: frozenset[str]) -> None:
    terms = judged(wanted=replace(WANTED, agencies=agencies))

    if agencies <= {"shicho", "kyoiku"}:
        assert isinstance(terms, AlertTerms)
        told = (Provision(agency="kyoiku", basis="法 第69条第2項第3号"),) if "kyoiku" in agencies else ()
        assert terms.provisions == told
    else:
        assert terms is AlertRefusal.NO_GROUND


def test_a_ground_holds_in_its_own_direction_only() -> None:
    back = judged(replace(CALL, agency="kyoiku"), replace(WANTED, agencies=frozenset({"shicho"})))

    assert back is AlertRefusal.NO_GROUND


@given(MOMENTS, st.integers(-100, 100), st.one_of(st.none(), st.integers(0, 50)))
def test_an_alert_runs_from_its_placing_to_its_end_or_withdrawal(
    placed: datetime, minutes: int, withdrawn: int | None
) -> None:
    gone = None if withdrawn is None else placed + timedelta(minutes=withdrawn)
    state = AlertState(placed_at=placed, until=placed + timedelta(minutes=60), withdrawn_at=gone)

    assert state.running(placed + timedelta(minutes=minutes)) == (0 <= minutes < 60 and withdrawn is None)


@given(st.text())
def test_folding_twice_is_folding_once(words: str) -> None:
    assert folded(folded(words)) == folded(words)
