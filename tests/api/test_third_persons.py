"""Third persons (第86条): written down, their passages marked, asked once; their names lie sealed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from core.actors import Role
from storage.database import Database
from tests.api.test_bundles import TODAY, led
from tests.api.test_disclosures import rows, step
from tests.api.test_redactions import take
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real

PASSAGE = {"track": "caller", "start": 2600, "end": 3100}


@pytest.fixture
def officer(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kaiji", Role.RECORDS_OFFICER))


def written(officer: Visitor, case: str, name: str = "鈴木 次郎") -> str:
    """Write a third person down; returns the id."""
    press = str(uuid4())
    for _ in range(2):  # sent twice, it is one
        answer = officer.post(f"{case}/people", press=press, name=name, address="東町2")
        assert answer.status_code == 303, answer.text
    return press


def content_of(case: str, recording: UUID) -> str:
    return f"{case.replace('disclosures', 'records')}/{recording}"


def test_a_passage_is_marked_as_somebodys_and_stands_on_the_page_of_the_request(
    office: Office, officer: Visitor, owner_database: Database
) -> None:
    case, recording = led(office, officer)
    person, content = written(officer, case), content_of(case, recording)
    assert "印を付けた部分はありません" in officer.get(case).text

    status, told = take(officer, content, "about", **PASSAGE, person=person)

    assert status == 200
    assert [(one["person"], one["start"]) for one in told["others"]] == [(person, 2600)]
    assert (told["passages"], told["silent"]["caller"]) == ([], [])
    page = officer.get(case).text
    assert "鈴木 次郎" in page
    assert "意見を聞いていません" in page
    assert "開示される部分です" in page
    assert take(officer, content, "mask", **PASSAGE)[0] == 200
    assert "開示される部分です" not in officer.get(case).text
    kept = " ".join(str(row) for row in rows(owner_database, "SELECT e::text FROM redaction_events e"))
    kept += " ".join(str(row) for row in rows(owner_database, "SELECT p::text FROM disclosure_people p"))
    assert not any(word in kept for word in ("鈴木", "東町"))


def test_a_mark_is_taken_off_and_back(office: Office, officer: Visitor) -> None:
    case, recording = led(office, officer)
    person, content = written(officer, case), content_of(case, recording)
    mark = take(officer, content, "about", **PASSAGE, person=person)[1]["others"][0]["id"]

    assert take(officer, content, "not-about", passage=mark)[1]["others"] == []
    assert take(officer, content, "undo")[1]["others"][0]["id"] == mark
    assert take(officer, content, "undo")[1]["others"] == []
    assert take(officer, content, "not-about", passage=mark)[0] == 409


@pytest.mark.parametrize(
    "wrong",
    [{"person": str(uuid4())}, {"start": 3100, "end": 2600}, {"end": 99_000}, {"track": "room"}],
    ids=["nobody", "backwards", "outside", "side"],
)
def test_what_is_no_passage_or_nobody_of_the_request_is_refused(
    office: Office, officer: Visitor, wrong: dict[str, object]
) -> None:
    case, recording = led(office, officer)
    person, content = written(officer, case), content_of(case, recording)

    assert take(officer, content, "about", **{**PASSAGE, "person": person, **wrong})[0] in {400, 422}


def test_somebody_of_another_request_is_nobody_of_this_one(office: Office, officer: Visitor) -> None:
    case, recording = led(office, officer)
    other = str(
        officer.post(
            "/disclosures", press=str(uuid4()), kind="personal", agency="shicho", number="R8-13",
            on_day=TODAY, name="川口",
        ).headers["location"]
    )  # fmt: skip
    person = written(officer, other)

    assert take(officer, content_of(case, recording), "about", **PASSAGE, person=person)[0] == 400
    asked = {"thing": person, "until": TODAY, "yes": "no", "on_day": TODAY}
    assert step(officer, case, "third-person-asked", **asked) == 400


def test_who_was_written_down_is_asked_once_and_their_answer_stays(office: Office, officer: Visitor) -> None:
    case, _ = led(office, officer)
    person = written(officer, case)
    asked = {"thing": person, "until": TODAY, "yes": "no", "on_day": TODAY}

    assert step(officer, case, "third-person-asked", **asked) == 303
    assert step(officer, case, "third-person-answered", thing=person, yes="yes", on_day=TODAY) == 303
    assert step(officer, case, "third-person-asked", **asked) == 409

    page = officer.get(case).text
    assert "開示に反対しています" in page
    assert page.count("<strong>鈴木 次郎</strong>") == 1


def test_the_letter_begins_with_the_places_that_are_marked(office: Office, officer: Visitor) -> None:
    case, recording = led(office, officer)
    person, content = written(officer, case), content_of(case, recording)
    take(officer, content, "about", **PASSAGE, person=person)
    asked = {"thing": person, "until": TODAY, "yes": "no", "on_day": TODAY}
    assert step(officer, case, "third-person-asked", **asked) == 303

    assert "の電話の録音の00:02から00:04まで" in officer.get(case).text


def test_nobody_is_asked_or_written_down_without_a_name(office: Office, officer: Visitor) -> None:
    case, _ = led(office, officer)

    assert officer.post(f"{case}/people", press=str(uuid4()), name=" ").status_code == 400
    assert step(officer, case, "third-person-asked", until=TODAY, yes="no", on_day=TODAY) == 400


def test_another_section_marks_nothing_and_writes_nobody_down(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    case, recording = led(office, officer)
    person, content = written(officer, case), content_of(case, recording)
    stranger = visitor(office.account("hoka", Role.RECORDS_OFFICER, departments=(SHIMIN,)))
    head = visitor(office.account("kacho", Role.SUPERVISOR, departments=(HOKEN,)))
    sent = {"press": str(uuid4()), "seen": "0", "person": person, "track": "caller", "start": "1", "end": "9"}

    for who in (stranger, head):
        assert who.post(f"{content}/redaction/about", **sent).status_code in {403, 404}
        assert who.post(f"{case}/people", press=str(uuid4()), name="x").status_code in {403, 404}


def test_a_closed_request_takes_nobody_in(office: Office, officer: Visitor) -> None:
    case, _ = led(office, officer)
    assert step(officer, case, "taken-back", on_day=TODAY) == 303
    assert step(officer, case, "closed", on_day=TODAY) == 303

    assert officer.post(f"{case}/people", press=str(uuid4()), name="鈴木").status_code == 409
