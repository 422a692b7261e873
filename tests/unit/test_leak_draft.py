"""What a draft of a leak's report says of the law of each body, and what it leaves to people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args
from uuid import UUID, uuid4

import pytest

from core.ids import AccountId, RecordingId
from core.profile.model import Agency, CityProfile, Regime
from runtime.leak_draft import DUTIES, Deadlines, draft_of, persons_in
from runtime.leak_report import ACTS, NothingAsked, asked_for
from runtime.unrecorded_report import NotAMoment
from storage.access_log import Act
from storage.leak import Touch

KNOWN = date(2026, 11, 20)


def touch(number: int, *, act: str = "listen", withheld: bool = False) -> Touch:
    return Touch(
        at=datetime(2026, 11, 19, 1, number % 60, tzinfo=UTC), account=AccountId(UUID(int=7)), act=act,
        purpose="fact-check", granted=True, recording=RecordingId(uuid4()), call=f"city-{number}.0",
        department="hoken-nenkin", agency="shicho", regime="public-body",
        person=None if withheld else number.to_bytes(16), practice=False, destroyed=False, hits=0,
        arrived_at=None,
    )  # fmt: skip


def draft(regime: Regime, touches: list[Touch]) -> str:
    agency = Agency(id="a", name="市長部局", regime=regime, basis="根拠")
    return draft_of(agency, touches, "利用者 sato", KNOWN)


def test_every_regime_of_a_profile_has_its_duty_and_every_act_its_word() -> None:
    assert set(DUTIES) == set(Regime)
    assert set(get_args(Act)) - {"process"} == set(ACTS)


def test_days_are_counted_with_the_day_of_knowing_so_that_none_is_too_late() -> None:
    due = Deadlines(known=KNOWN)

    assert due.first == (date(2026, 11, 22), date(2026, 11, 24))
    assert (due.final, due.final_of_bad_purpose) == (date(2026, 12, 19), date(2027, 1, 18))


def test_who_calls_twice_is_one_person_and_who_withholds_the_number_is_counted_each_time() -> None:
    assert len(persons_in([touch(1), touch(1), touch(2)])) == 2
    assert len(persons_in([touch(1, withheld=True), touch(2, withheld=True)])) == 2


@pytest.mark.parametrize(
    ("regime", "at", "law", "tell"),
    [
        (Regime.PUBLIC_BODY, 100, "第68条第1項", "第68条第2項"),
        (Regime.PRIVATE_RULES, 1000, "第26条第1項", "第26条第2項"),
    ],
)
def test_more_persons_than_the_rule_names_are_marked_and_not_one_sooner(
    regime: Regime, at: int, law: str, tell: str
) -> None:
    few, many = (draft(regime, [touch(n) for n in range(count)]) for count in (at, at + 1))

    assert f"□ 本人の数が {at:,} 人を超える" in few
    assert f"■ 本人の数が {at:,} 人を超える" in many
    assert law in few
    assert tell in few


def test_every_draft_says_how_far_its_source_was_seen() -> None:
    public, private, own = (
        draft(regime, [touch(1)])
        for regime in (Regime.PUBLIC_BODY, Regime.PRIVATE_RULES, Regime.OWN_ORDINANCE)
    )

    assert "施行規則 第43条～第45条の条文は未確認" in public
    assert "写しで確認" in private
    assert "条例は未確認" in own
    assert all(
        "e-Gov 法令検索で確かめる" in told and "ガイドラインの目安" in told for told in (public, private)
    )


def test_a_body_under_its_own_ordinance_is_sent_to_its_ordinance() -> None:
    told = draft(Regime.OWN_ORDINANCE, [touch(1)])

    assert "第68条は及びません" in told
    assert "■" not in told


def test_what_only_people_can_know_is_left_open_and_named() -> None:
    told = draft(Regime.PUBLIC_BODY, [touch(1, act="read"), touch(2, withheld=True)])

    for item in ("4 原因", "5 二次被害", "6 本人への対応", "7 公表", "8 再発防止"):
        line = next(line for line in told.splitlines() if line.startswith(item))
        assert line.endswith("【記入】")
    assert "2 人（録音 2 件）" in told
    assert "電話番号で 1 人、番号の分からない通話が 1 件" in told
    assert "文字起こし（話の内容）" in told


@pytest.mark.parametrize(
    ("act", "sound", "words"),
    [
        ("around-marks", True, False), ("live-barge", True, False), ("search", False, True),
        ("live-text", False, True), ("quote", True, True), ("facts", False, False),
    ],
)  # fmt: skip
def test_sound_and_words_are_told_by_the_acts_that_opened_them(act: str, sound: bool, words: bool) -> None:
    told = draft(Regime.PUBLIC_BODY, [touch(1, act=act)])

    assert ("通話の音声" in told) is sound
    assert ("文字起こし（" in told) is words


def test_a_report_on_everything_must_be_asked_for() -> None:
    with pytest.raises(NothingAsked):
        asked_for(account="", address="", since="", until="2026-11-01", known="")
    with pytest.raises(NotAMoment):
        asked_for(account="sato", address="", since="yesterday", until="", known="")


def test_every_body_of_the_sample_profile_has_a_draft(sakura_profile: CityProfile) -> None:
    for agency in sakura_profile.agencies:
        assert agency.basis in draft_of(agency, [touch(1)], "", KNOWN)
