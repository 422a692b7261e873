"""An operator at a desk in a real browser, and the hands that let the telephone ring there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId, CallId

if TYPE_CHECKING:  # pytest loads the rooms' fixtures itself, and wants to be the first to
    from tests.fixtures_browser import Desk
    from tests.office import Office

PHONE = "保険年金課 1番"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDesk:
    """Somebody who sits at hoken1 with the operator's page open."""

    desk: Desk
    office: Office
    account: AccountId

    def ring(self, name: str = "ring", **facts: object) -> CallId:
        """Let the telephone ring at hoken1 and hoken2."""
        row: dict[str, object] = {
            "ended_at": None, "outcome": None, "phase": "connecting", "notice": "pending",
            "arrived_at": datetime.now(UTC), "connected_at": None, "operator_phone": None,
            "ringing_phones": ["hoken1", "hoken2"],
        }  # fmt: skip
        call = self.office.call(name, **(row | facts))
        self.office.notify(call)
        return call

    def answer(self, call: CallId, *, phone: str = "hoken1", account: AccountId | None = None) -> CallId:
        """Answer it, by default at this desk."""
        self.office.write(
            "UPDATE calls SET phase = 'talking', connected_at = now(), operator_phone = :phone,"
            " operator_id = :account, ringing_phones = '{}' WHERE id = :call",
            {"call": call, "phone": phone, "account": account or self.account},
        )
        self.office.notify(call)
        return call

    def hang_up(self, call: CallId) -> None:
        """End the call."""
        self.office.write(
            "UPDATE calls SET phase = 'ended', ended_at = now(), outcome = 'talked' WHERE id = :call",
            {"call": call},
        )
        self.office.notify(call)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with self.office.worker.begin() as connection:
            return [tuple(one) for one in connection.execute(text(statement))]


@pytest.fixture
def operator_desk(desk: Desk) -> OperatorDesk:
    """An operator who sits at hoken1."""
    account = desk.console.office.account("sato", Role.OPERATOR)
    desk.sign_in("sato", phone=PHONE)
    return OperatorDesk(desk=desk, office=desk.console.office, account=account)
