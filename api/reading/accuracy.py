"""How exact the machine's words were in a city's own calls, for a supervisor: figures, and nobody's words.

Counting reads what people checked, under the rights of whoever asks, but no word of it leaves this file, and
no figure rests on one call (transcription/accuracy.py). A knock stands for content that a person gets, for a
purpose; nobody gets any here, so none is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.reading.transcripts import UNSURE_BELOW
from core.ids import DepartmentId
from transcription.accuracy import Accuracy, accuracy_of
from transcription.checked_words import checked_words

SHORTEST = timedelta(days=28)
"""Of a period: the calls of one day or week may be those of one person at the telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracySeen:
    """The figures, and whether older calls of the period were left out."""

    accuracy: Accuracy
    older_left_out: bool


def accuracy_seen(
    connection: Connection, departments: Iterable[DepartmentId], after: datetime, before: datetime
) -> AccuracySeen:
    """Measure the checked calls of departments that began in a period.

    Args:
        connection: a transaction under the rights of whoever reads
        departments: whose calls
        after: the first moment of the period
        before: the first moment after it; at least `SHORTEST` later
    """
    checked, older_left_out = checked_words(connection, departments, after, before)
    return AccuracySeen(accuracy=accuracy_of(checked, UNSURE_BELOW), older_left_out=older_left_out)
