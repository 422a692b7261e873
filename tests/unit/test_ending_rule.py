"""When an ending has been judged: enough supervisors, each of them, and nobody said that it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.ids import AccountId
from core.profile.judging import Ending
from storage.ending_rule import EndingStep, judge_ending, may_take

PEOPLE = [AccountId(UUID(int=number)) for number in range(1, 5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step."""

    step: EndingStep
    by: AccountId
    at: datetime = datetime(2026, 11, 20, tzinfo=UTC)


def test_the_same_supervisor_twice_is_one() -> None:
    one, two = PEOPLE[:2]
    twice = [Taken(step=EndingStep.CONFIRMED, by=one)] * 2

    assert judge_ending(twice, Ending(supervisors=2)).missing == 1
    both = [*twice, Taken(step=EndingStep.CONFIRMED, by=two)]
    assert judge_ending(both, Ending(supervisors=2)).judged


def test_whoever_talks_may_take_every_step_but_the_confirmation() -> None:
    assert [one for one in EndingStep if not may_take(one, talks=True)] == [EndingStep.CONFIRMED]
    assert all(may_take(one, talks=False) for one in EndingStep)


def test_it_goes_on_until_somebody_judges_anew() -> None:
    one = PEOPLE[0]
    steps = [
        Taken(step=EndingStep.ASKED, by=one),
        Taken(step=EndingStep.CONFIRMED, by=one),
        Taken(step=EndingStep.WENT_ON, by=one),
    ]

    found = judge_ending(steps, Ending())
    assert (found.judged, found.asked, found.went_on) == (False, False, True)
    assert judge_ending([*steps, Taken(step=EndingStep.CONFIRMED, by=one)], Ending()).judged


def test_those_who_judge_have_given_their_word_when_enough_confirmed_or_it_goes_on() -> None:
    one, two = PEOPLE[:2]
    noon = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

    def answered(*steps: tuple[EndingStep, AccountId]) -> datetime | None:
        taken = [Taken(step=s, by=b, at=noon + timedelta(minutes=at)) for at, (s, b) in enumerate(steps)]
        return judge_ending(taken, Ending(supervisors=2)).answered_at

    asked, first, second = (EndingStep.ASKED, one), (EndingStep.CONFIRMED, one), (EndingStep.CONFIRMED, two)
    assert answered(asked, first) is None
    assert answered(asked, first, second) == noon + timedelta(minutes=2)
    assert answered(asked, first, (EndingStep.WENT_ON, two)) == noon + timedelta(minutes=2)
    assert answered((EndingStep.WENT_ON, two), first) is None


steps_taken = st.lists(
    st.builds(Taken, step=st.sampled_from(list(EndingStep)), by=st.sampled_from(PEOPLE)), max_size=12
)


@given(steps_taken, st.integers(1, 4))
def test_nothing_but_people_confirming_ever_makes_it_judged(steps: list[Taken], wanted: int) -> None:
    found = judge_ending(steps, Ending(supervisors=wanted))
    last = max((at for at, one in enumerate(steps) if one.step is EndingStep.WENT_ON), default=-1)
    confirmed = {one.by for one in steps[last + 1 :] if one.step is EndingStep.CONFIRMED}

    assert found.judged == (len(confirmed) >= wanted)
    assert not (found.judged and found.asked)


def test_time_alone_decides_nothing() -> None:
    old = Taken(step=EndingStep.ASKED, by=PEOPLE[0], at=datetime.now(UTC) - timedelta(days=1))

    assert not judge_ending([old], Ending()).judged


def test_the_boards_finding_permits_the_same_until_somebody_says_later_that_it_goes_on() -> None:
    noon = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    found_at = noon + timedelta(minutes=5)
    asked = Taken(step=EndingStep.ASKED, by=PEOPLE[0], at=noon)
    before = Taken(step=EndingStep.WENT_ON, by=PEOPLE[0], at=noon + timedelta(minutes=1))
    after = Taken(step=EndingStep.WENT_ON, by=PEOPLE[0], at=noon + timedelta(minutes=9))
    demands = Ending(supervisors=2)

    judged = judge_ending([asked, before], demands, found_at=found_at)
    assert (judged.judged, judged.asked, judged.went_on) == (True, False, False)
    assert judged.answered_at == found_at
    went_on = judge_ending([asked, after], demands, found_at=found_at)
    assert (went_on.judged, went_on.went_on, went_on.answered_at) == (False, True, after.at)
    assert not judge_ending([asked], demands).judged
