"""Help, alarms and endings: each step is taken by whose it is, in their own name, once."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.row_steps import (
    BOTH,
    CHIEF,
    DEPUTY,
    ELSEWHERE,
    EVERYBODY,
    MACHINE,
    PROGRAM,
    SATO,
    SUZUKI,
    Do,
    who_can,
    write,
)

pytestmark = pytest.mark.real
WRAP_UP = (
    "INSERT INTO call_wrap_ups (call_id, outcome, at, by) VALUES ('city-1.0', 'done', now(), :me)"
    " ON CONFLICT (call_id) DO UPDATE SET outcome = excluded.outcome, at = excluded.at, by = excluded.by"
)


def test_how_a_call_came_out_is_written_by_whose_it_was_and_by_supervisors(act: Do) -> None:
    assert [act(who, WRAP_UP) for who in (SUZUKI, PROGRAM, ELSEWHERE, MACHINE)] == [0, 0, 0, 0]
    assert [act(who, WRAP_UP) for who in (SATO, CHIEF)] == [1, 1]
    assert act(SUZUKI, WRAP_UP) == 0
    assert act(SATO, "UPDATE call_wrap_ups SET call_id = 'city-2.0', by = :me") == 0


HELP = (
    "INSERT INTO help_requests (id, call_id, source, asked_at, asked_by)"
    " VALUES (:id, 'city-1.0', 'console', now(), :by)"
)
ACCEPT = "UPDATE help_requests SET accepted_at = now(), accepted_by = :me WHERE id = :id"
CANCEL = "UPDATE help_requests SET cancelled_at = now(), closed_at = now() WHERE id = :id"
THERE = "UPDATE help_requests SET closed_at = now() WHERE id = :id"


def test_help_is_accepted_by_supervisors_of_the_department_and_the_first_one_comes(
    act: Do, worker_database: Database
) -> None:
    row = write(worker_database, HELP, by=SATO.account)

    for wrong in (SATO, SUZUKI, ELSEWHERE, MACHINE, PROGRAM):
        assert act(wrong, ACCEPT, id=row) == 0
    assert act(CHIEF, ACCEPT.replace(":me", ":other"), id=row, other=DEPUTY.account) == 0
    assert act(CHIEF, ACCEPT, id=row) == 1
    assert act(DEPUTY, ACCEPT, id=row) == 0
    assert (
        act(CHIEF, "UPDATE help_requests SET accepted_at = NULL, accepted_by = NULL WHERE id = :id", id=row)
        == 0
    )


def test_help_is_taken_back_by_who_asked_and_only_at_once(act: Do, worker_database: Database) -> None:
    row, old = (write(worker_database, HELP, by=SATO.account) for _ in range(2))
    write(
        worker_database,
        "UPDATE help_requests SET asked_at = now() - interval '1 hour' WHERE id = :old AND :id IS NOT NULL",
        old=old,
    )

    assert who_can(act, CANCEL, row) == {"sato"}
    assert act(SATO, CANCEL, id=old) == 0
    assert (
        act(SATO, "UPDATE help_requests SET cancelled_at = NULL, closed_at = NULL WHERE id = :id", id=row)
        == 0
    )


def test_help_is_over_only_when_somebody_came(act: Do, worker_database: Database) -> None:
    row = write(worker_database, HELP, by=SATO.account)
    assert who_can(act, THERE, row) == set()
    assert act(CHIEF, ACCEPT, id=row) == 1

    assert act(PROGRAM, THERE, id=row) == act(ELSEWHERE, THERE, id=row) == 0
    assert act(SATO, THERE, id=row) == 1


def test_an_alarm_is_noticed_once_in_ones_own_name(act: Do, worker_database: Database) -> None:
    write(
        worker_database,
        "INSERT INTO alarms (at, code) SELECT now(), 'x' WHERE CAST(:id AS uuid) IS NOT NULL",
    )
    notice = "UPDATE alarms SET acknowledged_at = now(), acknowledged_by = :me"

    assert act(CHIEF, notice.replace(":me", ":other"), other=DEPUTY.account) == 0
    assert act(SATO, notice) == act(PROGRAM, notice) == 0
    assert act(CHIEF, notice) == 1
    assert act(CHIEF, "UPDATE alarms SET acknowledged_at = NULL, acknowledged_by = NULL") == 0


def test_a_token_is_revoked_by_administrators_and_for_good(act: Do) -> None:
    revoke, use = (f"UPDATE api_tokens SET {name} = now()" for name in ("revoked_at", "last_used_at"))  # noqa: S608

    assert [act(who, revoke) for who in (SATO, CHIEF, PROGRAM, None)] == [0, 0, 0, 0]
    assert act(None, use) == 1
    assert act(MACHINE, revoke) == 1
    for who in (*EVERYBODY.values(), None):
        assert act(who, "UPDATE api_tokens SET revoked_at = NULL") == 0


ORDER = (
    "INSERT INTO call_orders (id, call_id, kind, body, at, by)"
    " VALUES (gen_random_uuid(), 'city-1.0', :kind, jsonb_build_object('phone', CAST(:phone AS text)), now(),"
    " :me)"
)


@pytest.mark.parametrize("kind", ["transfer", "consult"])
def test_nobody_has_a_colleagues_call_come_to_where_they_sit_in_any_session(act: Do, kind: str) -> None:
    assert act(SUZUKI, ORDER, kind=kind, phone="zeimu2") == 0
    assert act(SUZUKI, ORDER, kind=kind, phone="zeimu3") == 1
    assert act(SATO, ORDER, kind=kind, phone="zeimu2") == 1


STEP = (
    "INSERT INTO call_endings (id, call_id, step, words, at, by)"
    " VALUES (gen_random_uuid(), :call, :step, 'x', now(), :me)"
)


def test_whoever_talks_in_a_call_does_not_judge_its_ending(act: Do) -> None:
    assert act(BOTH, STEP, call="city-2.0", step="confirmed") == 0
    assert act(BOTH, STEP, call="city-2.0", step="asked") == 1
    assert act(BOTH, STEP, call="city-1.0", step="confirmed") == 1
    assert act(CHIEF, STEP, call="city-2.0", step="confirmed") == 1
