"""録音機のファイル for programs: what was told of each, and where it stands. docs/http-api.md.

A file is handed over by people on the page: whoever brings it says who had it in hand.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import Parts
from api.keyed import Held
from core.ids import ImportId
from storage.imports import Import, Notice, State, import_of, imports_seen

router = APIRouter(prefix="/api/v1", tags=["imports"])


class RecorderFile(BaseModel):
    """A recorder's file. ``file_sha256`` is of the file as it came, empty until it has."""

    id: UUID
    subject: str
    department: str
    incident: UUID | None
    recorded_at: datetime
    estimated: bool
    place: str
    recorded_by: str
    held_by: str
    notice: Notice
    closed_for_use: bool
    state: State
    reason: str
    arrived_at: datetime | None
    arrived_by: str
    file_sha256: str
    file_bytes: int


class RecorderFiles(BaseModel):
    """Those that were asked for last first, 200 at most."""

    imports: list[RecorderFile]


@router.get("/imports")
def imports(held: Held, parts: Parts) -> RecorderFiles:
    """List the files that the person may see."""
    with parts.database.begin(held.actor) as connection:
        found = imports_seen(connection)
    return RecorderFiles(imports=[_read(one) for one in found])


@router.get("/imports/{wanted}")
def one(wanted: UUID, held: Held, parts: Parts) -> RecorderFile:
    """Read one."""
    with parts.database.begin(held.actor) as connection:
        return _read(import_of(connection, ImportId(wanted)))


def _read(one: Import) -> RecorderFile:
    return RecorderFile(
        id=one.id, subject=one.subject, department=one.department, incident=one.incident,
        recorded_at=one.recorded_at, estimated=one.estimated, place=one.place, recorded_by=one.recorded_by,
        held_by=one.held_by, notice=one.notice, closed_for_use=one.closed_for_use, state=one.state,
        reason=one.reason, arrived_at=one.arrived_at, arrived_by=one.arrived_by, file_sha256=one.file_sha256,
        file_bytes=one.file_bytes,
    )  # fmt: skip
