"""What a desk shows to whom, and what can be done beside a call: rights, classes of callers, clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import AccountId, PhoneId
from core.profile.desk import Clocks
from storage.call_clocks import ClockKind, times_of
from tests.fixtures_at_the_phone import rings, rows, talks
from tests.fixtures_console import Visitor
from tests.office import HOKEN, SHIMIN, Office

SignIn = Callable[[AccountId], Visitor]
Sit = Callable[[AccountId, str], Visitor]
NUMBER = "03-1234-5678"
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.mark.real
def test_the_number_is_shown_where_it_rings_and_to_nobody_else(office: Office, sit: Sit) -> None:
    here = sit(office.account("sato", Role.OPERATOR), "hoken1")
    colleague = sit(office.account("ito", Role.OPERATOR), "hoken2")
    kanri = sit(office.account("kanri", Role.SUPERVISOR), "hoken3")
    other = sit(office.account("mori", Role.OPERATOR, departments=(SHIMIN,)), "shimin1")
    call = rings(office)

    assert NUMBER in here.get("/console/desk").text
    for person in (colleague, kanri, other):
        assert "電話が鳴っています" not in person.get("/console/desk").text
    for page in (f"/console/calls/{call}", f"/console/calls/{call}/desk", f"/calls/{call}", "/console/desk"):
        assert NUMBER not in colleague.get(page).text
    assert other.get(f"/console/calls/{call}").status_code == 404


@pytest.mark.real
def test_the_number_is_gone_from_the_desk_when_a_colleague_took_the_call(office: Office, sit: Sit) -> None:
    ito = office.account("ito", Role.OPERATOR)
    here, taker = sit(office.account("sato", Role.OPERATOR), "hoken1"), sit(ito, "hoken2")
    call = rings(office, ringing_phones=["hoken1", "hoken2"])
    assert NUMBER in here.get("/console/desk").text
    office.write(
        "UPDATE calls SET phase = 'talking', connected_at = now(), operator_phone = 'hoken2',"
        " operator_id = :a, ringing_phones = '{}' WHERE id = :c",
        {"a": ito, "c": call},
    )

    assert NUMBER not in here.get("/console/desk").text
    assert NUMBER not in here.get(f"/console/calls/{call}").text
    assert NUMBER in taker.get("/console/desk").text


@pytest.mark.real
def test_the_database_itself_keeps_the_number_from_who_does_not_sit_there(office: Office, sit: Sit) -> None:
    sato, ito = office.account("sato", Role.OPERATOR), office.account("ito", Role.OPERATOR)
    sit(sato, "hoken1")
    call = rings(office)

    def told(account: AccountId, *roles: Role) -> int:
        actor = Actor(
            account=account, roles=frozenset(roles), departments=frozenset({HOKEN}), phone=PhoneId("hoken1")
        )
        with office.parts.database.begin(actor) as connection:
            found = connection.execute(text("SELECT * FROM rights.caller_at_desk(:call)"), {"call": call})
            return len(found.all())

    assert told(sato, Role.OPERATOR) == 1
    assert told(ito, Role.OPERATOR) == 0  # whatever a page says of where somebody sits
    assert told(sato, Role.ADMINISTRATOR) == 0


@pytest.mark.real
@pytest.mark.parametrize(
    ("kind", "words"), [("withheld", "非通知"), ("payphone", "公衆電話"), ("unavailable", "表示圏外")]
)
def test_a_caller_without_a_number_is_a_class_and_never_one_caller(
    office: Office, sit: Sit, kind: str, words: str
) -> None:
    here = sit(office.account("sato", Role.OPERATOR), "hoken1")
    for number in range(3):
        office.call(f"before{number}", caller_class=kind)
    rings(office, caller_class=kind)

    page = here.get("/console/desk").text

    assert words in page
    assert "番号が分からないため" in page
    assert "data-caller-of" not in page


@pytest.mark.real
def test_practice_shows_no_counts_and_an_outgoing_departments_promise_stays_in_its_department(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    mori = office.account("mori", Role.OPERATOR, departments=(SHIMIN,))
    elsewhere = office.call("elsewhere", department=SHIMIN, line="shimin", operator_id=mori)
    there = sit(mori, "shimin1")
    there.post(f"/calls/{elsewhere}/promises", what="戸籍の件", who="市民課", due="2026-12-01T10:00")
    rings(office, practice=True)

    page = here.get("/console/desk").text

    assert "data-caller-of" not in page
    assert "戸籍の件" not in page
    assert "戸籍の件" not in here.get("/promises").text
    assert "戸籍の件" in there.get("/promises").text


@pytest.mark.real
def test_a_note_is_one_row_however_often_it_is_saved_and_nobody_else_writes_in_it(
    office: Office, sit: Sit
) -> None:
    sato, ito = office.account("sato", Role.OPERATOR), office.account("ito", Role.OPERATOR)
    here, helper = sit(sato, "hoken1"), sit(ito, "hoken2")
    call = talks(office, sato)
    note = str(uuid4())

    here.post(f"/calls/{call}/notes", note=note, text="通知書")
    here.post(f"/calls/{call}/notes", note=note, text="通知書の番号を聞いた")
    refused = helper.post(f"/calls/{call}/notes", note=note, text="書き換え")
    helper.post(f"/calls/{call}/notes", note=str(uuid4()), text="代わりに書く")

    assert refused.status_code == 403
    assert rows(office, "SELECT text, by FROM call_notes ORDER BY at") == [
        ("通知書の番号を聞いた", sato),
        ("代わりに書く", ito),
    ]
    assert "代わりに書く" in here.get("/console/desk").text


@pytest.mark.real
def test_a_clock_runs_once_calls_people_and_is_stopped_by_anybody_at_the_call(
    office: Office, sit: Sit
) -> None:
    sato, ito = office.account("sato", Role.OPERATOR), office.account("ito", Role.OPERATOR)
    here, helper = sit(sato, "hoken1"), sit(ito, "hoken2")
    call = talks(office, sato)
    for _ in range(2):
        here.post(f"/calls/{call}/clocks", kind="deadlock")
    helper.post(f"/calls/{call}/clocks", kind="agreed", minutes="30")
    unknown = here.post(f"/calls/{call}/clocks", kind="agreed", minutes="45")

    minutes = rows(
        office,
        "SELECT kind, minutes, extract(epoch FROM ask_at - started_at)::int / 60,"
        " extract(epoch FROM due_at - started_at)::int / 60 FROM call_clocks ORDER BY kind",
    )
    assert unknown.status_code == 400
    assert minutes == [("agreed", 30, 30, 45), ("deadlock", 15, 7, 15)]
    clock = rows(office, "SELECT id FROM call_clocks WHERE kind = 'deadlock'")[0][0]
    helper.post(f"/calls/{call}/clocks/{clock}/stop")
    assert rows(office, "SELECT stopped_by FROM call_clocks WHERE kind = 'deadlock'") == [(ito,)]
    office.write(
        "UPDATE call_clocks SET ask_at = started_at, due_at = started_at,"
        " stopped_at = NULL, stopped_by = NULL",
        {},
    )
    for page in ("/console/desk", f"/calls/{call}"):
        assert here.get(page).status_code == 200
    # Long past its time, with people looking on, a clock ends nothing and orders nothing.
    assert rows(office, "SELECT ended_at FROM calls") == [(None,)]
    assert rows(office, "SELECT count(*) FROM call_orders") == [(0,)]


@pytest.mark.real
def test_a_clock_that_is_pressed_twice_says_since_when_it_runs_and_not_that_anything_is_wrong(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)
    here.client.headers["accept"] = "application/json"

    def pressed(**fields: str) -> str:
        answer = here.post(f"/calls/{call}/clocks", **fields)
        assert answer.status_code == 200
        return str(answer.json()["said"])

    assert pressed(kind="deadlock") == pressed(kind="agreed", minutes="30") == "時計を始めました。"
    office.write("UPDATE call_clocks SET started_at = '2026-11-20T01:05:00Z'", {})

    assert pressed(kind="deadlock") == "膠着の時計は、10:05から動いています。"
    assert pressed(kind="agreed", minutes="30") == "伝えた時間（30分）の時計は、10:05から動いています。"
    assert pressed(kind="agreed", minutes="60").endswith("60分にするときは、先に止めてください。")


def test_each_clock_is_read_from_the_profile() -> None:
    own = Clocks(deadlock_minutes=20, deadlock_ask_minutes=5, special_minutes=10, agreed_minutes=(45,))

    deadlock = times_of(ClockKind.DEADLOCK, 0, NOON, own)
    special = times_of(ClockKind.SPECIAL, 0, NOON, own)
    agreed = times_of(ClockKind.AGREED, 45, NOON, own)

    assert (deadlock.ask_at - NOON, deadlock.due_at - NOON) == (timedelta(minutes=5), timedelta(minutes=20))
    assert special.due_at - NOON == timedelta(minutes=10)
    assert (agreed.ask_at - NOON, agreed.due_at - NOON) == (timedelta(minutes=45), timedelta(minutes=60))
    with pytest.raises(ValueError, match="slot"):
        times_of(ClockKind.AGREED, 30, NOON, own)


@pytest.mark.real
def test_measures_are_the_citys_own_and_hold_no_words_about_anyone(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)

    here.post(f"/calls/{call}/measures", measure="yukkuri")
    refused = here.post(f"/calls/{call}/measures", measure="耳が遠い")
    here.post(f"/calls/{call}/measures")

    assert refused.status_code == 400
    assert rows(office, "SELECT measures, until IS NOT NULL FROM call_measures") == [(["yukkuri"], True)]


@pytest.mark.real
def test_the_operator_reads_a_supervisors_line_and_sees_who_listens(office: Office, sit: Sit) -> None:
    sato, kanri = office.account("sato", Role.OPERATOR), office.account("kanri", Role.SUPERVISOR)
    here = sit(sato, "hoken1")
    call = talks(office, sato)
    card = uuid4()
    office.write(
        "INSERT INTO text_cards VALUES (:i, :c, '落ち着いて', now(), :k)", {"i": card, "c": call, "k": kanri}
    )
    guest = "INSERT INTO call_guests VALUES (:c, :l, 'listen', now(), NULL, :p, :k, :s)"
    office.write(guest, {"c": call, "l": "sv-1", "p": "hoken3", "k": kanri, "s": True})
    office.write(guest, {"c": call, "l": "sv-2", "p": "hoken2", "k": None, "s": False})

    page = here.get("/console/desk").text
    here.post(f"/calls/{call}/cards/{card}/seen")

    assert "落ち着いて" in page
    assert page.count("この通話を聴いています") == 1
    assert "さくら 市子（kanri）さんが、この通話を聴いています" in page
    assert "落ち着いて" not in here.get("/console/desk").text
    assert rows(office, "SELECT seen_at IS NOT NULL FROM text_cards") == [(True,)]
