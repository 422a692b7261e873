"""A call of ten minutes that an operator took and marked once, with words near the mark and far from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId, CallId, RecordingId
from storage.database import Database

if TYPE_CHECKING:  # pytest loads the rooms' fixtures itself, and wants to be the first to
    from tests.office import Office

EARLY, NEAR, OVER_THE_EDGE, LATE = (
    "通知書は先月届いた",
    "責任者をすぐ出せ",
    "明細がほしいだけ",
    "また電話をする",
)
SAID = (
    ("caller", 10.0, 14.0, EARLY),
    ("caller", 290.0, 296.0, NEAR),
    ("hall", 415.0, 425.0, OVER_THE_EDGE),
    ("caller", 500.0, 505.0, LATE),
)
MARK = 300.0
"""Seconds into the recording: open are 180 to 420."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCall:
    """A call of ten minutes that sato took, marked once in its middle."""

    office: Office
    owner: Database
    operator: AccountId
    call: CallId
    recording: RecordingId

    def mark(self, second: float) -> None:
        """Mark it at a second of its recording, from its operator's telephone."""
        with self.office.worker.begin() as connection:
            began: datetime = connection.execute(text("SELECT started_at FROM recordings")).scalar_one()
        self.office.mark(self.call, began + timedelta(seconds=second))

    def owned(self, statement: str, **values: object) -> None:
        """Change a row as the database's owner: what people and machines leave beside a call."""
        with self.owner.begin() as connection:
            connection.execute(text(statement), values)

    def utterance(self, words: str) -> int:
        """Return the id of what was said."""
        with self.office.worker.begin() as connection:
            return connection.execute(
                text("SELECT id FROM utterances WHERE text = :words"), {"words": words}
            ).scalar_one()


@pytest.fixture
def own(office: Office, owner_database: Database) -> OwnCall:
    """The call, written down by the machine."""
    operator = office.account("sato", Role.OPERATOR)
    call = office.call("own", operator_id=operator)
    recording = office.record(call, operator=operator)
    # Ten minutes as far as anybody can tell by its row; its sound is not what is asked for here.
    office.write("UPDATE recordings SET samples = 600 * sample_rate WHERE id = :id", {"id": recording})
    office.transcribe(recording, SAID)
    its = OwnCall(office=office, owner=owner_database, operator=operator, call=call, recording=recording)
    its.mark(MARK)
    return its
