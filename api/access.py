"""Stands before every route: nobody gets through whose roles give them nothing there (``doors.py``).

What a person may not even ask for, nobody looks up.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request

from api.deps import signed_in
from api.doors import Unsigned, door_of
from api.errors import NotYourRole
from api.keyed import holder_of
from api.keyed_doors import Keyed
from core.logs import get_log
from core.rights import allows

log = get_log()


async def by_the_rules(connection: HTTPConnection) -> None:
    """Let nobody through to a route that the rules do not open to them.

    Raises:
        NotSignedIn: nobody is signed in
        NoToken: a program shows no key that is valid
        NotYourRole: none of the person's roles has anything there, or no line names the address
    """
    path = getattr(connection.scope.get("route"), "path", "")
    door = door_of(connection.scope.get("method", "WEBSOCKET"), path)
    if door is None:
        log.error("console.door-missing", path_kind=path)
        raise NotYourRole
    # A WebSocket is told apart by its route: that closes with a code which pages understand.
    if isinstance(door, Unsigned) or not isinstance(connection, Request):
        return
    if isinstance(door, Keyed):
        holder = await run_in_threadpool(holder_of, connection)
        if door.reaches not in holder.reaches or not allows(holder.actor.roles, door.matter):
            raise NotYourRole
        return
    session = await run_in_threadpool(signed_in, connection)
    if not allows(session.actor.roles, door):
        raise NotYourRole
