"""What a number's calls come to, beside the call: told to whom, of which calls, never of a class."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from core.ids import AccountId, CallId
from storage.callers import is_shared_number
from telephony.capture.call_forgetting import ForgetCalls
from tests.fakes.clock import FakeClock
from tests.fixtures_at_the_phone import rings, rows
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

BY_HAND = """
    INSERT INTO shared_numbers (id, caller_hash, agency, department, call_id, reason, marked_at, marked_by)
    SELECT gen_random_uuid(), c.caller_hash, c.agency, c.department, c.id, 'x', now(), :by
      FROM calls c WHERE c.id = :call
"""

pytestmark = pytest.mark.real
Sit = Callable[[AccountId, str], Visitor]
NOW = datetime.now(UTC)


@pytest.fixture
def sato(office: Office) -> AccountId:
    return office.account("sato", Role.OPERATOR)


@pytest.fixture
def here(sit: Sit, sato: AccountId) -> Visitor:
    """An operator of 保険年金課 at hoken1."""
    return sit(sato, "hoken1")


def earlier(office: Office, name: str, days: float, outcome: str | None = "kaito", **facts: object) -> CallId:
    """Write a call of the same number, three minutes of talk, with how it came out."""
    arrived = NOW - timedelta(days=days)
    times = {"arrived_at": arrived, "connected_at": arrived, "ended_at": arrived + timedelta(minutes=3)}
    call = office.call(name, **(times | facts))
    if outcome:
        with_outcome(office, call, outcome)
    return call


def with_outcome(office: Office, call: CallId, outcome: str) -> None:
    office.write(
        "INSERT INTO call_wrap_ups (call_id, outcome, at, by)"
        " SELECT :call, :outcome, now(), (SELECT id FROM accounts LIMIT 1)",
        {"call": call, "outcome": outcome},
    )


def other_number(office: Office) -> dict[str, object]:
    sealed, caller = office.parts.numbers.seal("+81399999999")
    return {"caller_sealed": sealed, "caller_hash": caller}


def test_figures_are_of_the_number_in_its_agency_without_practice_ours_and_what_a_group_keeps(
    office: Office, here: Visitor, visitor: Arrive
) -> None:
    for name, days, facts in (
        ("a", 0.5, {}), ("b", 6, {"department": SHIMIN, "line": "shimin"}), ("c", 29, {}), ("d", 31, {}),
        ("p", 0.1, {"practice": True}), ("w", 0.1, {"caller_class": "withheld"}),
        ("out", 20, {"line": "out-hoken-nenkin"}), ("kyoiku", 0.1, {"agency": "kyoiku-iinkai"}),
        ("other", 0.1, other_number(office)),
    ):  # fmt: skip
        earlier(office, name, days, "kaito", **facts)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    keep_to_a_group(kanri, earlier(office, "kept", 0.2))
    call = rings(office)

    page, chief = here.get(f"/calls/{call}/caller").text, kanri.get(f"/calls/{call}/caller").text

    assert "24時間で 1回　7日で 2回　30日で 3回" in chief
    assert "9分" in chief
    assert "保険年金課、市民課" in chief
    assert "24時間で 1回　7日で 1回　30日で 2回" in page, "an operator is told of the own section"
    assert "（この課）" in page
    assert "市民課" not in page
    assert "こちらの都合" not in page
    assert "24時間で" not in here.get("/console/desk").text, "nobody waits for figures while it rings"


def test_what_we_brought_about_and_what_we_owe_is_told(
    office: Office, here: Visitor, sato: AccountId
) -> None:
    earlier(office, "first", 3.5)
    missed = earlier(office, "missed", 3, connected_at=None, outcome=None)
    earlier(office, "after", 2.9, outcome=None)
    earlier(office, "nobody-wrote", 2.8)
    owe(office, missed, sato, due_hours_ago=1)
    call = rings(office)

    page = here.get(f"/calls/{call}/caller").text

    assert "30日で 4回" in page
    assert "こちらの都合によるもの 1回" in page
    assert "事情が書かれていないもの 1回" in page
    assert "守れていない約束が 1件" in page


def test_nobody_is_told_without_the_number_at_the_desk_and_no_class_has_figures(
    office: Office, here: Visitor, sit: Sit, visitor: Arrive
) -> None:
    earlier(office, "before", 1)
    colleague = sit(office.account("ito", Role.OPERATOR), "hoken2")
    other = visitor(office.account("mori", Role.SUPERVISOR, departments=(SHIMIN,)))
    chief = visitor(office.account("kacho", Role.SUPERVISOR))
    call = rings(office)

    assert "30日で 1回" in here.get(f"/calls/{call}/caller").text
    assert "30日で 1回" in chief.get(f"/calls/{call}/caller").text
    assert colleague.get(f"/calls/{call}/caller").text.strip() == ""
    assert other.get(f"/calls/{call}/caller").status_code == 404
    for kind in ("withheld", "payphone", "unavailable", "unreadable"):
        earlier(office, f"before-{kind}", 1, caller_class=kind)
        nameless = rings(office, f"now-{kind}", caller_class=kind)
        assert chief.get(f"/calls/{nameless}/caller").text.strip() == ""
        assert (
            chief.post(f"/calls/{nameless}/shared", press=str(uuid4()), reason="公衆電話").status_code == 404
        )
        assert 'id="number"' not in chief.get(f"/calls/{nameless}").text
    assert chief.get(f"/calls/{rings(office, 'renshu', practice=True)}/caller").text.strip() == ""


def test_a_shared_number_is_nobodys_and_the_mark_can_be_taken_back(
    office: Office, here: Visitor, sato: AccountId, sit: Sit, visitor: Arrive
) -> None:
    before = earlier(office, "before", 1, operator_id=sato)
    press = str(uuid4())
    call = rings(office)
    caller = office.parts.numbers.hash("+81312345678")

    assert here.post(f"/calls/{before}/shared", press=press, reason="").status_code == 400
    for _ in range(2):
        assert (
            here.post(f"/calls/{before}/shared", press=press, reason="工場の事務所の電話").status_code == 303
        )
    shimin = sit(office.account("mori", Role.OPERATOR, departments=(SHIMIN,)), "shimin1")
    there = rings(office, "there", department=SHIMIN, line="shimin", ringing_phones=["shimin1"])

    assert rows(office, "SELECT count(*) FROM shared_numbers") == [(1,)]
    for person, ringing in ((here, call), (shimin, there)):
        assert "一人の方の回数ではありません" in person.get(f"/calls/{ringing}/caller").text
    assert "工場の事務所の電話" in here.get(f"/calls/{before}").text
    assert "工場の事務所の電話" not in shimin.get(f"/calls/{there}").text, "the reason is the section's own"
    with office.worker.begin() as connection:
        assert is_shared_number(connection, caller, "shicho")
        assert not is_shared_number(connection, caller, "kyoiku-iinkai")
    ito = office.account("ito", Role.OPERATOR)
    assert visitor(ito).post(f"/calls/{before}/shared/{press}/revoke", reason="違う").status_code == 404
    colleague = Actor(account=ito, roles=frozenset({Role.OPERATOR}), departments=frozenset({HOKEN}))
    with pytest.raises(DBAPIError), office.parts.database.begin(colleague) as connection:
        connection.execute(text(BY_HAND), {"call": before, "by": ito})
    stranger = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    assert stranger.post(f"/calls/{there}/shared/{press}/revoke", reason="違う").status_code == 404
    assert here.post(f"/calls/{before}/shared/{press}/revoke", reason="個人の番号でした").status_code == 303
    assert "共用の番号" not in here.get(f"/calls/{call}/caller").text
    assert "個人の番号でした" in here.get(f"/calls/{before}").text


def test_two_people_on_one_number_stay_two_and_their_names_lie_sealed(
    office: Office, visitor: Arrive
) -> None:
    chief = visitor(office.account("kacho", Role.SUPERVISOR))
    calls = [earlier(office, f"c{place}", 4 - place) for place in range(3)]
    hanako, taro = str(uuid4()), str(uuid4())
    for call, press, name in ((calls[0], hanako, "田中　花子"), (calls[1], taro, "田中 太郎")):
        assert chief.post(f"/calls/{call}/caller", press=press, name=name).status_code == 303
    last = {"press": str(uuid4()), "person": hanako, "back_call": "yes"}
    assert chief.post(f"/calls/{calls[2]}/caller", **last).status_code == 303
    assert chief.post(f"/calls/{calls[2]}/caller", press=str(uuid4()), person=str(uuid4())).status_code == 404

    page = chief.get(f"/calls/{earlier(office, 'now', 0.1)}").text

    assert '田中 花子<span class="quiet">：この前の30日で 2回' in page
    assert '田中 太郎<span class="quiet">：この前の30日で 1回' in page
    assert "こちらの都合によるもの 1回" in page, "what returns our call is not of their own accord"
    assert "この電話の名乗り：田中 花子" in chief.get(f"/calls/{calls[2]}").text
    sealed = rows(office, "SELECT name_sealed FROM claimed_names")
    assert all("田中".encode() not in bytes(one) for (one,) in sealed)
    keep_to_a_group(chief, calls[1])
    assert "田中 太郎" not in visitor(office.account("kanri", Role.SUPERVISOR)).get(f"/calls/{calls[2]}").text
    shimin = visitor(office.account("mori", Role.SUPERVISOR, departments=(SHIMIN,)))
    there = earlier(office, "there", 0.1, department=SHIMIN, line="shimin")
    assert "田中" not in shimin.get(f"/calls/{there}").text
    assert shimin.post(f"/calls/{there}/caller", press=str(uuid4()), person=hanako).status_code == 404
    # With the last call that it is said of a name goes, and the mark of a number with its last call.
    chief.post(f"/calls/{calls[0]}/shared", press=str(uuid4()), reason="家族で使う番号")
    forget = ForgetCalls(database=office.worker, keeping=office.parts.profile.keeping, clock=FakeClock(NOW))
    forget.run_once()
    assert rows(office, "SELECT count(*) FROM claimed_names") == [(2,)]
    chief.post(f"/calls/{calls[1]}/caller", press=str(uuid4()), person="")
    forget.run_once()
    assert rows(office, "SELECT id FROM claimed_names") == [(UUID(hanako),)]
    assert rows(office, "SELECT count(*) FROM shared_numbers") == [(1,)]
    office.write("UPDATE calls SET ended_at = '2020-01-01'", {})
    forget.run_once()
    assert rows(office, "SELECT count(*) FROM claimed_names") == [(0,)]
    assert rows(office, "SELECT count(*) FROM shared_numbers") == [(0,)]


def keep_to_a_group(supervisor: Visitor, call: CallId) -> None:
    """Let a group alone see a call (閲覧制限)."""
    group = str(uuid4())
    supervisor.post("/rights/groups", press=group, name="議員の件", department=HOKEN)
    restrict = {"press": str(uuid4()), "group": group, "reason": "議員に関する通話"}
    assert supervisor.post(f"/calls/{call}/restriction", **restrict).status_code == 303


def owe(office: Office, call: CallId, by: AccountId, *, due_hours_ago: float) -> None:
    """Promise the call's number something, and do not keep it."""
    office.write(
        "INSERT INTO promises (id, department, call_id, caller_hash, what, who, due_at, made_at, made_by)"
        " SELECT gen_random_uuid(), department, id, caller_hash, '折り返す', '係長', :due,"
        " CAST(:due AS timestamptz) - interval '1 hour', :by FROM calls WHERE id = :call",
        {"call": call, "by": by, "due": NOW - timedelta(hours=due_hours_ago)},
    )
