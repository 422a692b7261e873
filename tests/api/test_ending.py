"""Warning and ending: words are always open, people judge first, and nobody is held back from hanging up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import CallId
from core.profile.judging import Ending
from core.profile.supervision import Wording, WordingKind
from tests.fixtures_console import Arrive
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real


@pytest.fixture
def call(office: Office) -> CallId:
    """A call that goes on."""
    return office.call(
        "a", ended_at=None, outcome=None, phase="talking", notice="pending", connected_at=datetime.now(UTC)
    )


def steps(office: Office) -> list[tuple[Any, ...]]:
    with office.worker.begin() as connection:
        found = connection.execute(text("SELECT step, wording, words, by FROM call_endings ORDER BY at"))
        return [tuple(row) for row in found]


def test_the_words_are_open_to_the_operator_whatever_was_judged(
    office: Office, visitor: Arrive, call: CallId
) -> None:
    sato = visitor(office.account("sato", Role.OPERATOR))

    page = sato.get(f"/calls/{call}/ending").text

    for one in office.parts.profile.wordings:
        assert one.text in page
        assert one.source in page
    assert "受話器を置くことは、いつでもできます" in page
    assert "対応の中止を認める" not in page


def test_an_ending_is_judged_by_a_supervisor_who_notes_the_superiors_words(
    office: Office, visitor: Arrive, call: CallId
) -> None:
    sato, kanri = office.account("sato", Role.OPERATOR), office.account("kanri", Role.SUPERVISOR)
    operator, supervisor = visitor(sato), visitor(kanri)
    operator.post(f"/calls/{call}/ending", step="asked")
    assert "対応を中止するかの判断を求めています" in supervisor.get("/live/calls").text

    refused = supervisor.post(f"/calls/{call}/ending", step="confirmed")
    assert refused.status_code == 422
    words = "課長の鈴木です。お話の内容は承知しました。"
    assert supervisor.post(f"/calls/{call}/ending", step="confirmed", words=words).status_code == 303

    page = operator.get(f"/calls/{call}/ending").text
    assert "対応の中止が認められています" in page
    assert words in page
    assert steps(office) == [("asked", None, "", sato), ("confirmed", None, words, kanri)]
    assert "判断を求めています" not in supervisor.get("/live/calls").text


def test_a_supervisor_who_talks_leaves_the_judgement_to_another_one(office: Office, visitor: Arrive) -> None:
    kanri, kacho = (
        office.account("kanri", Role.SUPERVISOR, Role.OPERATOR),
        office.account("kacho", Role.SUPERVISOR),
    )
    own = office.call("own", ended_at=None, outcome=None, phase="talking", operator_id=kanri)
    talks, other = visitor(kanri), visitor(kacho)

    page = talks.get(f"/calls/{own}/ending").text
    refused = talks.post(f"/calls/{own}/ending", step="confirmed", words="よい")
    asked = talks.post(f"/calls/{own}/ending", step="asked")

    assert "対応の中止を認める" not in page
    assert "ほかの管理者が認めます" in page
    assert (refused.status_code, asked.status_code) == (409, 303)
    assert other.post(f"/calls/{own}/ending", step="confirmed", words="よい").status_code == 303
    assert [step[0] for step in steps(office)] == ["asked", "confirmed"]


def test_operators_judge_nothing_and_strangers_see_nothing(
    office: Office, visitor: Arrive, call: CallId
) -> None:
    sato = visitor(office.account("sato", Role.OPERATOR))
    hoka = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))

    for step in ("confirmed", "went-on"):
        assert sato.post(f"/calls/{call}/ending", step=step, words="よい").status_code == 403
    assert hoka.get(f"/calls/{call}/ending").status_code == 404
    assert hoka.post(f"/calls/{call}/ending", step="confirmed", words="よい").status_code == 404
    assert steps(office) == []


def test_that_it_goes_on_takes_back_what_was_confirmed(office: Office, visitor: Arrive, call: CallId) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    kanri.post(f"/calls/{call}/ending", step="confirmed", words="承知しました")

    kanri.post(f"/calls/{call}/ending", step="went-on")

    assert "対応を続けると判断されました" in kanri.get(f"/calls/{call}/ending").text


def test_words_said_are_written_down_though_nobody_judged(
    office: Office, visitor: Arrive, call: CallId
) -> None:
    sato = office.account("sato", Role.OPERATOR)

    said = visitor(sato).post(f"/calls/{call}/ending", step="spoken", wording="chushi-bougen")

    assert said.status_code == 303
    assert steps(office) == [("spoken", "chushi-bougen", "", sato)]


def test_why_a_call_was_ended_is_asked_afterwards(office: Office, visitor: Arrive) -> None:
    over = office.call("over")
    sato = office.account("sato", Role.OPERATOR)
    person = visitor(sato)

    assert "電話を終えた理由" in person.get(f"/calls/{over}/ending").text
    assert person.post(f"/calls/{over}/ending", step="reason").status_code == 400
    assert person.post(f"/calls/{over}/ending", step="reason", words="脅しの言葉があった").status_code == 303

    assert steps(office) == [("reason", None, "脅しの言葉があった", sato)]


def test_the_machines_own_voice_waits_for_the_judgement(
    office: Office, visitor: Arrive, call: CallId
) -> None:
    spoken = Wording(id="oto", kind=WordingKind.ENDING, text="失礼します。", source="x", announcement="fuzai")
    profile = office.parts.profile.model_copy(update={"wordings": (spoken,), "ending": Ending(supervisors=2)})
    object.__setattr__(office.parts, "profile", profile)
    one, two = (visitor(office.account(name, Role.SUPERVISOR)) for name in ("ichi", "ni"))

    one.post(f"/calls/{call}/ending", step="confirmed", words="承知しました")
    assert one.post(f"/calls/{call}/say", wording="oto").status_code == 409
    two.post(f"/calls/{call}/ending", step="confirmed", words="承知しました")
    assert one.post(f"/calls/{call}/say", wording="oto").status_code == 303

    with office.worker.begin() as connection:
        (order,) = connection.execute(text("SELECT kind, body FROM call_orders")).all()
    assert (order.kind, order.body) == ("say", {"announcement": "fuzai"})
    assert [one[0] for one in steps(office)] == ["confirmed", "confirmed", "spoken"]
