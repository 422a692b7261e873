"""速報の文字起こし: somebody begins to read along, looks, and leaves. Every look renews the watch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from api.call_form import OnCall
from api.deps import CallInPath, Parts, office, sessions_of
from api.errors import NotSignedIn
from api.reading.live_text import LiveTextSeen, is_over, live_text_of, may_watch, over
from api.sessions import COOKIE, Session
from core.ids import CallId
from storage.live_watch import LiveWatchDoor

router = APIRouter(include_in_schema=False)


def looks(request: Request) -> Session:
    """Return who looks. A page looks by itself, so it does not keep an unattended session alive.

    Raises:
        NotSignedIn: there is no session, or it is over
        NotYourRole: calls are not their work
    """
    session = sessions_of(request).find(request.cookies.get(COOKIE, ""), touch=False)
    if session is None:
        raise NotSignedIn
    return office(session)


@router.post("/calls/{call}/live-text/watch")  # noqa: FAST003  the form holds it
def watch(form: OnCall) -> JSONResponse:
    """Begin to read along. The knock is written before anything is shown."""
    form.seen()
    actor = form.session.actor
    with form.parts.database.begin(actor) as connection:
        watcher = may_watch(connection, actor, form.call, form.parts.profile)
    until = LiveWatchDoor(form.parts.database, form.parts.clock).open(actor, form.call, watcher)
    return JSONResponse({"watching": True, "until": until.isoformat()})


@router.post("/calls/{call}/live-text/leave")  # noqa: FAST003  the form holds it
def leave(form: OnCall) -> JSONResponse:
    """Read along no longer."""
    form.seen()
    LiveWatchDoor(form.parts.database, form.parts.clock).leave(form.session.actor, form.call)
    return JSONResponse({"watching": False})


@router.get("/calls/{call}/live-text")
def look(
    call: CallInPath,
    session: Annotated[Session, Depends(looks)],
    parts: Parts,
    after: Annotated[int, Query(ge=0)] = 0,
) -> JSONResponse:
    """Return what was said since the last look, and go on watching."""
    actor = session.actor
    with parts.database.begin(actor) as connection:
        ended = is_over(connection, CallId(call))
        watcher = may_watch(connection, actor, CallId(call), parts.profile)
    if ended:
        return JSONResponse(_told(over(after)))
    door = LiveWatchDoor(parts.database, parts.clock)
    if watcher is None:
        door.open(actor, CallId(call), None)  # refused, and written down
    if not door.go_on(actor, CallId(call)):
        return JSONResponse(_told(over(after)))
    with parts.database.begin(actor) as connection:
        seen = live_text_of(connection, CallId(call), parts.profile, after)
    return JSONResponse(_told(seen))


def _told(seen: LiveTextSeen) -> dict[str, object]:
    return {
        "state": seen.state.value,
        "said": seen.said,
        "change": seen.change,
        "lines": [
            {
                "id": str(one.id),
                "track": one.track,
                "at": one.at.isoformat(),
                "text": one.text,
                "settled": one.settled,
            }
            for one in seen.lines
        ],
    }
