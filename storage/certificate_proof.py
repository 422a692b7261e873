"""Are the certificates of destruction as they were told away from this machine?

A certificate is a row that no right of ours changes. Who owns the tables can: to have somebody else answer
for a destruction, or to pass another recording off as the one that is gone. The lists that were sent away say
of each what it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text

from core.ids import RecordingId
from storage.database import Database
from storage.destruction_list import FINGERPRINT, Destroyed

# What the database of a restored backup never knew is no fault of it: only known recordings are asked about.
_CERTIFICATES = text(f"""
    SELECT r.id, d.at, d.rule, d.by, {FINGERPRINT} AS evidence
      FROM recordings r LEFT JOIN destructions d ON d.recording_id = r.id WHERE r.id = ANY(:recordings)
""")  # noqa: S608  a constant


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFault:
    """A certificate is not, or not any more, what was told of it."""

    code: Literal["certificate-altered", "certificate-missing"]
    recording: RecordingId


def compare_with_lists(
    database: Database, told: Iterable[Destroyed]
) -> tuple[int, tuple[CertificateFault, ...]]:
    """Compare certificates with every list that was kept; what was never told of is not judged.

    Returns:
        how many certificates agree, and what is wrong with the others

    Raises:
        DatabaseAway
    """
    lists = [one for one in told if one.evidence is not None]
    with database.begin() as connection:
        rows = connection.execute(_CERTIFICATES, {"recordings": list({one.recording for one in lists})})
        known = {RecordingId(row.id): row for row in rows}
    faults: dict[RecordingId, CertificateFault] = {}
    for one in lists:
        row = known.get(one.recording)
        if row is None:
            continue
        if row.at is None:
            faults[one.recording] = CertificateFault(code="certificate-missing", recording=one.recording)
        elif (row.at, row.rule, row.by, bytes(row.evidence)) != (one.at, one.rule, one.by, one.evidence):
            faults[one.recording] = CertificateFault(code="certificate-altered", recording=one.recording)
    return len(known) - len(faults), tuple(faults.values())
