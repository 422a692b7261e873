"""What comes twice under one id is one; under the id of something else nothing is done, and that is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import AccountId, CallId
from tests.fixtures_at_the_phone import rows, talks
from tests.fixtures_console import Visitor
from tests.office import Office

pytestmark = pytest.mark.real

Sit = Callable[[AccountId, str], Visitor]
DUE = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M}"

Press = tuple[str, dict[str, str], dict[str, str], str]
"""What is pressed, its fields, some of them otherwise, the table it lands in."""

PRESSES: list[Press] = [
    ("orders", {"kind": "hold"}, {"kind": "resume"}, "call_orders"),
    ("orders", {"kind": "quieter", "step": "1"}, {"step": "2"}, "call_orders"),
    ("cards", {"words": "落ち着いて"}, {"words": "代わります"}, "text_cards"),
    ("ending", {"step": "asked"}, {"step": "warned"}, "call_endings"),
    ("clocks", {"kind": "deadlock"}, {"kind": "special"}, "call_clocks"),
    ("promises", {"what": "折り返す", "who": "係長", "due": DUE}, {"who": "課長"}, "promises"),
]


@pytest.fixture
def sato(office: Office) -> AccountId:
    return office.account("sato", Role.OPERATOR, Role.SUPERVISOR)


@pytest.fixture
def call(office: Office, sato: AccountId) -> CallId:
    return talks(office, sato)


@pytest.fixture
def here(sit: Sit, sato: AccountId) -> Visitor:
    return sit(sato, "hoken1")


@pytest.mark.parametrize("pressed", PRESSES)
def test_an_id_that_stands_for_something_else_is_refused_and_the_same_again_is_one(
    office: Office, here: Visitor, call: CallId, pressed: Press
) -> None:
    act, fields, otherwise, table = pressed
    other, press = talks(office, None, name="other"), {"press": str(uuid4())}
    where = f"/calls/{call}/{act}"

    first = here.post(where, **fields, **press).status_code
    again = here.post(where, **fields, **press).status_code
    else_ = here.post(where, **(fields | otherwise), **press)
    elsewhere = here.post(f"/calls/{other}/{act}", **fields, **press)

    assert (first, again, else_.status_code, elsewhere.status_code) == (303, 303, 409, 409)
    assert "今回の分は何も行っていません" in else_.text
    assert rows(office, f"SELECT call_id FROM {table}") == [(call,)]  # noqa: S608  ours


def test_measures_that_ended_do_not_come_back_by_their_id_and_those_of_now_stay(
    office: Office, here: Visitor, call: CallId
) -> None:
    first, second = (one.id for one in office.parts.profile.measures[:2])
    where, press = f"/calls/{call}/measures", str(uuid4())
    here.post(where, measure=first, press=press)
    here.post(where, measure=second, press=str(uuid4()))

    replayed = here.post(where, measure=first, press=press)

    assert replayed.status_code == 409
    assert rows(office, "SELECT measures FROM call_measures WHERE until IS NULL") == [([second],)]


def test_a_call_for_help_under_the_id_of_one_that_is_over_is_not_answered_as_made(
    office: Office, here: Visitor, call: CallId
) -> None:
    press = str(uuid4())
    here.post(f"/calls/{call}/help", press=press)
    office.write("UPDATE help_requests SET closed_at = now()", {})

    again = here.post(f"/calls/{call}/help", press=press)

    assert again.status_code == 409
    assert "何も行っていません" in again.text
    assert here.post(f"/calls/{call}/help", press=str(uuid4())).status_code == 303


def test_no_mark_stands_before_its_call_came_in(office: Office, here: Visitor, call: CallId) -> None:
    for ago in ("600000", "99999999999"):
        here.post(f"/calls/{call}/flag", press=str(uuid4()), ago=ago)

    assert rows(
        office,
        "SELECT count(*), bool_and(m.at = c.arrived_at), bool_and(c.flagged_at = c.arrived_at)"
        " FROM call_marks m JOIN calls c ON c.id = m.call_id",
    ) == [(2, True, True)]
