"""The machine starts and its database does not: citizens are served and recorded, the rest follows later."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from runtime.practice.order import PracticeOrder
from runtime.practice.running import RunningPractice
from tests.fixtures_city import City, city_folder
from tests.spoken_dialogue import DIALOGUE, SECONDS
from tests.waiting import wait_until

pytestmark = pytest.mark.real


def test_a_database_that_does_not_start_costs_no_call_and_no_recording() -> None:
    with city_folder() as folder:
        city = City(folder, {})
        city.start()
        city.tell_supervisor(signal.SIGTERM)
        assert city.supervisor is not None
        city.supervisor.wait(60)
        control = city.home / "postgres/data/global/pg_control"
        hidden = control.rename(control.with_name("hidden"))
        installation = city.installation
        order = PracticeOrder.of_city(
            installation.profile,
            installation.secrets,
            "127.0.0.1",
            installation.settings.asterisk.sip_port,
        )
        order = replace(order, scenario=DIALOGUE, seconds=SECONDS)
        try:
            city.launch()
            wait_until(lambda: city.told("child.started", kind="telephony-1")[1:], 60, "telephony again")
            wait_until(lambda: city.told("child.started", kind="api")[1:], 30, "the console's process")
            with RunningPractice(order) as practice:
                assert practice.finish().connected
            hidden.rename(control)

            call = city.ended_call()

            assert city.sealed_recording(call)["usable"]
            assert city.rows("SELECT notice FROM calls WHERE id = %s", call["id"]) == [{"notice": "proven"}]
            city.wait_until_serving()
        finally:
            city.stop()
