"""Who may read along while a call goes on, what is on record of it, and that the words go with the call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from api.reading.live_text import Watcher, may_take_notes, may_watch
from api.routes import live_text
from core.actors import Actor, Role
from core.ids import AccountId, CallId
from core.profile.live_text import LiveText
from core.profile.model import CityProfile
from storage.live_text import Following, LiveLine, LiveLines
from tests.api.test_console_live import listening
from tests.fixtures_at_the_phone import rows, talks
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real
WORDS = "番号なんかどうでもいいだろう"


def says(office: Office, call: CallId, *, settled: bool = False, line: UUID | None = None) -> UUID:
    """Let the recogniser write a line."""
    written = LiveLine(
        id=line or uuid4(), track="caller", at=datetime.now(UTC), text=WORDS, settled=settled,
        change=int(datetime.now(UTC).timestamp() * 1_000_000),
    )  # fmt: skip
    lines = LiveLines(office.worker)
    lines.write(call, written)
    lines.tell({call: Following.ON}, [])
    return written.id


def note_of(office: Office, call: CallId, by: AccountId) -> None:
    office.write(
        "INSERT INTO call_notes VALUES (gen_random_uuid(), :call, '控え', now(), :by)",
        {"call": call, "by": by},
    )


def look(person: Visitor, call: CallId, after: int = 0) -> dict[str, Any]:
    answer = person.get(f"/calls/{call}/live-text?after={after}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def knocked(office: Office) -> list[tuple[str, str, bool]]:
    return [(one.act, one.purpose, one.granted) for one in office.knocks()]


def test_a_supervisor_reads_along_from_the_knock_on_and_sees_a_guess_settle(
    office: Office, visitor: Arrive
) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    line = says(office, call)

    assert kanri.get(f"/calls/{call}/live-text").status_code == 403
    assert kanri.post(f"/calls/{call}/live-text/watch").json()["watching"] is True
    first = look(kanri, call)
    says(office, call, settled=True, line=line)
    second = look(kanri, call, first["change"])

    assert (first["state"], first["said"]) == ("on", "")
    assert [(one["id"], one["text"], one["settled"]) for one in first["lines"]] == [(str(line), WORDS, False)]
    assert [(one["id"], one["settled"]) for one in second["lines"]] == [(str(line), True)]
    assert look(kanri, call, second["change"])["lines"] == []
    assert knocked(office) == [("live-text", "supervision", True)]


def test_who_watches_is_woken_without_a_word_and_nobody_else_is(office: Office, visitor: Arrive) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    beside = visitor(office.account("kanri2", Role.SUPERVISOR))
    kanri.post(f"/calls/{call}/live-text/watch")
    with listening(kanri) as socket, listening(beside) as other:
        says(office, call)
        told = socket.receive_json()
        office.notify(call)

        assert told == {"topic": "words", "id": str(call)}
        assert other.receive_json() == {"topic": "call", "id": str(call)}


@pytest.mark.parametrize(
    ("role", "department", "note"),
    [
        (Role.SUPERVISOR, SHIMIN, False),
        (Role.OPERATOR, SHIMIN, True),
        (Role.OPERATOR, HOKEN, False),
    ],
    ids=["a supervisor elsewhere", "an operator elsewhere", "a colleague who takes no notes"],
)
def test_nobody_else_reads_along_and_the_attempt_is_on_record(
    office: Office, visitor: Arrive, role: Role, department: str, note: bool
) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    account = office.account("other", role, departments=(department,))  # type: ignore[arg-type]
    if note:
        note_of(office, call, account)
    person = visitor(account)
    says(office, call)

    refused = person.post(f"/calls/{call}/live-text/watch").status_code

    assert refused in {403, 404}
    assert person.get(f"/calls/{call}/live-text").status_code == refused
    assert all(not granted for _, _, granted in knocked(office))
    assert (refused == 403) == bool(knocked(office))


def test_whoever_takes_the_notes_reads_along_from_the_first_note_on(office: Office, visitor: Arrive) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    account = office.account("suzuki", Role.OPERATOR)
    suzuki = visitor(account)
    says(office, call)
    before = suzuki.post(f"/calls/{call}/live-text/watch").status_code

    note_of(office, call, account)
    suzuki.post(f"/calls/{call}/live-text/watch")

    assert before == 403
    assert len(look(suzuki, call)["lines"]) == 1
    assert knocked(office) == [("live-text", "live-text", False), ("live-text", "notes", True)]


def test_the_operator_reads_along_only_where_the_city_wants_it_also_as_a_supervisor(office: Office) -> None:
    roles = frozenset({Role.OPERATOR, Role.SUPERVISOR})
    account = office.account("sato", *roles)
    colleague = office.account("suzuki", Role.OPERATOR)
    call = talks(office, account)
    sato = Actor(account=account, roles=roles, departments=frozenset({HOKEN}))
    suzuki = Actor(account=colleague, roles=frozenset({Role.OPERATOR}), departments=frozenset({HOKEN}))
    wanted = office.parts.profile.model_copy(update={"live_text": LiveText(operator=True)})
    nobody = office.parts.profile.model_copy(update={"live_text": LiveText(note_takers=False)})
    with office.parts.database.begin(sato) as connection:
        assert may_watch(connection, sato, call, office.parts.profile) is None
        assert may_watch(connection, sato, call, wanted) is Watcher.OPERATOR
        assert not may_take_notes(connection, sato, call, office.parts.profile)
    with office.parts.database.begin(suzuki) as connection:
        assert may_take_notes(connection, suzuki, call, office.parts.profile)
        assert not may_take_notes(connection, suzuki, call, nobody)


def test_a_page_that_looks_by_itself_does_not_keep_an_unattended_session_alive(
    office: Office, visitor: Arrive
) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    kanri.post(f"/calls/{call}/live-text/watch")

    def seen() -> list[datetime]:
        with office.parts.database.begin() as connection:
            return list(connection.exec_driver_sql("SELECT seen_at FROM web_sessions").scalars())

    with office.parts.database.begin() as connection:
        connection.exec_driver_sql("UPDATE web_sessions SET seen_at = seen_at - interval '10 minutes'")
    before = seen()
    look(kanri, call)

    assert seen() == before


def test_a_grant_is_worth_nothing_in_another_session(office: Office, visitor: Arrive) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    account = office.account("kanri", Role.SUPERVISOR)
    visitor(account).post(f"/calls/{call}/live-text/watch")

    assert visitor(account).get(f"/calls/{call}/live-text").status_code == 403


def test_who_left_or_looked_away_is_shown_nothing_by_the_database_itself(
    office: Office, visitor: Arrive
) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    account = office.account("kanri", Role.SUPERVISOR)
    kanri = visitor(account)
    actor = Actor(account=account, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    says(office, call)

    def shown() -> int:
        with office.parts.database.begin(actor) as connection:
            return len(list(connection.exec_driver_sql("SELECT 1 FROM live_lines")))

    assert shown() == 0
    kanri.post(f"/calls/{call}/live-text/watch")
    assert shown() == 1
    office.write("UPDATE live_watches SET seen_at = now() - interval '1 minute'", {})
    assert shown() == 0
    look(kanri, call)
    assert shown() == 1
    kanri.post(f"/calls/{call}/live-text/leave")
    assert (shown(), rows(office, "SELECT 1 FROM live_watches")) == (0, [])


def test_the_words_go_with_the_call(office: Office, visitor: Arrive) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    says(office, call)
    kanri.post(f"/calls/{call}/live-text/watch")

    office.write("UPDATE calls SET phase = 'ended', ended_at = now() WHERE id = :c", {"c": call})
    over = look(kanri, call)
    says(office, call)  # what was heard last comes late
    LiveLines(office.worker).sweep()

    assert (over["state"], over["lines"]) == ("over", [])
    assert rows(office, "SELECT 1 FROM live_lines") == []
    assert rows(office, "SELECT 1 FROM live_watches") == []
    assert rows(office, "SELECT 1 FROM live_states") == []


def test_a_call_that_ends_while_somebody_looks_is_over_and_no_fault(
    office: Office, visitor: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    kanri.post(f"/calls/{call}/live-text/watch")

    def then_it_ends(
        connection: Connection, actor: Actor, call: CallId, profile: CityProfile
    ) -> Watcher | None:
        may = may_watch(connection, actor, call, profile)
        office.write("UPDATE calls SET phase = 'ended', ended_at = now() WHERE id = :c", {"c": call})
        return may

    monkeypatch.setattr(live_text, "may_watch", then_it_ends)

    assert look(kanri, call)["state"] == "over"
    assert kanri.post(f"/calls/{call}/live-text/watch").status_code == 403


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "away"),
        ({"sound_now": "stopped"}, "off"),
        ({"sound_now": "not-asked"}, "not-yet"),
        ({"aside": "held"}, "paused"),
        ({"phase": "connecting"}, "not-yet"),
        ({"line": "unknown"}, "off"),
    ],
    ids=str,
)
def test_a_page_without_words_is_told_why(
    office: Office, visitor: Arrive, facts: dict[str, Any], state: str
) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR), **facts)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    kanri.post(f"/calls/{call}/live-text/watch")
    office.write("UPDATE live_watches SET since = now() - interval '1 minute'", {})

    told = look(kanri, call)

    assert told["state"] == state
    assert told["said"].endswith("。")


def test_a_call_that_must_wait_for_others_is_told_so(office: Office, visitor: Arrive) -> None:
    call = talks(office, office.account("sato", Role.OPERATOR))
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    kanri.post(f"/calls/{call}/live-text/watch")
    said = []
    for following in (Following.SLOW, Following.WAITING):
        LiveLines(office.worker).tell({call: following}, [])
        told = look(kanri, call)
        said.append((told["state"], "先にしています" in told["said"]))

    assert said == [("behind", False), ("behind", True)]
