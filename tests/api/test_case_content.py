"""What people bring into a case: heard words alone, a statement of two writers, measures, one paper."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from core.ids import AccountId
from core.profile.casework import Casework
from storage.database import Database, DatabaseAway
from tests.api.test_incidents import VIEW
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import HOKEN

pytestmark = pytest.mark.real


@pytest.fixture
def kacho(archived: Archived, listener: Arrive) -> Listener:
    """The head of the department, who has not heard anything yet."""
    office = archived.office
    casework = Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",))
    profile = office.parts.profile.model_copy(update={"casework": casework})
    object.__setattr__(office.parts, "profile", profile)
    return listener(office.account("kacho", Role.SUPERVISOR))


@pytest.fixture
def shomu(archived: Archived, kacho: Listener, listener: Arrive) -> Listener:
    """Who judges beside the head."""
    return listener(archived.office.account("shomu", Role.SUPERVISOR))


@pytest.fixture
def case(archived: Archived, kacho: Listener, listener: Arrive) -> str:
    """The address of a case of the call."""
    person = listener(archived.operator)
    answer = person.post(f"/calls/{archived.call}/incident", press=str(uuid4()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.fixture
def writer(case: str, archived: Archived, listener: Arrive) -> Listener:
    """Whoever took the call, with the call open."""
    person = listener(archived.operator)
    assert person.open().status_code == 303
    return person


def say(person: Listener, case: str, what: str, **fields: object) -> Response:
    page = person.client.get(case).text
    number = re.search(r'name="number" value="(\d+)"', page)
    assert number is not None, page[:400]
    return person.post(f"{case}/{what}", **({"number": number[1], "press": uuid4()} | fields))


def quoted(person: Listener, place: int = 5, *, confirm: bool = True) -> str:
    """Quote three letters of what somebody said, hear them, and stand for them."""
    said, name = person.at.utterances()[place], uuid4()
    made = person.post(
        f"/calls/{person.at.call}/quotes", quote=name, utterance=said.id, start=7, end=10
    ).json()
    if confirm:
        person.listen(made)
        assert person.post(f"/quotes/{name}/confirm", clip=made["clip"]).status_code == 200
    return str(name)


def decided(sato: Listener, kacho: Listener, shomu: Listener, case: str) -> None:
    """Lead a case to its decision."""
    for answer in (
        say(sato, case, "judges"),
        say(kacho, case, "view", **VIEW),
        say(shomu, case, "view", **VIEW),
        say(sato, case, "step", step="submit"),
        say(kacho, case, "step", step="check"),
        say(shomu, case, "step", step="agree"),
        say(kacho, case, "step", step="decide", ending="harassment", reason="2人の判断のとおり"),
    ):
        assert answer.status_code == 303, answer.text


def of(person: AccountId) -> Actor:
    return Actor(account=person, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))


def test_words_enter_a_case_through_somebody_who_heard_them_and_through_nobody_else(
    writer: Listener, kacho: Listener, case: str, app_database: Database
) -> None:
    unheard = quoted(writer, 3, confirm=False)
    heard = quoted(writer)

    refused = [say(writer, case, "quotes", quote=unheard), say(kacho, case, "quotes", quote=heard)]
    stranger = say(writer, case, "quotes", quote=uuid4())
    offered = writer.client.get(case).text
    added = say(writer, case, "quotes", quote=heard)

    # The head has not even the call open; whoever made the other has not listened to its end.
    assert [one.status_code for one in refused] == [409, 409], [one.text for one in refused]
    assert "終わりまで聞いてから" in refused[0].text
    assert stranger.status_code == 404
    assert offered.count("この引用を加える") == offered.count("終わりまで聞いてから加えられます") == 1
    assert added.status_code == 303, added.text
    shown = kacho.client.get(case).text
    for part in ("「責任者」", "話した人 相手", "さくら 市子（sato）が", "SHA-256"):
        assert part in shown, part
    with (
        pytest.raises((DBAPIError, DatabaseAway)),
        app_database.begin(of(writer.at.operator)) as connection,
    ):
        connection.execute(
            text(
                "INSERT INTO incident_quotes (incident_id, quote_id, added_by, added_at)"
                " VALUES (:case, :quote, :by, now())"
            ),
            {"case": case.rpartition("/")[2], "quote": unheard, "by": writer.at.operator},
        )


def test_the_statement_begins_with_what_the_call_knows_and_estimates_say_so(
    writer: Listener, case: str, archived: Archived
) -> None:
    begun = writer.client.get(f"{case}/statement").text
    fields = dict(re.findall(r'name="((?:when|where|to-whom)-1)"[^>]*>\n([^<]*)</textarea>', begun))

    assert "分" in fields["when-1"] or "時" in fields["when-1"]
    assert "保険年金課" in fields["where-1"]
    assert "さくら 市子" in fields["to-whom-1"]
    own = {
        **fields, "when-1-origin": "record", "what-1": "明細を出すよう求めた", "what-2": "たぶん酔っていた",
        "what-2-origin": "estimate", "where-1-origin": "record", "how-1": "激しく怒られた",
        # Nobody's page can make a record of what a person wrote.
        "how-1-origin": "record",
    }  # fmt: skip
    checked = say(writer, case, "statement", version=0, act="check", **own)
    saved = say(writer, case, "statement", version=0, **own)

    assert checked.status_code == 200
    assert "激しく" in checked.text
    assert "候補" in checked.text
    assert saved.status_code == 303, saved.text
    kept = archived.rows("SELECT body FROM incident_events WHERE kind = 'statement'")[0].body["fields"]
    assert kept["when-1-origin"] == "record"
    assert kept["what-2-origin"] == "estimate"
    assert kept.get("how-1-origin", "written") == "written"
    assert "推定" in writer.client.get(case).text


def test_of_two_who_write_the_second_reads_the_first_and_loses_no_word(
    writer: Listener, kacho: Listener, case: str
) -> None:
    assert say(writer, case, "statement", version=0, **{"what-1": "先に書いた文"}).status_code == 303

    late = say(kacho, case, "statement", version=0, **{"what-1": "あとから書いた文"})
    again = re.search(r'name="version" value="(\d+)"', late.text)

    assert late.status_code == 409
    for part in ("さくら 市子（sato）さんが", "先に書いた文", "あとから書いた文", "まだ保存していません"):
        assert part in late.text, part
    assert again is not None
    answer = say(kacho, case, "statement", version=again[1], **{"what-1": "あとから書いた文"})
    assert answer.status_code == 303
    page = kacho.client.get(case).text
    assert "第2版" in page
    assert "第1版" in page
    assert "先に書いた文" in kacho.client.get(f"{case}/statement?version=1").text


def test_what_warns_waits_for_nobody_and_what_lasts_waits_for_a_finding(
    writer: Listener, kacho: Listener, shomu: Listener, case: str
) -> None:
    facts = {"on": "2026-11-20", "reference": "保年第12号", "note": "電話で伝えた"}
    free = say(writer, case, "measures", kind="police-advice", **facts)
    lasting = say(writer, case, "measures", kind="one-window", **facts)
    tomorrow = say(writer, case, "measures", kind="warning", on="2099-01-01")

    assert free.status_code == 303, free.text
    assert (lasting.status_code, tomorrow.status_code) == (409, 422)
    assert "複数の職員による判断" in lasting.text
    say(writer, case, "judges")
    for judge in (kacho, shomu):
        assert say(judge, case, "view", **VIEW).status_code == 303
    assert say(kacho, case, "measures", kind="one-window", **facts).status_code == 303
    page = kacho.client.get(case).text
    for part in ("警察相談（#9110・所轄）", "連絡窓口の一本化", "保年第12号", "2026年11月20日"):
        assert part in page, part
    assert say(kacho, case, "finding/withdraw", reason="説明に誤りがあった").status_code == 303
    assert "根拠がなくなりました" in kacho.client.get(case).text


def test_a_decision_is_printed_once_and_nobody_prints_over_it(
    writer: Listener, kacho: Listener, shomu: Listener, case: str, owner_database: Database
) -> None:
    archived = writer.at
    heard = quoted(writer)
    assert say(writer, case, "quotes", quote=heard).status_code == 303
    draft = writer.client.get(f"{case}/paper")
    assert draft.content.startswith(b"%PDF")
    decided(writer, kacho, shomu, case)

    row: Any = archived.rows("SELECT number, pdf, encode(sha256, 'hex') AS sha FROM incident_papers")[0]
    given = writer.client.get(f"{case}/papers/{row.number}")

    assert given.content == bytes(row.pdf)
    assert hashlib.sha256(given.content).hexdigest() == row.sha
    assert row.sha in writer.client.get(case).text
    for statement in (
        "UPDATE incident_papers SET pdf = 'x', sha256 = sha256('x')",
        "UPDATE incident_papers SET number = number + 1",
    ):
        with pytest.raises((DBAPIError, DatabaseAway)), owner_database.begin() as connection:
            connection.execute(text(statement))
    for statement in ("DELETE FROM incident_papers", "UPDATE incident_papers SET made_at = now()"):
        with (
            pytest.raises((DBAPIError, DatabaseAway)),
            archived.office.parts.database.begin(of(archived.operator)) as connection,
        ):
            connection.execute(text(statement))
    # Withdrawn, it stays as it was, and says so; what is decided anew is a paper of its own.
    assert say(kacho, case, "finding/withdraw", reason="説明に誤りがあった").status_code == 303
    page = writer.client.get(case).text
    assert "この文書の決定は、あとで取り消されました" in page
    assert writer.client.get(f"{case}/papers/{row.number}").content == given.content


def test_a_case_stands_where_its_events_have_led_it_whoever_writes(
    writer: Listener, kacho: Listener, case: str, archived: Archived
) -> None:
    for change in ("stage = 'decided'", "found = true, found_at = now()", "ending = 'harassment'",
                   "closed_at = now()"):  # fmt: skip
        with (
            pytest.raises((DBAPIError, DatabaseAway)),
            archived.office.parts.database.begin(of(archived.operator)) as connection,
        ):
            connection.execute(
                text(f"UPDATE incidents SET {change} WHERE id = :case"),  # noqa: S608  written above
                {"case": case.rpartition("/")[2]},
            )
    assert archived.rows("SELECT stage, found FROM incidents") == [("draft", False)]


def test_what_is_handed_over_is_written_on_only_after_it_came_back(
    writer: Listener, kacho: Listener, case: str
) -> None:
    assert say(writer, case, "statement", version=0, **{"what-1": "求めた"}).status_code == 303
    assert say(writer, case, "step", step="submit").status_code == 303

    late = say(writer, case, "statement", version=1, **{"what-1": "書き足した文"})

    assert late.status_code == 409
    assert "書き足した文" in late.text
    assert say(kacho, case, "step", step="return", reason="時刻を書く").status_code == 303
    assert say(writer, case, "statement", version=1, **{"what-1": "書き足した文"}).status_code == 303
