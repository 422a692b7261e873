"""閲覧制限: what is kept to a group is seen by nobody else, in no way; kept by PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.ids import CallId
from storage.restrictions import (
    NewRestriction,
    NotToRestrict,
    UnsuitableMember,
    add_member,
    groups_of,
    lift_restriction,
    make_group,
    restrict,
    restrictions_of,
    take_out,
)
from tests.fixtures_vault import TAX, WELFARE
from tests.hall_of_rights import TABLES, Hall, urgently, wanted

pytestmark = pytest.mark.real


def group_of(hall: Hall, chief: Actor, *logins: str) -> UUID:
    group = uuid4()
    with hall.app.begin(chief) as connection:
        make_group(connection, group, "議員の件", TAX, chief.account, datetime.now(UTC))
        for login in logins:
            add_member(connection, group, login, chief.account, datetime.now(UTC))
    return group


def keep(hall: Hall, chief: Actor, call: CallId, group: UUID) -> None:
    new = NewRestriction(
        id=uuid4(), call=call, group=group, reason="議員に関する通話", by=chief.account, at=datetime.now(UTC)
    )
    with hall.app.begin(chief) as connection:
        restrict(connection, new)


def test_a_restricted_call_is_seen_by_the_group_alone_also_in_search(hall: Hall) -> None:
    chief, other = hall.person("kacho", Role.SUPERVISOR), hall.person("kakari", Role.SUPERVISOR)
    sato, tanaka = hall.person("sato", Role.OPERATOR), hall.person("tanaka", Role.SUPERVISOR)
    call = hall.call("a", TAX, sato)
    hall.call("b", TAX)

    keep(hall, chief, call, group_of(hall, chief, "tanaka"))

    everything = dict.fromkeys((*TABLES, "search"), 2)
    assert hall.rows(chief) == hall.rows(tanaka) == everything
    assert hall.rows(other) == dict.fromkeys((*TABLES, "search"), 1)
    # Its own operator still writes how it came out, and hears and reads nothing of it.
    assert hall.rows(sato) == {"calls": 2} | dict.fromkeys((*TABLES[1:], "search"), 0)
    with hall.app.begin(sato) as connection:
        connection.execute(
            text("INSERT INTO call_wrap_ups VALUES ('a', 'done', '', '', now(), :me)"), {"me": sato.account}
        )
    assert hall.calls(sato) == ["b"]


def test_who_opens_it_up_again_is_noted(hall: Hall) -> None:
    chief, other = hall.person("kacho", Role.SUPERVISOR), hall.person("kakari", Role.SUPERVISOR)
    call = hall.call("a", TAX)
    group = group_of(hall, chief)
    keep(hall, chief, call, group)
    with hall.app.begin(other) as connection:
        assert (groups_of(connection), restrictions_of(connection, call)) == ([], [])

    with hall.app.begin(chief) as connection:
        lift_restriction(connection, call, "調査が終わったため", chief.account, datetime.now(UTC))
        [noted] = restrictions_of(connection, call)

    assert (noted.lifted_by, noted.lifted_reason) == ("kacho", "調査が終わったため")
    assert hall.calls(other) == ["a"]


def test_help_comes_to_a_restricted_call_while_it_goes_on_and_its_words_do_not(hall: Hall) -> None:
    chief, other = hall.person("kacho", Role.SUPERVISOR), hall.person("kakari", Role.SUPERVISOR)
    sato = hall.person("sato", Role.OPERATOR)
    call = hall.call("a", TAX, sato, over=False)
    may_watch = text("SELECT rights.may_watch_words('a')")

    keep(hall, chief, call, group_of(hall, chief))

    with hall.app.begin(sato) as connection:
        connection.execute(
            text(
                "INSERT INTO help_requests (id, call_id, source, asked_at, asked_by)"
                " VALUES (gen_random_uuid(), 'a', 'console', now(), :me)"
            ),
            {"me": sato.account},
        )
    with hall.app.begin(other) as connection:
        accept = text("UPDATE help_requests SET accepted_at = now(), accepted_by = :me")
        assert connection.execute(accept, {"me": other.account}).rowcount == 1
        assert connection.execute(may_watch).scalar_one() is False
    for who in (chief, sato):
        with hall.app.begin(who) as connection:
            assert connection.execute(may_watch).scalar_one() is True


def test_an_urgent_opening_does_not_reach_what_is_kept_to_a_group(hall: Hall) -> None:
    chief = hall.person("kacho", Role.SUPERVISOR)
    fukushi = hall.person("fukushi", Role.SUPERVISOR, departments=(WELFARE,))
    call = hall.call("a", TAX)
    hall.call("b", TAX)
    urgently(hall).open(fukushi, wanted())
    both = hall.calls(fukushi)

    keep(hall, chief, call, group_of(hall, chief))

    assert (both, hall.calls(fukushi)) == (["a", "b"], ["b"])
    with hall.app.begin(fukushi) as connection:
        connection.execute(text("UPDATE urgent_openings SET ended_at = now()"))
    urgently(hall).open(fukushi, wanted())
    assert hall.calls(fukushi) == ["b"]


def test_a_group_keeps_a_supervisor_and_nobody_outside_it_touches_it(hall: Hall) -> None:
    chief, other = hall.person("kacho", Role.SUPERVISOR), hall.person("kakari", Role.SUPERVISOR)
    hall.person("sato", Role.OPERATOR)
    call = hall.call("a", TAX)
    group = group_of(hall, chief, "sato")

    with pytest.raises(UnsuitableMember), hall.app.begin(chief) as connection:
        take_out(connection, group, chief.account, chief.account, datetime.now(UTC))
    with pytest.raises(UnsuitableMember), hall.app.begin(other) as connection:
        add_member(connection, group, "kakari", other.account, datetime.now(UTC))
    with pytest.raises(NotToRestrict):
        keep(hall, other, call, group)
    keep(hall, chief, call, group)
    with pytest.raises(NotToRestrict):
        keep(hall, chief, call, group)
