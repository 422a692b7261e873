"""Recorders' files on their way in, as a supervisor hands them over and the worker takes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from httpx2 import Response
from sqlalchemy import Row, text

from core.ids import ImportId
from incidents.imports.import_recording import ImportRecording
from tests.fixtures_console import Visitor
from tests.office import HOKEN, Office
from tests.recorder_files import recorded

FILE = recorded("mp3", "libmp3lame", seconds=3.0, title="窓口 11/20")


def worker_of(office: Office) -> ImportRecording:
    """The handler that takes what waits."""
    return ImportRecording(
        database=office.worker, announcer=office.facts, vault=office.worker_vault,
        intake=office.parts.intake, profile=office.parts.profile, clock=office.parts.clock,
    )  # fmt: skip


def told(visit: Visitor, **changes: str) -> ImportId:
    wanted = str(uuid4())
    fields = {
        "press": wanted, "department": HOKEN, "recorded": "2026-11-20T10:15", "place": "窓口3番",
        "recorded_by": "保険 太郎", "held_by": "保険 太郎、庶務係", "notice": "told",
    }  # fmt: skip
    answer = visit.post("/imports", **{**fields, **changes})
    assert answer.status_code == 303, answer.text
    return ImportId(UUID(wanted))


def hand_over(
    visit: Visitor, wanted: ImportId, data: bytes, name: str = "R_0012.MP3", csrf: str = ""
) -> Response:
    return visit.client.post(
        f"/imports/{wanted}/file", data={"csrf": csrf or visit.csrf}, files={"file": (name, data)},
        follow_redirects=False,
    )  # fmt: skip


def row(office: Office, wanted: ImportId) -> Row[Any]:
    with office.worker.begin() as connection:
        return connection.execute(text("SELECT * FROM imports WHERE id = :id"), {"id": wanted}).one()


def imported(office: Office, visit: Visitor, worker: ImportRecording, **changes: str) -> ImportId:
    wanted = told(visit, **changes)
    assert hand_over(visit, wanted, FILE).status_code == 303
    worker(str(wanted))
    return wanted


def count(office: Office, query: str) -> int:
    with office.worker.begin() as connection:
        return connection.execute(text(query)).scalar_one()


def stored(office: Office) -> int:
    return sum(1 for _ in office.parts.intake.objects.list())
