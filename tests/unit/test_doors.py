"""Every address of the console has its door, and every door an address: what no rule names is shut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from fastapi.testclient import TestClient

import api.routes
from api.access import by_the_rules
from api.doors import DOORS, Unsigned, door_of
from core.actors import Role
from core.rights import RULES, Matter, allows
from tests.console_routes import routers


def addresses() -> Iterator[str]:
    for router in routers(api.routes):
        for route in router.routes:
            if isinstance(route, APIWebSocketRoute):
                yield f"WEBSOCKET {route.path}"
            if isinstance(route, APIRoute):
                yield from (f"{method} {route.path}" for method in route.methods or ())


def test_every_address_has_a_door() -> None:
    found = list(addresses())

    assert len(found) > 90
    assert [one for one in found if door_of(*one.split(" ", 1)) is None] == []


def test_no_door_stands_where_there_is_no_address() -> None:
    assert sorted(set(DOORS) - set(addresses())) == []


def test_an_address_without_a_door_is_shut_even_to_whoever_holds_every_role() -> None:
    router = APIRouter()

    @router.get("/forgotten")
    def forgotten() -> dict[str, str]:
        return {"words": "of a citizen"}

    app = FastAPI()
    app.include_router(router, dependencies=[Depends(by_the_rules)])
    answer: Any = None
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/forgotten")

    assert answer.status_code == 500
    assert "citizen" not in answer.text


def test_the_way_in_and_the_watches_are_all_that_opens_before_anybody_signed_in() -> None:
    before = [one for one, door in DOORS.items() if door is Unsigned.ANYBODY]

    assert all(one.split(" ")[1].startswith(("/sign-in", "/healthz", "/metrics")) for one in before)


def test_who_keeps_the_machine_and_who_audits_have_no_right_to_content() -> None:
    citizens = {
        Matter.CALLS,
        Matter.NUMBER,
        Matter.CONTENT,
        Matter.WORDS,
        Matter.LIVE_TEXT,
        Matter.SUPERVISION,
        Matter.REQUESTS,
    }

    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert not allows({role}, *citizens), role
    assert {rule.matter for rule in RULES if rule.role is Role.AUDITOR} == {
        Matter.OWN_ACCOUNT,
        Matter.OWN_TRACES,
        Matter.LOG,
        Matter.AUDIT,
        Matter.DEPUTIES,
        Matter.URGENT,
        Matter.GROUPS,
        Matter.ALARMS,
        Matter.REQUEST_NUMBERS,
        Matter.PROVISIONS,  # what another 実施機関 was told; no number, no name
        Matter.CARE,  # their own rest, as everybody has it
    }


def test_no_right_is_stated_twice() -> None:
    stated = [(rule.role, rule.matter, rule.condition) for rule in RULES]

    assert len(stated) == len(set(stated))


def test_a_person_without_a_role_may_do_nothing() -> None:
    assert not allows(frozenset(), *Matter)
