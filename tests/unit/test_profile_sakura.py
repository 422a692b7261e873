"""The invented city shows a city hall how a profile is meant to be."""

from __future__ import annotations

from core.ids import LineId
from core.profile.loading import load_profile
from core.profile.model import AskingAction, Regime
from core.profile.recording import RecordingMode
from tests.fixtures_profile import PROFILES

TEXT = (PROFILES / "sakura.yaml").read_text(encoding="utf-8")
PROFILE = load_profile(PROFILES / "sakura.yaml")


def test_it_says_that_the_city_is_invented() -> None:
    assert "「さくら市」は架空の市です" in TEXT


def test_each_line_names_the_body_that_answers_and_its_regime() -> None:
    regimes = {str(line.id): PROFILE.agency_of(line).regime for line in PROFILE.lines}

    assert regimes["kokuho"] is Regime.PUBLIC_BODY
    assert regimes["gikai"] is Regime.OWN_ORDINANCE
    assert regimes["byoin"] is Regime.PRIVATE_RULES


def test_no_number_of_the_sample_can_ring_at_a_real_persons() -> None:
    outside = [number for line in PROFILE.lines for number in line.numbers if number.startswith("0")]

    assert outside
    # No exchange of Tokyo starts with 0.
    assert all(number.startswith("030") for number in outside)


def test_the_notice_says_that_and_why() -> None:
    line = PROFILE.line(LineId("kokuho"))
    assert line is not None

    assert PROFILE.announcement(line.announcement).text == (
        "正確な対応記録を残すため、通話を録音させていただきます。"
    )


def test_every_way_to_record_is_shown_once_at_least_and_a_call_out_of_the_hall_is_told_of() -> None:
    going_out = [one.outbound for one in PROFILE.departments if one.outbound]

    assert {line.recording for line in PROFILE.lines} == set(RecordingMode)
    assert {one.recording for one in going_out} == {RecordingMode.BUFFER, RecordingMode.NEVER}
    (told,) = {one.announcement for one in going_out if one.announcement}
    assert "録音させていただきます" in PROFILE.announcement(told).text


def test_practice_is_reached_only_by_the_practice_caller_on_phones_of_its_own() -> None:
    practice = [line for line in PROFILE.lines if line.practice]
    everyday = {phone for line in PROFILE.lines if not line.practice for phone in line.phones}

    assert [(line.id, line.numbers) for line in practice] == [("renshu", ("9900",))]
    assert not everyday & set(practice[0].phones)


def test_the_policys_nine_types_and_thirteen_acts_are_there_with_their_sources() -> None:
    assert [one.code for one in PROFILE.harassment_types] == [f"T{n}" for n in range(1, 10)]
    assert [one.code for one in PROFILE.harassment_acts] == [f"A{n}" for n in range(1, 14)]
    assert all(one.source for one in (*PROFILE.harassment_types, *PROFILE.harassment_acts))


def test_fifteen_thirty_and_sixty_minutes_are_different_triggers_that_ask() -> None:
    minutes = {one.id: one.minutes for one in PROFILE.thresholds}

    assert minutes["deadlock"] == minutes["over-agreed-time"] == minutes["special-treatment"] == 15
    assert minutes["meeting-limit"] == 30
    assert minutes["explain-limit"] == 60
    assert {one.action for one in PROFILE.thresholds} <= set(AskingAction)


def test_no_number_of_calls_makes_a_repeat_caller() -> None:
    repeat = next(one for one in PROFILE.harassment_types if one.name == "リピート型")

    assert repeat.criteria == ("この行為があったか（回数の目安は要領にない）",)
    assert not any("リピート" in one.what or "回以上" in one.what for one in PROFILE.thresholds)
