"""Where signals begin and end: windows, minutes, duty lines, and words that their sound does not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profile.loading import load_profile
from incidents.signals.facts import Came
from incidents.signals.rules import SignalRules, signal_rules
from incidents.signals.signal import Kind
from tests.unit.incidents.test_signal_rules import BARE, FIGURES, NOON, before, kinds, says, tree
from transcription.sounds import fold


@pytest.fixture(scope="module")
def rules() -> SignalRules:
    return signal_rules(load_profile(Path("profiles/sakura.yaml")), FIGURES)


@pytest.mark.parametrize(
    ("text", "kana", "found"),
    [
        ("頃して野郎から", "コロシテヤルカラ", True),
        ("殺してやるからなんて言ってません", "コロシテヤルカラナンテイッテマセン", False),
        ("殺してやるからじゃないですよ", "コロシテヤルカラジャナイデスヨ", False),
    ],
)
def test_a_phrase_is_found_by_its_reading_and_not_where_the_words_take_it_back(
    rules: SignalRules, text: str, kana: str, *, found: bool
) -> None:
    call = says(text)
    heard = replace(call, said=(replace(call.said[0], sounds=fold(kana)),))

    assert (Kind.DANGER in kinds(rules, heard)) is found


def test_minutes_repeat_too_and_calls_to_several_sections_are_the_halls(rules: SignalRules) -> None:
    """Two calls, of six minutes and of this one; 60 minutes are another limit's, 90 the city's own."""
    assert kinds(rules, tree(before("zeimu"), seconds=83 * 60.0)) == {Kind.EXPLAIN_LIMIT}
    assert kinds(rules, tree(before("zeimu"), seconds=84 * 60.0)) == {
        Kind.EXPLAIN_LIMIT,
        Kind.REPEAT_DEPARTMENT,
    }
    assert Kind.REPEAT_HALL in kinds(rules, tree(before("zeimu", "doro", "zeimu", "doro", "zeimu")))


def test_a_window_ends_at_its_last_moment(rules: SignalRules) -> None:
    def asked(hours: float) -> set[Kind]:
        (late, other) = before("doro", "kankyo")
        return kinds(rules, tree((late, replace(other, when=NOON - timedelta(hours=hours)))))

    assert asked(4) == {Kind.HASHIGO}
    assert asked(4 + 1 / 3600) == set()


@given(came=st.sampled_from([one for one in Came if not one.counts]), place=st.integers(0, 6))
def test_a_call_that_does_not_count_never_adds_a_signal(came: Came, place: int) -> None:
    own = before("zeimu", "doro", "zeimu", "kankyo", "zeimu")
    brought = before("doro", came=came)

    with_it = BARE.of(tree((*own[:place], *brought, *own[place:])))

    assert {one.kind for one in with_it} <= {one.kind for one in BARE.of(tree(own))}


def test_a_duty_line_is_asked_at_every_hour(rules: SignalRules) -> None:
    wanted = says("今夜七時に電話してくれ")

    assert Kind.OUTSIDE_HOURS in kinds(rules, wanted)
    assert kinds(rules, replace(wanted, duty=True)) == set()
