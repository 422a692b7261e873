"""A whole city: a call as it should be is on no list, and the figures are told to who may ask for them."""

from __future__ import annotations

import json
import ssl
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import pytest

from tests.fixtures_city import City
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]


@pytest.fixture(scope="module")
def call(city: City) -> str:
    """A practice call, sealed and written down, of which Asterisk's own record has been read."""
    with city.practice(seconds=8.0) as practice:
        practice.finish()
    ended = city.ended_call()
    city.utterances(city.sealed_recording(ended), 120)
    read = "SELECT 1 FROM asterisk_call_records WHERE call_id = %s AND answered AND offer = 'taken'"
    wait_until(lambda: city.rows(read, ended["id"]) or None, 90, "Asterisk's own record")
    return str(ended["id"])


def metrics(city: City) -> str:
    address = urlsplit(city.console)
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    connection = HTTPSConnection(address.hostname or "", address.port, context=trusting, timeout=10)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return text if answer.status == 200 else ""


def test_a_call_as_it_should_be_is_on_no_list_neither_before_nor_after_it_is_destroyed(
    city: City, call: str
) -> None:
    told = city.command("unrecorded", "--json")
    destroyed = city.command("destroy-practice")
    told_later = city.command("unrecorded")

    assert json.loads(told.stdout) == {"open": 0, "by_reason": {}, "calls": []}
    assert told.returncode == destroyed.returncode == told_later.returncode == 0
    assert told_later.stdout.strip() == "録れていない電話はありません。"
    assert call not in json.dumps(city.rows("SELECT subject FROM recording_doubts"))


@pytest.mark.usefixtures("call")
def test_the_figures_of_both_kinds_of_process_are_told_and_nobodys_call_is_in_them(city: City) -> None:
    wanted = (
        'tsuwaroku_calls_at_once{source="worker"} 0.0',
        'tsuwaroku_journal_behind_seconds{source="telephony"}',
        'tsuwaroku_event_lag_seconds{source="telephony"}',
        'tsuwaroku_disk_free_share{source="worker"',
        'tsuwaroku_reading_age_seconds{source="comparison"}',
    )
    text = wait_until(
        lambda: told if all(one in (told := metrics(city)) for one in wanted) else None, 60, "all figures"
    )

    assert text.endswith("# EOF\n")
    assert "renshu" not in text
    assert city.installation.settings.instance + "-" not in text
