"""What several people's views come to: the rule of the case, and never the city's own fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import DomainError
from core.ids import CallId
from core.profile.casework import Agreement, Casework, FaultWeight
from incidents.cases import events as on
from incidents.cases.board import Board
from incidents.cases.judgement import Answer, Weight
from incidents.cases.refusals import CaseWordsMissing, JudgesMissing, NotAJudge, OwnCallJudged
from incidents.cases.rule import Rank, rank_of
from tests.case_scenes import (
    FOUND,
    KACHO,
    KAKARI,
    NOT_FOUND,
    OTHER,
    RULE,
    SATO,
    SHOMU,
    calls,
    found_case,
    new_case,
    play,
    told,
    view,
)  # fmt: skip


def test_the_head_and_one_more_find_it_together_and_nobody_alone() -> None:
    alone = play(new_case(), calls(), view(KACHO))

    assert alone.finding is None
    assert play(alone, view(KACHO)).finding is None, "the same person twice is one"
    together = play(alone, view(SHOMU))
    assert together.finding is not None
    assert together.finding.by == {KACHO, SHOMU}


def test_without_the_head_two_chiefs_find_it_only_where_the_head_is_absent() -> None:
    present = play(new_case(), calls(), view(SHOMU), view(KAKARI))
    absent = play(new_case(), calls(head_absent=True), view(SHOMU), view(KAKARI))

    assert present.finding is None
    assert absent.finding is not None


def test_one_who_disagrees_hinders_a_finding_that_all_must_share_and_not_one_of_most() -> None:
    most = replace(RULE, agreement=Agreement.MAJORITY)
    three = (calls(), view(KAKARI, NOT_FOUND), view(KACHO), view(SHOMU))

    assert play(new_case(), *three).finding is None
    assert play(new_case(most), *three).finding is not None


@pytest.mark.parametrize("question", ["own_fault", "staff_conduct"])
@pytest.mark.parametrize("answer", [Answer.YES, Answer.UNKNOWN])
def test_a_fault_of_ours_makes_the_demand_a_just_one(question: str, answer: Answer) -> None:
    faulty = replace(FOUND, **{question: answer})
    demand_alone = replace(faulty, manner=Weight.FITTING, demand=Weight.BEYOND)
    bars = replace(RULE, own_fault=FaultWeight.BARS)
    both = (calls(), view(KACHO, replace(FOUND, demand=Weight.BEYOND)))

    assert play(new_case(), *both, view(SHOMU, demand_alone)).finding is None
    assert play(new_case(), *both, view(SHOMU, faulty)).finding is not None, "the manner counts all the same"
    assert play(new_case(bars), *both, view(SHOMU, faulty)).finding is None


def test_a_finding_rests_on_something() -> None:
    nothing = replace(FOUND, manner=Weight.UNCLEAR)

    assert play(new_case(), calls(), view(KACHO, nothing), view(SHOMU, nothing)).finding is None


def test_whoever_talked_leaves_it_to_others_and_strangers_are_no_judges() -> None:
    case = play(new_case(), calls())

    with pytest.raises(NotAJudge):
        play(case, view(OTHER))
    with pytest.raises(NotAJudge):
        play(case, view(SATO))
    joined = play(case, on.CallLinked(**told(SATO), call=CallId("city-b.0"), talked=KACHO))
    with pytest.raises(OwnCallJudged):
        play(joined, view(KACHO))
    with pytest.raises(OwnCallJudged):
        play(joined, calls())


def test_too_few_are_not_called_and_a_view_says_why() -> None:
    with pytest.raises(JudgesMissing):
        play(new_case(), calls(who=(KACHO,)))
    with pytest.raises(JudgesMissing):
        play(new_case(), calls(who=(SHOMU, KAKARI)))
    with pytest.raises(CaseWordsMissing):
        play(new_case(), calls(), view(KACHO, replace(FOUND, reason=" ")))


def test_nobody_reads_the_others_before_their_own_and_then_all() -> None:
    board = play(new_case(), calls(), view(KACHO, NOT_FOUND)).board

    assert board.readable_by(SHOMU, settled=False) == ()
    assert board.readable_by(OTHER, settled=False) == ()
    assert board.readable_by(KACHO, settled=False) == board.views
    assert board.readable_by(OTHER, settled=True) == board.views
    both = board.viewed(view(SHOMU))
    assert both.readable_by(SHOMU, settled=False) == both.views
    assert Board().readable_by(KACHO, settled=True) == ()


def test_a_view_given_again_adds_to_what_is_read_and_takes_nothing_back() -> None:
    case = play(found_case(), view(KACHO, NOT_FOUND))

    assert [one.view.found for one in case.board.views] == [True, True, False]
    assert case.finding is not None, "what stands is withdrawn with a reason, not by the way"


def test_a_refusal_changes_nothing() -> None:
    case = play(new_case(), calls())
    with pytest.raises(DomainError):
        play(case, view(OTHER))

    assert case == play(new_case(), calls())


def test_what_somebody_is_comes_out_of_the_profile() -> None:
    casework = Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",))

    found = [rank_of(casework, one, supervisor=True) for one in ("kacho", "shomu", "kakari", "kanri")]
    assert found == [Rank.HEAD, Rank.GENERAL_CHIEF, Rank.CHIEF, Rank.SUPERVISOR]
    assert rank_of(casework, "kacho", supervisor=False) is Rank.STAFF
