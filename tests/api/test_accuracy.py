"""文字起こしの正確さ on the screen: what people checked in a supervisor's own departments, as figures."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from api.wording import HERE
from core.actors import Role
from tests.checked_calls import CHECKED, HEARD, check
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import DIALOGUE, HOKEN, SHIMIN
from transcription.character_errors import character_errors, comparable

pytestmark = pytest.mark.real


@pytest.fixture
def hoken(archived: Archived, listener: Arrive) -> Listener:
    """A supervisor of 保険年金課."""
    return listener(archived.office.account("kanri", Role.SUPERVISOR))


@pytest.fixture
def both(archived: Archived, listener: Arrive) -> Listener:
    """A supervisor of two departments."""
    return listener(archived.office.account("kacho", Role.SUPERVISOR, departments=(HOKEN, SHIMIN)))


def shown(person: Listener, **asked: str) -> str:
    answer = person.client.get("/accuracy", params=asked, headers={"accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


def days_ago(days: int) -> str:
    return (datetime.now(HERE).date() - timedelta(days=days)).isoformat()


def test_a_supervisor_reads_how_far_the_machine_was_from_what_people_heard(hoken: Listener) -> None:
    for number in range(3):
        check(hoken, f"checked-{number}")
    knocks = len(hoken.at.office.knocks())

    page = shown(hoken)

    meant = [comparable(one[3]) for one in DIALOGUE[:CHECKED]]
    meant[1] = comparable(HEARD)
    errors = character_errors(meant[1], comparable(DIALOGUE[1][3]))
    share = f"{100 * errors / sum(len(one) for one in meant):.1f}%"
    assert f"文字の誤り率は <strong>{share}</strong> です（95%の幅：{share}から{share}）" in page
    assert f"3通話の{3 * CHECKED}発言、{3 * sum(len(one) for one in meant)}文字" in page
    assert "3発言で、人が言葉を直しました" in page
    assert "3語（20語より少ないため、割合は出しません）" in page
    assert re.search(r">職員と案内<.*?>0\.0%<", page), "nothing was corrected on the hall's side"
    assert "人が選んでいます" in page
    assert not [one for _, _, _, one in (*DIALOGUE, ("", 0, 0, HEARD)) if one[:6] in page], "words of a call"
    assert len(hoken.at.office.knocks()) == knocks


def test_other_departments_practice_and_other_times_are_not_counted(hoken: Listener, both: Listener) -> None:
    for number in range(3):
        check(both, f"ours-{number}")
    check(both, "theirs", SHIMIN)
    check(both, "practice", practice=True)
    destroyed = check(both, "destroyed")
    hoken.at.office.write(
        "UPDATE recordings SET destroyed_at = now() WHERE id = :id", {"id": destroyed.recording}
    )

    assert f"3通話の{3 * CHECKED}発言" in shown(hoken)
    assert f"4通話の{4 * CHECKED}発言" in shown(both)
    assert f"3通話の{3 * CHECKED}発言" in shown(both, department=HOKEN)
    assert "1通話、" in shown(both, department=SHIMIN).split("まだ少ないため、数字は出しません")[1]
    assert "0通話、0文字" in shown(hoken, since=days_ago(60), until=days_ago(30))
    assert hoken.client.get("/accuracy", params={"department": SHIMIN}).status_code == 404


def test_below_three_calls_there_is_no_figure(hoken: Listener) -> None:
    for number in range(2):
        check(hoken, f"checked-{number}")

    page = shown(hoken)

    assert "まだ少ないため、数字は出しません" in page
    assert "2通話、" in page
    assert "誤り率は <strong>" not in page
    assert 'role="table"' not in page


def test_a_period_that_could_be_one_persons_week_has_no_figures(hoken: Listener) -> None:
    today = days_ago(0)
    for asked in (
        {"since": days_ago(1), "until": today},
        {"since": days_ago(26), "until": today},
        {"since": today, "until": days_ago(40)},
        {"since": "いつか", "until": today},
        {"since": days_ago(40)},
    ):
        answer = hoken.client.get("/accuracy", params=asked, headers={"accept": "text/html"})

        assert answer.status_code == 422, asked
        assert "28日間以上" in answer.text
        assert "まだ少ない" not in answer.text
        assert "誤り率は <strong>" not in answer.text

    assert "まだ少ない" in shown(hoken, since=days_ago(27), until=today)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
def test_the_figures_are_a_supervisors_alone(archived: Archived, listener: Arrive, role: Role) -> None:
    someone = listener(archived.office.account("hito", role))

    assert someone.client.get("/accuracy").status_code == 403
    if role is Role.OPERATOR:
        assert "/accuracy" not in someone.client.get("/search", headers={"accept": "text/html"}).text


def test_a_supervisor_finds_the_page_where_calls_are_looked_for(hoken: Listener) -> None:
    assert 'href="/accuracy"' in hoken.client.get("/search", headers={"accept": "text/html"}).text
