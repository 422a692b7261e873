"""The document of the API says what the routes say, and lies in docs/ as it is served."""

from __future__ import annotations

from api.doors import DOORS, Unsigned
from api.keyed_doors import Keyed
from api.openapi import openapi_document
from api.own_key_texts import REACH_NAMES
from api.own_keys import Reaches
from tools.openapi import PLACE, written


def test_the_document_in_docs_is_what_the_routes_say() -> None:
    assert PLACE.read_text(encoding="utf-8") == written(), "run: python -m tools.openapi"


def test_every_address_of_programs_is_described_and_no_other() -> None:
    described = {
        f"{method.upper()} {path}" for path, one in openapi_document()["paths"].items() for method in one
    }
    doors = {one for one, door in DOORS.items() if door is Unsigned.PROGRAM or isinstance(door, Keyed)}

    assert described == doors - {"GET /api/v1/openapi.json"}
    assert all(one.split(" ")[1].startswith("/api/v1/") for one in doors)


def test_every_post_of_a_persons_key_carries_its_press() -> None:
    document = openapi_document()
    for address, door in DOORS.items():
        method, path = address.split(" ")
        if method != "POST" or not isinstance(door, Keyed):
            continue
        body = document["paths"][path]["post"]["requestBody"]["content"]
        name = body["application/x-www-form-urlencoded"]["schema"]["$ref"].rsplit("/", 1)[1]
        assert "press" in document["components"]["schemas"][name]["required"], path


def test_care_and_the_keeping_of_the_machine_are_in_no_scope() -> None:
    held = {door.matter.value for door in DOORS.values() if isinstance(door, Keyed)}

    assert held == {
        "calls", "caller", "signals", "incidents", "imports", "alerts", "alerts-shown", "provisions",
        "words", "visits", "figures",
    }  # fmt: skip
    assert set(REACH_NAMES) == set(Reaches)
