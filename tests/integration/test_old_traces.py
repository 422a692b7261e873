"""What no rule looks at any more goes by itself, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.actors import Purpose, Role
from core.clock import SystemClock
from runtime.old_traces import OldTraces
from storage.database import Database
from tests.office import Office

pytestmark = pytest.mark.real


def test_tries_go_when_no_wait_counts_them_any_more(office: Office) -> None:
    now = datetime.now(UTC)
    kept = [(timedelta(minutes=20), False), (timedelta(minutes=20), True), (timedelta(days=29), True)]
    gone = [(timedelta(minutes=40), False), (timedelta(days=31), True)]
    with office.parts.database.begin() as connection:
        for age, succeeded in (*kept, *gone):
            connection.execute(
                text("INSERT INTO sign_in_attempts (login_key, at, succeeded) VALUES ('x', :at, :succeeded)"),
                {"at": now - age, "succeeded": succeeded},
            )

    assert OldTraces(office.worker, SystemClock()).run_once() == len(gone)

    with office.parts.database.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM sign_in_attempts")).scalar_one() == len(kept)


def test_words_that_were_looked_for_yesterday_go_though_nobody_searches_again(office: Office) -> None:
    account = office.account("sato", Role.SUPERVISOR)
    for age in (timedelta(hours=23), timedelta(hours=25)):
        _save(office.parts.database, str(account), datetime.now(UTC) - age)

    assert OldTraces(office.worker, SystemClock()).run_once() == 1


def _save(database: Database, account: str, at: datetime) -> None:
    with database.begin() as connection:
        connection.execute(
            text("SELECT set_config('tsuwaroku.account', :account, true)"), {"account": account}
        )
        connection.execute(
            text(
                "INSERT INTO saved_queries (id, account_id, query, created_at)"
                " VALUES (gen_random_uuid(), :account, CAST(:query AS jsonb), :at)"
            ),
            {"account": account, "at": at, "query": f'{{"purpose": "{Purpose.FACT_CHECK.id}"}}'},
        )
