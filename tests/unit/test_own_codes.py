"""A city that uses other codes on its telephones: they count, in both hands, and *1 and *2 do not."""

from __future__ import annotations

from telephony.call.events import DigitPressed
from tests.fixtures_asterisk import town
from tests.unit.call_scenes import ANSWERED, JOINED, LEGS, NOON, PICKED_UP, TOLD, arrived, play
from tests.unit.test_asterisk_config import rendered


def test_the_codes_of_the_profile_count_where_our_process_leads_the_call() -> None:
    def pressed(keys: str) -> tuple[int, int]:
        keyed = (DigitPressed(at=NOON, leg=LEGS[0], digit=digit) for digit in keys)
        scene = (arrived(mark_code="#71", help_code="#72"), ANSWERED, TOLD, PICKED_UP, JOINED)
        call, _ = play(*scene, *keyed)
        return call.marks, call.help_calls

    assert [pressed(keys) for keys in ("#71", "#72", "*1*2")] == [(1, 0), (0, 1), (0, 0)]


def test_the_codes_of_the_profile_count_where_the_dialplan_serves_alone() -> None:
    features = rendered(town().model_copy(update={"mark_code": "#71", "help_code": "#72"}))["features.conf"]

    named = dict(line.split(" => ") for line in features.splitlines() if " => " in line)
    assert {name: rule.split(",")[0] for name, rule in named.items()} == {
        "mark": "#71",
        "help": "#72",
        "mark-outbound": "#71",
        "mark-unrecorded": "#71",
        "record": "#71",
    }
