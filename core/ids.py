"""The names of things. Each kind of id is its own type, so that one cannot be passed for another."""

from __future__ import annotations

from typing import NewType
from uuid import UUID, uuid5

CallId = NewType("CallId", str)
"""Asterisk's UNIQUEID of the caller's channel (``city-1795290506.0``): unique across servers and restarts."""

LegId = NewType("LegId", str)
"""One party's side of a call; Asterisk says channel."""

LineId = NewType("LineId", str)
"""A line of the city profile (``kokuho``): lower-case letters, digits and hyphens."""

DepartmentId = NewType("DepartmentId", str)
PhoneId = NewType("PhoneId", str)
AccountId = NewType("AccountId", UUID)
RecordingId = NewType("RecordingId", UUID)
GrantId = NewType("GrantId", UUID)
RevisionId = NewType("RevisionId", UUID)
UtteranceId = NewType("UtteranceId", int)
ImportId = NewType("ImportId", UUID)
"""A recorder's file on its way into the vault (録音機のファイル)."""
IncidentId = NewType("IncidentId", UUID)
"""A case (事案)."""
RequestId = NewType("RequestId", UUID)
BundleId = NewType("BundleId", UUID)
"""A request of somebody from outside (開示請求など) under which a records officer looks."""

_RECORDINGS = UUID("6f9a3c1e-1d7b-5b06-9d0a-6d1f5f0a7c11")


def recording_id_of(call: CallId) -> RecordingId:
    """Name the recording of a call. The same call always gives the same name, so capture may run twice."""
    return RecordingId(uuid5(_RECORDINGS, call))


_IMPORTED = "import-"


def subject_of_import(wanted: ImportId) -> CallId:
    """Name what the recording of a recorder's file is of, where that of a call bears the call's id.

    No call of ours bears such an id: Asterisk's end in digits, a point and digits.
    """
    return CallId(f"{_IMPORTED}{wanted}")


def import_of_subject(subject: str) -> ImportId | None:
    """Return whose file a recording is of; None where it is of a call."""
    try:
        return ImportId(UUID(subject.removeprefix(_IMPORTED))) if subject.startswith(_IMPORTED) else None
    except ValueError:
        return None
