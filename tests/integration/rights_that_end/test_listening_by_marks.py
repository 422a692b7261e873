"""印の前後: who hears the moments around an operator's own marks, until when; kept by PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from storage.mark_listening import (
    UnsuitableListener,
    ask_by_marks,
    may_hear_around_marks,
    name_listener,
    who_may_listen,
)
from tests.fixtures_vault import TAX, WELFARE
from tests.hall_of_rights import TABLES, Hall

pytestmark = pytest.mark.real


def rows_by_marks(hall: Hall, who: Actor) -> int:
    with hall.app.begin(who) as connection:
        ask_by_marks(connection)
        return connection.execute(text("SELECT count(*) FROM recording_keys")).scalar_one()


def test_a_colleague_hears_in_the_operators_place_once_a_supervisor_named_them(hall: Hall) -> None:
    chief = hall.person("kacho", Role.SUPERVISOR)
    sato, suzuki = hall.person("sato", Role.OPERATOR), hall.person("suzuki", Role.OPERATOR)
    call = hall.call("a", TAX, sato, marked=True)
    before = rows_by_marks(hall, suzuki)
    with hall.app.begin(chief) as connection:
        offered = [one.name for one in who_may_listen(connection, call)]

    with hall.app.begin(chief) as connection:
        name_listener(connection, call, suzuki.account, chief.account, datetime.now(UTC))

    assert before == 0
    assert offered == ["suzuki"]
    assert rows_by_marks(hall, suzuki) == 1
    # Only who asks by marks sees it; the recording is not theirs otherwise.
    assert hall.rows(suzuki) == {"calls": 1} | dict.fromkeys(TABLES[1:], 0) | {"search": 0}


def test_nobody_hears_by_marks_once_the_record_is_filed_nor_where_there_is_no_mark(hall: Hall) -> None:
    sato = hall.person("sato", Role.OPERATOR)
    marked, plain = hall.call("a", TAX, sato, marked=True), hall.call("b", TAX, sato)
    elsewhere = hall.call("c", WELFARE, sato, marked=True)

    def heard() -> list[bool]:
        with hall.app.begin(sato) as connection:
            return [may_hear_around_marks(connection, one) for one in (marked, plain, elsewhere)]

    before = heard()
    with hall.app.begin(sato) as connection:
        connection.execute(
            text("INSERT INTO call_wrap_ups VALUES ('a', 'done', '', '', now(), :me)"), {"me": sato.account}
        )

    assert before == [True, False, False]
    assert heard() == [False, False, False]


def test_only_a_supervisor_names_who_listens_and_only_an_operator_of_the_department(hall: Hall) -> None:
    chief = hall.person("kacho", Role.SUPERVISOR)
    sato, suzuki = hall.person("sato", Role.OPERATOR), hall.person("suzuki", Role.OPERATOR)
    stranger = hall.person("fukushi", Role.OPERATOR, departments=(WELFARE,))
    call = hall.call("a", TAX, sato, marked=True)

    for by, whom in ((sato, suzuki), (suzuki, suzuki), (chief, stranger), (chief, sato)):
        with pytest.raises(UnsuitableListener), hall.app.begin(by) as connection:
            name_listener(connection, call, whom.account, by.account, datetime.now(UTC))
