"""災害時: one switch with reason and end, told to the dialplan; and what is left of lines never recorded."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from storage.database import Database
from storage.disaster_switch import (
    Announcements,
    DisasterAlreadyOn,
    DisasterSwitch,
    DisasterSwitchRefused,
    current_switch,
    list_switches,
    signals_are_off,
    switch_off,
    switch_on,
)
from telephony.asterisk.ami_client import AmiAway
from telephony.asterisk.disaster_push import DisasterPush
from telephony.asterisk.unrecorded_lines import UnrecordedLines
from tests.fakes.clock import FakeClock
from tests.fixtures_vault import actor

pytestmark = pytest.mark.real

CHIEF, OPERATOR = actor(Role.SUPERVISOR), actor(Role.OPERATOR)
CLOCK = FakeClock()
NOW = CLOCK.now()


class Entries:
    """Asterisk's own database, in memory."""

    def __init__(self, **families: dict[str, str]) -> None:
        self.families = families
        self.away = False

    def entries(self, family: str) -> dict[str, str]:
        if self.away:
            raise AmiAway
        return dict(self.families.get(family.replace("-", "_"), {}))

    def keep_entry(self, family: str, key: str, value: str) -> None:
        self.families.setdefault(family, {})[key] = value

    def forget_entry(self, family: str, key: str) -> None:
        self.families.get(family.replace("-", "_"), {}).pop(key, None)


@pytest.fixture
def hall(owner_database: Database, app_database: Database, worker_database: Database) -> Database:
    added = text("INSERT INTO accounts VALUES (:id, :login, 'x', 'x', :roles, '{zeimu}', NULL, now())")
    with owner_database.begin() as connection:
        for one in (CHIEF, OPERATOR):
            roles = [role.value for role in one.roles]
            connection.execute(added, {"id": one.account, "login": str(one.account), "roles": roles})
    del worker_database
    return app_database


def on(
    hall: Database, who: Actor = CHIEF, *, by: Actor = CHIEF, reason: str = "地震",
    until: datetime = NOW + timedelta(hours=6),
) -> DisasterSwitch:  # fmt: skip
    switch = DisasterSwitch(
        began_at=NOW, until=until, reason=reason, announcements=Announcements.SHORT, signals_off=True,
        by=by.account,
    )  # fmt: skip
    with hall.begin(who) as connection:
        switch_on(connection, switch)
    return switch


def test_it_is_on_for_everybody_until_its_end_and_says_who_and_why(hall: Database) -> None:
    on(hall)

    with hall.begin(OPERATOR) as connection:
        switch = current_switch(connection, NOW + timedelta(hours=5, minutes=59))
        over = current_switch(connection, NOW + timedelta(hours=6))
        off = signals_are_off(connection, NOW)
    assert switch is not None
    assert (switch.reason, switch.by, switch.announcements) == ("地震", CHIEF.account, Announcements.SHORT)
    assert (over, off) == (None, True)


@pytest.mark.parametrize(
    ("reason", "hours"), [(" ", 6), ("地\0震", 6), ("地" * 501, 6), ("地震", 0), ("地震", 15 * 24)],
    ids=["why", "letters", "long", "end", "late"],
)  # fmt: skip
def test_without_reason_or_end_it_does_not_go_on(hall: Database, reason: str, hours: int) -> None:
    with pytest.raises(DisasterSwitchRefused):
        on(hall, reason=reason, until=NOW + timedelta(hours=hours))


def test_a_second_one_does_not_lie_over_the_first_and_is_no_longer_in_the_way_when_that_is_over(
    hall: Database,
) -> None:
    first = on(hall)
    with pytest.raises(DisasterAlreadyOn):
        on(hall, reason="別の理由")

    with hall.begin(CHIEF) as connection:
        ended = [switch_off(connection, first.id, CHIEF, now=NOW) for _ in range(2)]
    second = on(hall, reason="別の理由")

    assert ended == [True, False]
    with hall.begin(OPERATOR) as connection:
        assert [one.id for one in list_switches(connection) if one.on(NOW)] == [second.id]


def test_an_operator_cannot_switch_and_nobody_in_anothers_name(hall: Database) -> None:
    with pytest.raises(DBAPIError):
        on(hall, OPERATOR, by=OPERATOR)
    with pytest.raises(DBAPIError):
        on(hall, OPERATOR)


def test_asterisk_learns_of_it_of_a_change_and_of_the_end(hall: Database, worker_database: Database) -> None:
    asterisk, clock = Entries(), FakeClock(NOW)
    push = DisasterPush(asterisk=asterisk, database=worker_database, clock=clock)
    assert push.run_once() is False

    switch = on(hall)
    assert push.run_once() is True
    told = dict(asterisk.families["tsuwaroku"])
    assert push.run_once() is False
    asterisk.families.clear()
    assert push.run_once() is True, "an Asterisk that forgot is told again"
    with hall.begin(CHIEF) as connection:
        assert switch_off(connection, switch.id, CHIEF, now=NOW)
    push.run_once()

    assert told == {"disaster": f"short-{int((NOW + timedelta(hours=6)).timestamp())}"}
    assert asterisk.families["tsuwaroku"] == {}


def test_a_switch_that_asterisk_cannot_be_told_of_raises_an_alarm(
    hall: Database, worker_database: Database
) -> None:
    asterisk = Entries()
    asterisk.away = True
    push = DisasterPush(asterisk=asterisk, database=worker_database, clock=CLOCK)
    push.run_once()
    on(hall)
    push.run_once()

    with worker_database.begin() as connection:
        assert list(connection.execute(text("SELECT code FROM alarms")).scalars()) == [
            "disaster-switch-not-told"
        ]


def test_a_day_of_a_line_never_recorded_is_counted_once_when_it_is_over(worker_database: Database) -> None:
    counts = {"sodan/20261119": "7", "sodan/20261120": "2", "other": "x"}
    asterisk = Entries(tsuwaroku_never=counts)
    lines = UnrecordedLines(asterisk=asterisk, database=worker_database, clock=FakeClock(NOW))

    assert lines.run_once() == 1
    assert lines.run_once() == 0

    with worker_database.begin() as connection:
        found = [tuple(one) for one in connection.execute(text("SELECT * FROM unrecorded_calls"))]
    assert found == [("sodan", date(2026, 11, 19), 7)]
    assert counts == {"sodan/20261120": "2", "other": "x"}
