"""Who is offered the words of a call that goes on (速報), who gets none, and what the access log holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import CallId
from core.profile.live_text import LiveText
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from tests.calls_in_talk import sit, talking
from tests.fixtures_console import Arrive, Visitor
from tests.live_words import LiveWords
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real

OFFER, HINT = "data-watch>", "メモを書き始めると"
FOR_OPERATORS = pytest.mark.parametrize("sakura_profile", [LiveText(operator=True)], indirect=True)
FOR_NOBODY = pytest.mark.parametrize(
    "sakura_profile", [LiveText(supervisors=False, note_takers=False)], indirect=True
)


@pytest.fixture
def sakura_profile(request: pytest.FixtureRequest) -> CityProfile:
    """The invented city, with what it wants of live text; as it ships when a test says nothing."""
    wanted: LiveText = getattr(request, "param", LiveText())
    return load_profile(Path("profiles/sakura.yaml")).model_copy(update={"live_text": wanted})


def acts(office: Office) -> list[tuple[str, str, bool]]:
    """Return what the access log holds: act, purpose and whether it was granted."""
    return [(one.act, one.purpose, one.granted) for one in office.knocks()]


def words_in(person: Visitor, call: CallId) -> list[str]:
    """Look, and return the words."""
    answer = person.get(f"/calls/{call}/live-text?after=0")
    return [one["text"] for one in answer.json()["lines"]] if answer.status_code == 200 else []


def begin(person: Visitor, call: CallId) -> int:
    """Press the button."""
    return person.post(f"/calls/{call}/live-text/watch").status_code


def test_a_supervisor_reads_along_after_one_click_that_is_written_down_once(
    office: Office, visitor: Arrive
) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri = visitor(account)
    call = talking(office, "a")
    before = kanri.get(f"/live/{call}").text
    assert words_in(kanri, call) == []
    assert begin(kanri, call) == 200
    LiveWords(office, call).says("caller", "責任者を出してください")

    assert OFFER in before
    assert "data-watching" not in before
    assert words_in(kanri, call) == words_in(kanri, call) == ["責任者を出してください"]
    assert acts(office) == [("live-text", "supervision", True)]
    # Remembered for the call in this session, and in no other one.
    assert 'data-watching="true"' in kanri.get(f"/live/{call}").text
    elsewhere = visitor(account)
    assert "data-watching" not in elsewhere.get(f"/live/{call}").text
    assert words_in(elsewhere, call) == []


def test_the_page_itself_holds_no_word_of_the_call(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = talking(office, "a")
    begin(kanri, call)
    LiveWords(office, call).says("caller", "責任者を出してください")

    for path in (f"/live/{call}", f"/live/{call}/state", "/live", "/live/calls", "/calls", f"/calls/{call}"):
        assert "責任者" not in kanri.get(path).text


def test_whoever_talks_gets_nothing_unless_the_city_wants_it(office: Office, visitor: Arrive) -> None:
    account = office.account("sato", Role.OPERATOR, Role.SUPERVISOR)
    sato = visitor(account)
    sit(sato, "hoken1")
    call = talking(office, "a", operator_id=account)
    words = LiveWords(office, call)
    words.says("caller", "責任者を出してください")

    pages = [sato.get(path).text for path in ("/console", f"/console/calls/{call}", f"/live/{call}")]

    assert all("data-live-text" not in page for page in pages)
    assert begin(sato, call) == 403
    assert words_in(sato, call) == []
    assert ("live-text", "live-text", False) in acts(office)
    assert all(not granted for _, _, granted in acts(office))


@FOR_OPERATORS
def test_whoever_talks_reads_along_where_the_city_wants_it(office: Office, visitor: Arrive) -> None:
    account = office.account("sato", Role.OPERATOR)
    sato = visitor(account)
    sit(sato, "hoken1")
    call = talking(office, "a", operator_id=account)

    assert OFFER in sato.get("/console").text
    assert begin(sato, call) == 200
    LiveWords(office, call).says("caller", "責任者を出してください")
    assert words_in(sato, call) == ["責任者を出してください"]
    assert acts(office) == [("live-text", "own-call", True)]


def test_a_colleague_reads_along_once_they_have_begun_to_take_the_notes(
    office: Office, visitor: Arrive
) -> None:
    office.account("sato", Role.OPERATOR)
    suzuki = visitor(office.account("suzuki", Role.OPERATOR))
    call = talking(office, "a")
    card = f"/console/calls/{call}"
    before = suzuki.get(card).text
    assert begin(suzuki, call) == 403
    note = "0198a1b2-0000-7000-8000-000000000001"
    assert suzuki.post(f"/calls/{call}/notes", note=note, text="責任者をご希望").status_code < 400

    after = suzuki.get(card + "/desk").text

    assert (HINT in before, OFFER in before) == (True, False)
    assert (HINT in after, OFFER in after) == (False, True)
    assert begin(suzuki, call) == 200
    LiveWords(office, call).says("caller", "責任者を出してください")
    assert words_in(suzuki, call) == ["責任者を出してください"]
    assert acts(office) == [("live-text", "live-text", False), ("live-text", "notes", True)]


@FOR_NOBODY
def test_a_city_that_wants_none_shows_no_panel_to_anybody(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    suzuki = visitor(office.account("suzuki", Role.OPERATOR))
    call = talking(office, "a")

    for person, path in ((kanri, f"/live/{call}"), (suzuki, f"/console/calls/{call}"), (kanri, "/live")):
        assert "速報" not in person.get(path).text
    assert (begin(kanri, call), begin(suzuki, call)) == (403, 403)


def test_another_department_gets_nothing_at_all(office: Office, visitor: Arrive) -> None:
    other = visitor(office.account("kanri", Role.SUPERVISOR, departments=(SHIMIN,)))
    helper = visitor(office.account("suzuki", Role.OPERATOR, departments=(SHIMIN,)))
    technician = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=()))
    call = talking(office, "a")
    LiveWords(office, call).says("caller", "責任者を出してください")

    for person in (other, helper, technician):
        assert begin(person, call) in {403, 404}
        assert words_in(person, call) == []
        for path in (f"/live/{call}", f"/console/calls/{call}"):
            answer = person.get(path)
            assert answer.status_code in {403, 404}
            assert "data-live-text" not in answer.text
    with office.worker.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM live_watches")).scalar() == 0


def test_a_supervisor_on_another_departments_call_at_their_own_desk_reads_no_word_of_it(
    office: Office, visitor: Arrive
) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri = visitor(account)
    sit(kanri, "hoken1")
    call = talking(office, "a", line="shimin", department=SHIMIN, operator_id=account)

    assert "data-live-text" not in kanri.get("/console").text
    assert begin(kanri, call) == 403
    assert words_in(kanri, call) == []


def test_when_the_call_is_over_the_words_are_gone_and_the_page_says_what_comes(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = talking(office, "a")
    begin(kanri, call)
    LiveWords(office, call).says("caller", "責任者を出してください")
    office.write("UPDATE calls SET phase = 'ended', ended_at = now() WHERE id = :call", {"call": call})

    told = kanri.get(f"/calls/{call}/live-text?after=0").json()

    assert (told["state"], told["lines"]) == ("over", [])
    assert "録音からの文字起こし" in told["said"]
    assert "data-live-text" not in kanri.get(f"/live/{call}").text
