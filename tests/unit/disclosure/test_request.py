"""What may happen to a request, in which order, and what is refused because it would wrong somebody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import DomainError
from core.profile.disclosure import RequestKind
from disclosure import request_events as on
from disclosure.decisions import held_until
from disclosure.refusals import (
    AgentNotCleared,
    DayWrong,
    IdentityMissing,
    NothingToDisclose,
    ObjectorNotTold,
    RemediesNotTold,
    RemediesOpen,
    RequestStage,
    RequestWordsMissing,
    ThirdPersonWaiting,
    TooEarly,
)
from disclosure.request import Stage
from disclosure.steps import advance, request_of
from tests.calendar_of_sakura import HALL
from tests.request_scenes import (
    CHECKED,
    DECIDED,
    DECISION,
    PERSON,
    PROCEEDING,
    RECEIVED,
    RULED,
    agent,
    day,
    decided,
    event,
    told,
)


def test_the_whole_way_of_a_request_ends_where_nothing_is_left_to_do() -> None:
    request = told(
        *DECIDED,
        event(on.NoticeReached, 22),
        event(on.MethodChosen, 25, method="写しの交付"),
        event(on.CarriedOut, 30, method="写しの交付"),
        event(on.Closed, 40),
    )

    assert request.stage is Stage.CLOSED
    assert (request.done, request.method, request.number) == (day(30), "写しの交付", 7)


@pytest.mark.parametrize(
    ("events", "refusal"),
    [
        pytest.param((RECEIVED, DECISION), IdentityMissing, id="nobody looked who asks"),
        pytest.param((*CHECKED, decided(20, remedies_told=False)), RemediesNotTold, id="no remedies told"),
        pytest.param((*CHECKED, decided(20, reason="")), RequestWordsMissing, id="no reason"),
        pytest.param((*CHECKED, decided(20, filed=" ")), RequestWordsMissing, id="no number of the decision"),
        pytest.param((*DECIDED, DECISION), RequestStage, id="decided twice"),
        pytest.param(
            (*DECIDED, event(on.AmendingAsked, 21, what="住所")), RequestStage, id="mended afterwards"
        ),
        pytest.param((*CHECKED, event(on.AmendingDone, 5)), RequestStage, id="mended unasked"),
        pytest.param(
            (*CHECKED, event(on.CarriedOut, 20, method="")), RequestStage, id="handed over undecided"
        ),
        pytest.param((*DECIDED, event(on.CarriedOut, 19, method="")), DayWrong, id="before the decision"),
        pytest.param((*CHECKED, event(on.AmendingAsked, -1, what="住所")), DayWrong, id="before it came in"),
        pytest.param((*CHECKED, event(on.Closed, 30)), RequestStage, id="closed undecided"),
        pytest.param((*DECIDED, event(on.Closed, 30)), RequestStage, id="closed before it was handed over"),
        pytest.param(
            (*DECIDED, event(on.ReviewAsked, 30, proceeding=PROCEEDING), event(on.Closed, 40)),
            RemediesOpen,
            id="closed while contested",
        ),
        pytest.param(
            (*CHECKED, decided(20, answer=on.Answer.NOT_SAID), event(on.CarriedOut, 25, method="")),
            NothingToDisclose,
            id="nothing was disclosed",
        ),
        pytest.param((*DECIDED, RULED), RequestStage, id="ruled on nothing"),
    ],
)
def test_what_would_wrong_somebody_is_refused(
    events: tuple[on.RequestEvent, ...], refusal: type[DomainError]
) -> None:
    told(*events[:-1])
    with pytest.raises(refusal):
        told(*events)


def test_a_legal_agent_learns_nothing_before_somebody_looked_for_a_conflict() -> None:
    asked = (agent(on.Agent.LEGAL), event(on.IdentityChecked, 1, shown="戸籍謄本"))
    cleared = event(on.AgentCleared, 2, conflict=False, protected=True)

    with pytest.raises(AgentNotCleared):
        told(*asked, DECISION)
    assert not told(*asked).existence_may_show
    assert told(*asked, cleared, DECISION).agent_doubt
    assert told(agent(on.Agent.APPOINTED)).existence_may_show
    with pytest.raises(RequestStage):
        told(RECEIVED, cleared)


def test_public_records_are_anybodys_to_ask_for() -> None:
    assert told(agent(None, kind=RequestKind.PUBLIC), DECISION).stage is Stage.DECIDED


def test_a_third_person_has_the_time_they_were_given() -> None:
    asked = (*CHECKED, event(on.ThirdPersonAsked, 5, person=PERSON, until=day(20), must=True))

    with pytest.raises(ThirdPersonWaiting):
        told(*asked, decided(20))
    assert told(*asked, decided(21)).stage is Stage.DECIDED
    assert told(*asked, decided(10, answer=on.Answer.NONE)).stage is Stage.DECIDED
    answered = event(on.ThirdPersonAnswered, 7, person=PERSON, objects=False)
    assert told(*asked, answered, decided(8)).stage is Stage.DECIDED


def test_against_an_objection_two_weeks_and_a_word_lie_before_the_disclosure() -> None:
    objected = (
        *CHECKED,
        event(on.ThirdPersonAsked, 2, person=PERSON, until=day(15), must=False),
        event(on.ThirdPersonAnswered, 7, person=PERSON, objects=True),
        DECISION,
    )
    word = event(on.ObjectorTold, 20, person=PERSON)

    with pytest.raises(ObjectorNotTold):
        told(*objected, event(on.CarriedOut, 60, method="閲覧"))
    with pytest.raises(TooEarly):
        told(*objected, word, event(on.CarriedOut, 34, method="閲覧"))
    assert told(*objected, word, event(on.CarriedOut, 35, method="閲覧")).stage is Stage.DONE


def test_the_clock_is_told_what_stopped_it_and_what_made_it_longer() -> None:
    request = told(
        *CHECKED,
        event(on.AmendingAsked, 3, what="対象の電話番号"),
        event(on.AmendingDone, 8),
        event(on.Extended, 9, days=30, reason="録音が多いため"),
        event(on.SplitTold, 9, rest_until=day(200), reason="録音がとても多いため"),
    )

    assert [(one.asked, one.done) for one in request.course.amendings] == [(day(3), day(8))]
    assert request.course.extension is not None
    assert request.course.split is not None


def test_a_decision_that_fell_is_made_anew_and_a_large_one_twice() -> None:
    contested = (*DECIDED, event(on.ReviewAsked, 30, proceeding=PROCEEDING))
    consulted = event(on.ReviewConsulted, 40, proceeding=PROCEEDING)
    advised = event(on.ReviewAdvised, 90, proceeding=PROCEEDING)
    split = event(on.SplitTold, 9, rest_until=day(200), reason="録音がとても多いため")

    again = told(*contested, consulted, advised, RULED, decided(120, answer=on.Answer.FULL))
    large = told(*CHECKED, split, DECISION, decided(150, rest=True))

    assert [one.answer for one in again.decisions] == [on.Answer.PARTIAL, on.Answer.FULL]
    assert not large.rest_is_owed
    with pytest.raises(RequestStage):
        told(*contested, advised)


def held(*events: on.RequestEvent) -> date | None:
    return held_until(told(*events), HALL)


def test_what_it_concerns_stays_until_nobody_can_contest_it() -> None:
    reached = event(on.NoticeReached, 22)
    review = event(on.ReviewAsked, 30, proceeding=PROCEEDING)

    assert held(*CHECKED) is None
    assert held(*DECIDED, review) is None
    # Nobody knows when it reached them: the year of the law.
    assert held(*DECIDED) == date(2028, 4, 21)
    assert held(*DECIDED, reached) == date(2027, 10, 25)
    contested = held(*DECIDED, reached, review, RULED)
    assert contested is not None
    assert contested > day(110) + timedelta(days=180)
    assert held(*CHECKED, event(on.TakenBack, 9)) == day(9)


def test_a_request_without_its_receipt_is_none() -> None:
    with pytest.raises(ValueError, match="receipt"):
        request_of([DECISION])
    with pytest.raises(RequestWordsMissing):
        told(agent(None, number=" "))


def test_nothing_counts_on_a_day_that_has_not_come() -> None:
    with pytest.raises(DayWrong):
        advance(told(*CHECKED), DECISION, today=day(19))
