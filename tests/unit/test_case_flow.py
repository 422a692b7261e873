"""The way of a case, and that nothing is ended, lasting or decided as 該当 without a finding that stands."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError, WrittenMeanwhile
from core.ids import CallId, DepartmentId
from core.profile.casework import DecisionWay
from core.profile.loading import load_profile
from incidents.cases import events as on
from incidents.cases.case import Case, Stage
from incidents.cases.endings import Ending
from incidents.cases.event_words import read, written
from incidents.cases.judgement import View
from incidents.cases.machine import advance, case_of
from incidents.cases.refusals import (
    CaseWordsMissing,
    FindingMissing,
    NotYourStep,
    PoliceNotTold,
    SamePersonTwice,
    UnknownKind,
    WrongStage,
)  # fmt: skip
from incidents.cases.rule import rule_of
from tests.case_scenes import (
    KACHO,
    KAKARI,
    NOON,
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

SUBMIT = on.Submitted(**told(SATO))
CHECK = on.HeadChecked(**told(KACHO))
AGREE = on.CouncilAgreed(**told(OTHER))
HARASSMENT = on.Decided(**told(KACHO), ending=Ending.HARASSMENT, reason="判断のとおり")
JUST = on.Decided(**told(KACHO), ending=Ending.JUST_CLAIM, reason="市の誤りだった")
LASTING = on.MeasureTaken(**told(KACHO), measure=UUID(int=9), kind="one-window", lasting=True)
WARNING = on.MeasureTaken(**told(SATO), measure=UUID(int=8), kind="warning", lasting=False)
POLICE = on.MeasureTaken(**told(SATO), measure=UUID(int=7), kind="police-110", lasting=False)
ENDED = on.HandlingEnded(**told(KACHO), words="これ以上は対応できません")
ALERT = on.AlertRaised(**told(KACHO), alert=UUID(int=6))
WITHDRAWN = on.FindingWithdrawn(**told(KACHO), reason="こちらの説明が誤っていた")


def test_a_case_goes_its_way_and_comes_back_when_it_is_returned() -> None:
    checked = play(found_case(), SUBMIT, CHECK)
    back = play(checked, on.Returned(**told(SHOMU), reason="時刻が違う"))

    assert (checked.stage, back.stage) == (Stage.COUNCIL, Stage.DRAFT)
    closed = play(back, SUBMIT, CHECK, AGREE, HARASSMENT, on.Closed(**told(KACHO)))
    assert closed.stage is Stage.CLOSED
    with pytest.raises(WrongStage):
        play(closed, on.NewStatement(**told(SATO), version=1, fields={"when": "昨日"}))


def test_each_step_is_somebodys_and_nobody_takes_two_of_them() -> None:
    with pytest.raises(WrongStage):
        play(new_case(), CHECK)
    with pytest.raises(NotYourStep):
        play(new_case(), SUBMIT, on.HeadChecked(**told(SHOMU)))
    with pytest.raises(NotYourStep):
        play(new_case(), SUBMIT, CHECK, on.CouncilAgreed(**told(SATO)))
    with pytest.raises(SamePersonTwice):
        play(new_case(), SUBMIT, CHECK, on.CouncilAgreed(**told(KACHO)))
    with pytest.raises(CaseWordsMissing):
        play(new_case(), SUBMIT, on.Returned(**told(KACHO), reason=""))


def test_a_just_claim_needs_no_finding_and_harassment_does() -> None:
    agreed = play(new_case(), SUBMIT, CHECK, AGREE)

    with pytest.raises(FindingMissing):
        play(agreed, HARASSMENT)
    assert play(agreed, JUST).stage is Stage.DECIDED


def test_violence_has_a_route_of_its_own_that_waits_for_no_judgement() -> None:
    violence = on.Decided(**told(KACHO), ending=Ending.VIOLENCE, reason="通報した")
    agreed = play(new_case(), SUBMIT, CHECK, AGREE)

    with pytest.raises(PoliceNotTold):
        play(agreed, violence)
    assert play(agreed, POLICE, violence).stage is Stage.DECIDED


def test_a_city_that_decides_elsewhere_writes_number_and_day_here() -> None:
    filing = replace(RULE, decided=DecisionWay.FILING)
    filed = on.Filed(
        **told(KACHO), ending=Ending.HARASSMENT, number="8保年第12号", decided_on=date(2026, 11, 20)
    )

    assert play(found_case(filing), filed).stage is Stage.DECIDED
    with pytest.raises(FindingMissing):
        play(new_case(filing), filed)
    with pytest.raises(WrongStage):
        play(new_case(filing), SUBMIT)
    with pytest.raises(WrongStage):
        play(found_case(), filed)


def test_a_withdrawn_finding_takes_along_everything_that_was_built_on_it() -> None:
    built = play(found_case(), WARNING, LASTING, ALERT, ENDED, SUBMIT, CHECK, AGREE, HARASSMENT)
    assert built.alerts

    after = play(built, WITHDRAWN)

    assert (after.finding, after.alerts, after.ended_at, after.decision) == (None, (), None, None)
    assert {one.kind: one.stands for one in after.measures} == {"warning": True, "one-window": False}
    assert after.stage is Stage.DRAFT
    assert after.board.views == built.board.views, "what was thought stays to be read"
    assert play(after, view(SHOMU)).finding is None, "views from before count no more"


def test_warnings_are_free_and_what_lasts_is_not() -> None:
    assert play(new_case(), WARNING).measures
    for event in (LASTING, ENDED, ALERT):
        with pytest.raises(FindingMissing):
            play(new_case(), event)
    with pytest.raises(NotYourStep):
        play(found_case(), on.HandlingEnded(**told(SATO), words="切ります"))


def test_two_versions_of_a_statement_never_take_one_number() -> None:
    first = on.NewStatement(**told(SATO), version=1, fields={"what": "「出せ」と言われた"})
    case = play(new_case(), first)

    assert case.statement == first
    with pytest.raises(WrittenMeanwhile):
        play(case, first)
    with pytest.raises(UnknownKind):
        play(case, on.KindsNamed(**told(SATO), types=("T99",), acts=()))


def test_a_profile_that_changes_leaves_the_rule_of_a_running_case() -> None:
    profile = load_profile(Path("profiles/sakura.yaml"))
    before = rule_of(profile)
    stricter = profile.model_copy(
        update={"casework": profile.casework.model_copy(update={"people": 5}), "harassment_types": ()}
    )
    case = play(new_case(before), calls(), view(KACHO), view(SHOMU), view(KAKARI))

    assert rule_of(stricter).version != before.version
    assert case.rule == before
    assert case.finding is not None
    renamed = replace(before, kinds=tuple(replace(one, name=f"新しい{one.name}") for one in before.kinds))
    assert before.kinds
    assert before.holds_still(rule_of(profile))
    assert not before.holds_still(renamed)
    # A rule from before its words were kept says nothing of them, and is called what it was called.
    old = replace(before, kinds=())
    assert old.holds_still(renamed)
    assert replace(RULE, kinds=()).version == "c677805913ea"


EVENTS = st.sampled_from([
    calls(), calls(head_absent=True), view(KACHO), view(SHOMU), view(KAKARI), view(KACHO, NOT_FOUND),
    view(OTHER), view(SATO), SUBMIT, CHECK, AGREE, HARASSMENT, JUST, LASTING, WARNING, POLICE, ENDED, ALERT,
    WITHDRAWN, on.Closed(**told(KACHO)), on.Returned(**told(SHOMU), reason="直す"),
    on.Decided(**told(KACHO), ending=Ending.VIOLENCE, reason="通報"),
])  # fmt: skip


@given(st.lists(EVENTS, max_size=25))
def test_there_is_no_path_to_an_ending_without_a_finding_that_stands(tried: list[on.CaseEvent]) -> None:
    case: Case = new_case()
    kept: list[on.CaseEvent] = []
    for event in tried:
        before = case
        with suppress(DomainError):
            case = advance(case, event)
            kept.append(event)
        built = case.ended_at or case.alerts or any(one.lasting and one.stands for one in case.measures)
        found = case.decision is not None and case.decision.ending is Ending.HARASSMENT
        assert case.finding is not None or not (built or found)
        assert case.finding is None or len(case.finding.by) >= case.rule.people
        assert case.number == before.number + (case is not before)
        assert case.board.views[: len(before.board.views)] == before.board.views, "views are never lost"
    assert play(new_case(), *kept) == case, "the fold of what was kept is the case"


def test_events_are_read_as_they_were_written() -> None:
    head = on.Opened(
        **told(SATO), department=DepartmentId("shimin"), way=on.Way.COUNTER, source=on.Source.HAND,
        since=NOON, summary="窓口で", rule=RULE,
    )  # fmt: skip
    events = [
        head, on.CallLinked(**told(SATO), call=CallId("city-a.0"), talked=SATO), calls(), view(KACHO),
        view(SHOMU), on.NewStatement(**told(SATO), version=1, fields={"when": "昨日"}), LASTING, ENDED,
        SUBMIT, CHECK, AGREE, HARASSMENT, WITHDRAWN,
        on.Filed(**told(KACHO), ending=Ending.HARD_CASE, number="1", decided_on=date(2026, 1, 2)),
    ]  # fmt: skip

    assert [read(written(one)) for one in events] == events
    assert case_of(events[:-1]) == case_of([read(written(one)) for one in events[:-1]])


def test_no_event_has_room_for_the_health_of_staff() -> None:
    kinds = [one for one in vars(on).values() if isinstance(one, type) and issubclass(one, on.CaseEvent)]
    named = {field.name for kind in (*kinds, View) for field in fields(kind)}

    assert not {one for one in named if any(word in one for word in ("health", "sick", "leave", "stress"))}
