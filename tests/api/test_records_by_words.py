"""情報開示: calls are found by who took part and by words; what is kept from an officer tells nothing."""

from __future__ import annotations

import re

import pytest

from core.actors import Actor, Role
from tests.api.test_records import DAYS, WORDS, opened, recorded
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office
from tests.restricted import restrict

pytestmark = pytest.mark.real


@pytest.fixture
def officer(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kaiji", Role.RECORDS_OFFICER))


def count(officer: Visitor, page: str, **wanted: str) -> int:
    """Look for facts; returns how many were found."""
    answer = officer.post(f"{page}/facts", **DAYS, **wanted)
    assert answer.status_code == 200, answer.text
    told = re.search(r"見つかった通話（(\d+)件", answer.text)
    assert told
    return int(told[1])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (WORDS, 1), ("責任者", 1), ("責任", 1), ("出して 責任者", 1), ("責任者！", 1),
        ("責任者 水道", 0), ("水道", 0), ("ｾｷﾆﾝ", 0), ("%", 400), ("_", 400),
    ],
)  # fmt: skip
def test_a_call_is_found_by_its_words_two_signs_are_enough(
    office: Office, officer: Visitor, words: str, found: int
) -> None:
    recorded(office)
    recordless = office.call("b")
    page = opened(officer)

    if found == 400:
        answer = officer.post(f"{page}/facts", **DAYS, words=words)
        assert answer.status_code == 422
        assert "記号だけでは探せません" in answer.text
    else:
        assert count(officer, page, words=words) == found
    assert recordless


def test_a_call_is_found_by_who_took_part(office: Office, officer: Visitor) -> None:
    sato, suzuki = office.account("sato", Role.OPERATOR), office.account("suzuki", Role.OPERATOR)
    office.record(office.call("a", operator_id=sato), operator=sato)
    page = opened(officer)

    choices = officer.get(page).text
    assert "さくら 市子（sato）" in choices
    assert "さくら 市子（kaiji）</option>" not in choices
    assert count(officer, page, operator=str(sato)) == 1
    assert count(officer, page, operator=str(suzuki)) == 0
    assert officer.post(f"{page}/facts", **DAYS, operator="x").status_code == 422


def test_words_of_a_call_that_is_kept_from_an_officer_or_may_not_be_used_find_nothing(
    office: Office, officer: Visitor
) -> None:
    _, recording = recorded(office)
    page = opened(officer)
    assert count(officer, page, words=WORDS) == 1

    with office.worker.begin() as connection:
        connection.exec_driver_sql(f"UPDATE recordings SET usable = false WHERE id = '{recording}'")  # noqa: S608

    assert count(officer, page, words=WORDS) == 0
    assert "未告知" in officer.post(f"{page}/facts", **DAYS).text


def test_words_of_a_call_that_is_restricted_to_a_group_find_nothing(office: Office, officer: Visitor) -> None:
    call, _ = recorded(office)
    head = office.account("kacho", Role.SUPERVISOR)
    actor = Actor(account=head, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    page = opened(officer)
    with office.parts.database.begin(actor) as connection:
        restrict(connection, call, head)

    assert count(officer, page, words=WORDS) == 0
    assert count(officer, page) == 1, "that there was a call is told"


def test_another_section_finds_nothing_by_words_and_sees_no_colleague(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    recorded(office)
    office.account("sato", Role.OPERATOR)
    stranger = visitor(office.account("hoka", Role.RECORDS_OFFICER, departments=(SHIMIN,)))
    own = opened(stranger, "第13号")

    assert count(stranger, own, words=WORDS) == 0
    assert "sato" not in stranger.get(own).text
    assert opened(officer)


def test_what_was_looked_for_by_words_stands_in_no_log_but_that_it_was_words_does(
    office: Office, officer: Visitor
) -> None:
    recorded(office)
    page = opened(officer)
    count(officer, page, words=WORDS)

    (knock,) = [one for one in office.knocks() if one.act == "facts"]
    assert knock.detail["by_words"] == 1
    assert "責任" not in str(knock.detail)


def test_nothing_is_held_by_words_alone(office: Office, officer: Visitor) -> None:
    recorded(office)
    page = opened(officer)

    answer = officer.post(f"{page}/hold", **DAYS, words=WORDS)

    assert answer.status_code == 422
    assert "ここを空にしてから" in answer.text
    assert officer.post(f"{page}/hold", **DAYS).status_code == 303
