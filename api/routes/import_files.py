"""Takes the file of an import as it comes: sealed block by block, never plain on a disk, never half kept."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from functools import partial
from threading import BoundedSemaphore
from uuid import UUID

import anyio.from_thread
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.requests import ClientDisconnect

from api.deps import Parts, Show, SignedIn
from api.errors import FormExpired, answer
from api.parts import ConsoleParts
from api.routes.imports import import_sheet
from api.sessions import Session
from api.uploaded_file import EmptyFile, FileTooLarge, UploadBroken, UploadedFile
from core.errors import DomainError
from core.facts import FileArrived
from core.ids import ImportId
from core.logs import get_log
from storage.imports import Import, SameFile, import_of, known_file, note_arrival
from storage.intake import NoRoomForFiles
from storage.unit_of_work import UnitOfWork
from storage.vault import ObjectStoreFailed

router = APIRouter(include_in_schema=False)
AT_ONCE = 2
"""Files that come at the same time, of everybody together."""
SECONDS_FOR_A_BLOCK = 30.0
SECONDS_FOR_A_FILE = 1800.0
_PLACES = BoundedSemaphore(AT_ONCE)
log = get_log()


class TooManyFiles(DomainError):
    """Other files are coming just now; try again in a few minutes."""

    code = "too-many-files"
    http_status = 503


class UploadTooSlow(DomainError):
    """The file came too slowly, or stopped; nothing of it was kept."""

    code = "upload-too-slow"
    http_status = 408


@router.post("/imports/{wanted}/file")
async def hand_over(request: Request, wanted: UUID, session: SignedIn, parts: Parts, show: Show) -> Response:
    """Take a file. Sent again after the line broke, it begins anew; sent twice, the second is told so."""
    if not _PLACES.acquire(blocking=False):
        raise TooManyFiles
    try:
        if (patient := request.scope.get("extensions", {}).get("tsuwaroku.patient")) is not None:
            patient()  # the server gives a form 15 seconds; whoever is signed in may bring a file
        chunks = _Chunks(request)
        take = partial(_take, request, chunks, ImportId(wanted), session, parts)
        known = await anyio.to_thread.run_sync(take)
    except ClientDisconnect:
        log.info("import.left", wanted=str(wanted))
        return answer(request, UploadBroken.code, UploadBroken.http_status)
    except (EmptyFile, FileTooLarge, NoRoomForFiles, ObjectStoreFailed) as fault:
        log.info("import.not-taken", wanted=str(wanted), code=fault.code)
        show_fault = partial(import_sheet, request, session, parts, show, ImportId(wanted), fault=fault)
        return await anyio.to_thread.run_sync(show_fault)
    finally:
        _PLACES.release()
    if known is not None:
        same = partial(
            import_sheet, request, session, parts, show, ImportId(wanted), fault=SameFile(), known=known
        )
        return await anyio.to_thread.run_sync(same)
    return RedirectResponse(f"/imports/{wanted}", status_code=303)


def _take(
    request: Request, chunks: _Chunks, wanted: ImportId, session: Session, parts: ConsoleParts
) -> ImportId | None:
    """Seal the file and write down that it is here; where it is already, say under which import."""
    limits, kind = parts.profile.imports, request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise FormExpired  # no form of ours: it brings no token
    file = UploadedFile(kind, chunks, limits.largest)
    file.read_head()
    if not secrets.compare_digest(file.token.encode(), session.csrf.encode()):
        raise FormExpired
    with parts.database.begin(session.actor) as connection:
        seen = import_of(connection, wanted)
    _refuse_another(seen)
    parts.intake.refuse_without_room(int(request.headers.get("content-length", "0")))
    now = parts.clock.now()
    taken = parts.intake.take(wanted, now, file.blocks())
    try:
        with UnitOfWork(parts.database, parts.announcer, session.actor) as work:
            known = known_file(work.connection, wanted, taken.sha256)
            if known is None:
                note_arrival(work.connection, wanted, taken, name=file.name, by=session.actor.account, at=now)
                work.announce(FileArrived(wanted=wanted))
    except BaseException:
        parts.intake.drop(taken.object_key)
        raise
    if known is not None:
        parts.intake.drop(taken.object_key)
    return known


def _refuse_another(seen: Import) -> None:
    if not seen.takes_a_file:
        raise SameFile


class _Chunks:
    """The body of a request, for a thread that wants it block by block."""

    def __init__(self, request: Request) -> None:
        self._stream: AsyncIterator[bytes] = request.stream()
        self._ends = asyncio.get_running_loop().time() + SECONDS_FOR_A_FILE

    def __iter__(self) -> Iterator[bytes]:
        while (chunk := anyio.from_thread.run(self._next)) is not None:
            if chunk:
                yield chunk

    async def _next(self) -> bytes | None:
        left = self._ends - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(SECONDS_FOR_A_BLOCK, left)):
                return await anext(self._stream, None)
        except TimeoutError:
            raise UploadTooSlow from None
