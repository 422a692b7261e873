"""What a call says and sounds like opens for a purpose, and each opening is written down."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Role
from core.clock import SystemClock
from storage.access_log import Sealer
from tests.fixtures_console import FACT_CHECK, Arrive
from tests.office import Office

pytestmark = pytest.mark.real


def test_content_opens_after_a_purpose_and_both_knocks_are_written_down(
    office: Office, visitor: Arrive
) -> None:
    mine = office.account("sato", Role.SUPERVISOR)
    sato = visitor(mine)
    call = office.call("a", operator_id=mine)
    office.transcribe(office.record(call, operator=mine))
    before = sato.get(f"/calls/{call}").text

    answer = sato.post(f"/calls/{call}/open", **FACT_CHECK)

    assert "責任者を出してください" not in before
    assert "data-grant" not in before
    assert answer.status_code == 303
    after = sato.get(f"/calls/{call}").text
    assert "責任者を出してください" in after
    assert "data-grant" in after
    assert [(one.act, one.purpose, one.granted) for one in office.knocks()] == [
        ("read", "fact-check", True),
        ("listen", "fact-check", True),
    ]


def test_whoever_signs_in_anew_says_anew_for_what(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.SUPERVISOR)
    call = office.call("a", operator_id=mine)
    office.transcribe(office.record(call, operator=mine))
    morning = visitor(mine)
    morning.post(f"/calls/{call}/open", **FACT_CHECK)

    afternoon = visitor(mine)

    assert "責任者" in morning.get(f"/calls/{call}").text
    assert "責任者" not in afternoon.get(f"/calls/{call}").text
    assert "責任者" not in morning.get(f"/calls/{call}?again=true").text


def test_what_the_announcement_says_is_nobodys_words(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.SUPERVISOR)
    spoken = office.call("a", operator_id=mine)
    office.transcribe(office.record(spoken, operator=mine))
    with office.worker.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE calls SET connected_at = (SELECT started_at + interval '1 hour' FROM recordings"
            " WHERE subject = %s) WHERE id = %s",
            (spoken, spoken),
        )
    sato = visitor(mine)
    sato.post(f"/calls/{spoken}/open", **FACT_CHECK)

    page = sato.get(f"/calls/{spoken}").text

    assert page.count("案内</span>") > 0
    assert "</span> 職員</span>" not in page


@pytest.mark.parametrize("purpose", ["", "curiosity", "training"])
def test_without_a_right_purpose_nothing_opens(office: Office, visitor: Arrive, purpose: str) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a")
    office.transcribe(office.record(call))

    answer = kanri.post(f"/calls/{call}/open", purpose=purpose)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert office.knocks() == []


def test_practice_calls_may_be_opened_for_training_and_say_that_they_are_practice(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a", practice=True)
    office.record(call, practice=True)

    answer = kanri.post(f"/calls/{call}/open", purpose="training")

    assert answer.status_code == 303
    assert "練習</span>" in kanri.get(f"/calls/{call}").text
    assert "練習</span>" in kanri.get("/calls").text


def test_sound_comes_in_ranges_under_a_grant_and_one_play_is_one_row(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a")
    office.record(call)
    kanri.post(f"/calls/{call}/open", **FACT_CHECK)
    grant = next(one.id for one in office.knocks() if one.act == "listen")
    sound = f"/recordings/{grant}/audio"

    whole = kanri.get(sound)
    part = kanri.get(sound, headers={"range": "bytes=4-99"})
    tail = kanri.get(sound, headers={"range": "bytes=-10"})
    beyond = kanri.get(sound, headers={"range": f"bytes={len(whole.content)}-"})
    peaks = kanri.get(f"/recordings/{grant}/peaks")

    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/webm"
    assert whole.headers["cache-control"] == "private, no-store"
    assert whole.content[:4] == b"\x1aE\xdf\xa3"
    assert (part.status_code, part.content) == (206, whole.content[4:100])
    assert part.headers["content-range"] == f"bytes 4-99/{len(whole.content)}"
    assert tail.content == whole.content[-10:]
    assert beyond.status_code == 416
    assert peaks.headers["cache-control"] == "private, no-store"
    assert len(office.knocks()) == 2


def test_a_grant_is_worth_nothing_to_anybody_else(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    other = visitor(office.account("kanri2", Role.SUPERVISOR))
    call = office.call("a")
    office.record(call)
    kanri.post(f"/calls/{call}/open", **FACT_CHECK)
    grant = next(one.id for one in office.knocks() if one.act == "listen")

    for path in (f"/recordings/{grant}/audio", f"/recordings/{grant}/peaks", f"/recordings/{uuid4()}/audio"):
        assert other.get(path).status_code == 403


def test_the_chain_of_openings_holds_no_number_no_name_and_no_word(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.SUPERVISOR)
    sato = visitor(mine)
    call = office.call("a", operator_id=mine)
    office.transcribe(office.record(call, operator=mine))
    sato.post(f"/calls/{call}/open", purpose="disclosure", case="R8-0012")
    asked = sato.post("/search", words="責任者", since="2020-01-01", until="2099-01-01", **FACT_CHECK)
    assert "責任者" in sato.get(asked.headers["location"]).text
    Sealer(office.worker, SystemClock()).run_once()
    with office.worker.begin() as connection:
        bodies = connection.execute(text("SELECT body FROM access_chain")).scalars().all()
    chained = " ".join(json.dumps(json.loads(bytes(one)), ensure_ascii=False) for one in bodies)

    assert [one for one in ("listen", "read", "search", str(mine), "R8-0012") if one not in chained] == []
    # A number of a request may stand there, which names nobody; of a citizen or a colleague nothing does.
    for word in ("312345678", "責任者", "さくら 市子", "sato"):
        assert word not in chained
