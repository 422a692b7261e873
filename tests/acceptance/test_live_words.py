"""Words of a call while it goes on: for who watches, gone with the call, and no fault costs the call."""

from __future__ import annotations

import json

import pytest

from runtime.practice.order import Moment
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.live.live_legs import is_live_leg
from tests.fixtures_city import City
from tests.spoken_dialogue import assert_both_are_kept, assert_both_heard_each_other
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

SECONDS = 45.0
FIRST_WORDS_SECONDS = 20.0
"""A busy machine loads the model first."""


def listening_channels(city: City) -> list[str]:
    """What Asterisk has to bring sound to the recogniser."""
    pbx = city.installation.settings.asterisk.ari_user
    asterisk = StoredRecordings(city.installation.ari_url(), pbx, city.installation.ari_password())
    told = json.loads(asterisk._act("look", "GET", "channels"))  # pyright: ignore[reportPrivateUsage]
    return [one["id"] for one in told if is_live_leg(one["id"])]


def watched(city: City) -> str:
    """Somebody looks at the call that goes on, as their page does every few seconds."""
    (call,) = city.rows("SELECT id FROM calls WHERE ended_at IS NULL")
    city.rows(
        "INSERT INTO live_watches SELECT %s, min(id::text)::uuid, now(), now() FROM accounts"
        " ON CONFLICT (call_id, account_id) DO UPDATE SET seen_at = now() RETURNING 1",
        call["id"],
    )
    return str(call["id"])


def words_since(city: City, change: int, tracks: set[str]) -> int:
    """Wait, watching, until words of these sides were written after a change; return the last change."""

    def come() -> int | None:
        watched(city)
        lines = city.rows("SELECT track, change FROM live_lines WHERE change > %s AND text <> ''", change)
        said = {one["track"] for one in lines}
        return max(one["change"] for one in lines) if tracks <= said else None

    return wait_until(come, FIRST_WORDS_SECONDS, "words of the call that goes on")


def test_words_come_while_the_call_goes_on_and_whoever_dies_it_is_not_the_call(city: City) -> None:
    with city.practice(seconds=SECONDS) as practice:
        practice.wait_for(Moment.TALKING)
        wait_until(lambda: city.rows("SELECT 1 FROM calls WHERE phase = 'talking'"), 5, "a talk")
        assert (listening_channels(city), city.rows("SELECT 1 FROM live_streams")) == ([], [])

        first = words_since(city, 0, {"caller", "hall"})
        assert len(listening_channels(city)) == 2

        city.kill("live-text")
        wait_until(lambda: not listening_channels(city), 5, "channels that end with the recogniser")
        second = words_since(city, first, {"caller"})

        city.kill("telephony-1")
        city.kill("telephony-2")
        words_since(city, second, {"caller"})
        outcome = practice.finish()

    call = city.ended_call()
    wait_until(lambda: not listening_channels(city), 5, "no channel that is left behind")
    wait_until(lambda: not city.rows("SELECT 1 FROM live_lines"), 15, "words that went with the call")
    assert city.rows("SELECT 1 FROM live_streams") == []
    assert outcome.hung_up_by == "caller"
    assert_both_heard_each_other(outcome)
    assert_both_are_kept(city.sound_of(city.sealed_recording(call)))
