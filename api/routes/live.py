"""Calls that go on, and the WebSocket that tells pages when to look again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.deps import CallInPath, Office, Parts, Show, sessions_of
from api.errors import NotYourRole, tell_refusal
from api.guard import own_origin
from api.live_feed import Listener, LiveFeed
from api.parts import ConsoleParts
from api.reading.boards import board_of_call
from api.reading.calls import CallsSeen
from api.reading.console_call import BesideCall
from api.reading.live import live_calls
from api.reading.reading_along import reading_along
from api.reading.signals import lives_at_stake
from api.reading.taking_over import who_could_take_over
from api.rendering import Pages
from api.sessions import COOKIE, Session
from core.actors import Role
from core.errors import DomainError
from core.ids import CallId
from storage.boards import boards_waiting

router = APIRouter(include_in_schema=False)
HEARTBEAT_SECONDS = 15.0
TRUSTED_SECONDS = 2.0
"""So long a page is told of calls before it is asked again who sits in front of it."""

SESSION_OVER = 4401
"""Close code that tells a page to ask for a new sign-in instead of connecting again."""


@router.get("/live")
def live(request: Request, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show the calls that go on, those that need somebody first."""
    return show.show(request, session, "live.html", **_now(session, parts))


@router.get("/live/calls")
def live_part(session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Return the part of the page that changes."""
    return show.bare("part_live_calls.html", csrf=session.csrf, **_now(session, parts))


@router.get("/live/{call}")
def beside(request: Request, call: CallInPath, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Show one call that goes on to a supervisor who stands by its operator."""
    words = _one(session, parts, CallId(call))
    with parts.database.begin(session.actor) as connection:
        along = reading_along(connection, session.actor, CallId(call), parts.profile, words["moment"])
        board = board_of_call(connection, session.actor, words["one"].call, parts.profile)
    return show.show(
        request, session, "live_call.html", live_text=along, board=board, board_press=uuid4(), **words
    )


@router.get("/live/{call}/state")
def beside_part(call: CallInPath, session: Office, parts: Parts, show: Show) -> HTMLResponse:
    """Return the part of that page that changes."""
    return show.bare("part_live_call.html", csrf=session.csrf, **_one(session, parts, CallId(call)))


def told(request: Request, session: Session, parts: ConsoleParts, show: Pages, said: str) -> Response:
    """Answer a button of the wallboard: its own part anew, the page for plain forms, JSON for programs."""
    if request.headers.get("hx-request") == "true":
        call = request.headers.get("hx-target") == "live-call" and request.query_params.get("call")
        return beside_part(call, session, parts, show) if call else live_part(session, parts, show)
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/live", status_code=303)
    return JSONResponse({"said": said})


def _now(session: Session, parts: ConsoleParts) -> dict[str, Any]:
    moment = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers)
        ended = seen.just_ended(moment)
        calls = live_calls(
            connection, seen.live(), viewer=session.actor.account, profile=parts.profile, now=moment
        )
        supervises = session.actor.has(Role.SUPERVISOR)
        boards = boards_waiting(connection, session.actor.account) if supervises else []
        lives = lives_at_stake(connection, moment) if supervises else []
    told = {"calls": calls, "ended": ended, "moment": moment, "boards": boards, "lives": lives}
    return told | _viewer(session, parts)


def _one(session: Session, parts: ConsoleParts, call: CallId) -> dict[str, Any]:
    if not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    moment = parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(call)
        beside = live_calls(
            connection, [seen], viewer=session.actor.account, profile=parts.profile, now=moment
        )
        colleagues = who_could_take_over(
            connection, seen, parts.profile, viewer=session.actor.account, now=moment
        )
        coming = BesideCall(connection, session.actor).taking_over(call)
    return {
        "one": beside[0], "moment": moment, "coming": coming, "colleagues": colleagues
    } | _viewer(session, parts)  # fmt: skip


def _viewer(session: Session, parts: ConsoleParts) -> dict[str, Any]:
    phone = session.actor.phone
    return {
        "account": session.actor.account,
        "phone": phone,
        "supervisor": session.actor.has(Role.SUPERVISOR),
        "head": phone in parts.profile.supervision.heads,
        "new_id": uuid4,
    }


def is_own_page(socket: WebSocket) -> bool:
    """Whether one of our own pages opens it: no same-origin policy of browsers holds a WebSocket back."""
    return socket.headers.get("origin") == own_origin(socket.headers)


@router.websocket("/ws")
async def news(socket: WebSocket) -> None:
    """Tell a page which calls changed: {topic, id}. Only from our own pages, only while the session lasts."""
    if not is_own_page(socket):
        tell_refusal(socket, "other-origin", 403)
        await socket.close()
        return
    cookie = socket.cookies.get(COOKIE, "")
    session = await run_in_threadpool(sessions_of(socket).find, cookie, touch=False)
    if session is None:
        tell_refusal(socket, "not-signed-in", 401)
        await socket.accept()
        await socket.close(SESSION_OVER)
        return
    feed: LiveFeed = socket.app.state.feed
    # Listening comes first: what changes from here on is told, and the page looks once when the line is open.
    with feed.listener(session.actor) as listener:
        await socket.accept()
        told = asyncio.create_task(_tell(socket, listener, cookie))
        try:
            # A page says nothing; what comes is its leaving.
            while (await socket.receive())["type"] != "websocket.disconnect":
                continue
        finally:
            told.cancel()
            with suppress(asyncio.CancelledError):
                await told


async def _tell(socket: WebSocket, listener: Listener, cookie: str) -> None:
    loop = asyncio.get_running_loop()
    trusted_until = loop.time() + TRUSTED_SECONDS
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            message = {"topic": "heartbeat", "id": ""}
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    message = await listener.news.get()
            if loop.time() >= trusted_until:
                if not await run_in_threadpool(_still_signed_in, socket, cookie, listener):
                    tell_refusal(socket, "not-signed-in", 401)
                    await socket.close(SESSION_OVER)
                    return
                trusted_until = loop.time() + TRUSTED_SECONDS
            await socket.send_json(message)


def _still_signed_in(socket: WebSocket, cookie: str, listener: Listener) -> bool:
    try:
        session = sessions_of(socket).find(cookie, touch=False)
    except DomainError:
        return True  # the database is away for a moment; that signs nobody out
    if session is not None:
        listener.actor = session.actor  # roles and departments may have changed meanwhile
    return session is not None
