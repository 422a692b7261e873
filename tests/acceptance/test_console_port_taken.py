"""Another program holds the console's port: citizens are served and recorded, pages come when they can."""

from __future__ import annotations

import socket

import pytest

from tests.fixtures_city import City, city_folder
from tests.waiting import wait_until

pytestmark = pytest.mark.real


def test_a_taken_port_costs_no_call_and_the_console_opens_when_it_is_free() -> None:
    with city_folder() as folder:
        city = City(folder, {})
        with socket.socket() as other:
            other.bind(("127.0.0.1", int(city.console.rpartition(":")[2])))
            other.listen()
            city.launch()
            try:
                wait_until(lambda: "画面はまだ開けません" in said(city), 240, "words about the port")
                assert "TSUWAROKU_CONSOLE__PORT" in said(city)
                with city.practice() as practice:
                    assert practice.finish().connected
                assert city.sealed_recording(city.ended_call())["usable"]
                other.close()
                city.wait_until_serving()
                assert city.told("child.ended", kind="api") == []
            finally:
                city.stop()


def said(city: City) -> str:
    return city.output.read_text(encoding="utf-8")
