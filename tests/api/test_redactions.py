"""The editor of left-out passages: each step once, by its office; heard by two; replaced in sound."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Role
from storage.database import Database
from tests.fixtures_console import Arrive, Visitor
from tests.office import SHIMIN, Office
from tests.redaction_scenes import accepted, belonging

pytestmark = pytest.mark.real


@pytest.fixture
def officer(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kaiji", Role.RECORDS_OFFICER))


def state(person: Visitor, content: str) -> dict[str, Any]:
    answer = person.get(f"{content}/redaction/state")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def take(person: Visitor, content: str, what: str, /, **fields: object) -> tuple[int, Any]:
    """Take a step from the version that stands; returns the status and what was answered."""
    seen = fields.pop("seen", None)
    if seen is None:
        seen = state(person, content)["version"]
    sent = {"press": str(uuid4()), "seen": str(seen), **{name: str(one) for name, one in fields.items()}}
    sent |= {"csrf": person.csrf}
    answer = person.client.post(
        f"{content}/redaction/{what}", data=sent, headers={"accept": "application/json"}
    )
    return answer.status_code, answer.json()


NAME = {"track": "caller", "start": 2600, "end": 3100}


def test_a_passage_is_left_out_said_why_of_and_shown_again(office: Office, officer: Visitor) -> None:
    content = belonging(office, officer)

    status, told = take(officer, content, "mask", **NAME)
    (passage,) = told["passages"]
    assert (status, told["version"], passage["ground"]) == (200, 1, "")
    assert passage["start"] <= 2400
    assert passage["end"] >= 3300, "padded: half a syllable tells a name"
    status, told = take(officer, content, "ground", passage=passage["id"], ground="ho-78-2", note="氏名")
    assert (status, told["passages"][0]["ground"]) == (200, "ho-78-2")
    assert take(officer, content, "unmask", passage=passage["id"])[1]["passages"] == []
    assert take(officer, content, "undo")[1]["passages"][0]["id"] == passage["id"]
    assert take(officer, content, "undo")[1]["passages"][0]["ground"] == ""
    assert take(officer, content, "undo")[1]["passages"] == []
    assert take(officer, content, "undo")[0] == 409


def test_the_same_press_is_one_and_of_two_officers_the_later_looks_again(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    content = belonging(office, officer)
    other = visitor(office.account("kaiji2", Role.RECORDS_OFFICER))
    accepted(other, content.rsplit("/", 1)[0], content.rsplit("/", 1)[1])  # type: ignore[arg-type]
    press = str(uuid4())

    first = [take(officer, content, "mask", press=press, seen=0, **NAME)[1]["version"] for _ in range(2)]
    late = take(other, content, "mask", seen=0, **NAME)
    changed = take(officer, content, "mask", press=press, seen=0, **{**NAME, "end": 4000})

    assert first == [1, 1]
    assert (late[0], late[1]["error"]["code"]) == (409, "written-meanwhile")
    assert (changed[0], changed[1]["error"]["code"]) == (409, "press-used")
    assert take(other, content, "mask", **{**NAME, "start": 400, "end": 900})[1]["version"] == 2


def test_the_released_sound_holds_nothing_of_a_passage_on_its_side_and_all_of_the_other(
    office: Office, officer: Visitor
) -> None:
    content = belonging(office, officer)
    before = sound_of(officer, content, 0)
    take(officer, content, "mask", **{**NAME, "track": "hall"})

    after = sound_of(officer, content, 1)

    start, end = 2400 * 8, 3300 * 8
    assert len(before) == len(after)
    assert np.array_equal(before[:, 0], after[:, 0])
    assert np.array_equal(before[: 2000 * 8], after[: 2000 * 8])
    alike = np.corrcoef(before[start:end, 1].astype(float), after[start:end, 1].astype(float))[0, 1]
    assert abs(alike) < 0.1
    ranged = officer.client.get(
        f"{content}/redaction/1/sound", headers={"range": "bytes=40000-40999"}
    )  # fmt: skip
    whole = officer.get(f"{content}/redaction/1/sound").content
    assert (ranged.status_code, ranged.content) == (206, whole[40000:41000])
    assert officer.get(f"{content}/redaction/2/sound").status_code == 404


def sound_of(person: Visitor, content: str, version: int) -> NDArray[np.int16]:
    answer = person.get(f"{content}/redaction/{version}/sound")
    samples, rate = soundfile.read(io.BytesIO(answer.content), dtype="int16")
    assert rate == 8000
    return np.asarray(samples)


def test_the_page_shows_words_to_who_works_and_black_as_it_will_be_released(
    office: Office, officer: Visitor
) -> None:
    content = belonging(office, officer)
    take(officer, content, "mask", **NAME)

    through = officer.get(f"{content}/redaction").text
    image = officer.get(f"{content}/redaction?view=image").text

    assert "鈴木さん" in through
    assert "鈴木さん" not in image
    assert "■■■" in image
    assert "鈴木様" in image, "the other side's words are another passage"


def test_two_people_hear_everything_before_a_release_and_nobody_faster_than_time(
    office: Office, officer: Visitor, visitor: Arrive, owner_database: Database
) -> None:
    content = belonging(office, officer)
    other = visitor(office.account("kaiji2", Role.RECORDS_OFFICER))
    accepted(other, content.rsplit("/", 1)[0], content.rsplit("/", 1)[1])  # type: ignore[arg-type]
    take(officer, content, "mask", **NAME)
    heard = {"version": "1", "start": "0", "end": "6000"}
    early = officer.post(f"{content}/redaction/heard", press=str(uuid4()), **{**heard, "end": "6000"})
    assert early.status_code in {200, 409}
    earlier(owner_database)

    for person in (officer, other):
        assert person.post(f"{content}/redaction/heard", press=str(uuid4()), **heard).status_code == 200
    told = state(officer, content)["hearing"]
    assert (told["maker"], told["second"], told["all_heard"]) == ([], [], True)
    take(officer, content, "unmask", passage=state(officer, content)["passages"][0]["id"])
    told = state(officer, content)["hearing"]
    assert not told["all_heard"]
    assert told["maker"][0]["start"] >= 2000, "what was covered then, nobody has heard"
    assert told["maker"][-1]["end"] <= 4000


def earlier(owner: Database) -> None:
    """Let everybody have opened their recordings a minute ago."""
    with owner.begin() as connection:
        connection.execute(text("UPDATE web_sessions SET created_at = created_at - interval '2 minutes'"))
        connection.execute(text("ALTER TABLE access_knocks DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE access_knocks SET at = at - :minute"), {"minute": timedelta(minutes=1)}
        )
        connection.execute(text("ALTER TABLE access_knocks ENABLE TRIGGER USER"))


def test_nobody_works_on_what_is_not_theirs_or_not_open(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    content = belonging(office, officer)
    stranger = visitor(office.account("hoka", Role.RECORDS_OFFICER, departments=(SHIMIN,)))
    unopened = visitor(office.account("kaiji2", Role.RECORDS_OFFICER))

    assert stranger.get(f"{content}/redaction").status_code == 404
    assert take(stranger, content, "mask", seen=0, **NAME)[0] in {403, 404}
    assert unopened.get(f"{content}/redaction").status_code == 303
    assert take(unopened, content, "mask", seen=0, **NAME)[0] == 403
    page, recording = content.rsplit("/", 1)
    officer.post(f"{page}/leave-out", recording=recording, press=str(uuid4()), reason="別の方")
    assert take(officer, content, "mask", seen=0, **NAME)[0] in {403, 404}


def test_an_event_is_changed_by_nobody_and_none_holds_a_word(
    office: Office, officer: Visitor, owner_database: Database
) -> None:
    content = belonging(office, officer)
    take(officer, content, "mask", **NAME)
    with owner_database.begin() as connection:
        kept = str(list(connection.execute(text("SELECT e::text FROM redaction_events e"))))
    assert "鈴木" not in kept
    with pytest.raises(DBAPIError, match="never changed"), owner_database.begin() as connection:
        connection.execute(text("UPDATE redaction_events SET kind = 'unmasked'"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 3000, "end": 3000}, {"start": 9000, "end": 9500}, {"track": "room"}, {"ground": "ho-78-99"},
        {"track": "x"}, {"start": -1}, {"end": "x"},
    ],
)  # fmt: skip
def test_what_is_no_passage_is_refused(office: Office, officer: Visitor, wrong: dict[str, object]) -> None:
    content = belonging(office, officer)

    assert take(officer, content, "mask", **{**NAME, **wrong})[0] in {400, 422}
    assert state(officer, content)["passages"] == []
