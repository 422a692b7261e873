"""Keys on calls that another process leads: staff's count, those of citizens and people outside never do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.ids import LegId
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_client import AriClient
from telephony.call import events as on
from telephony.call.outside import outside_leg
from telephony.leading.overheard import OverheardCode
from telephony.leading.shared_calls import SharedCalls
from tests.unit.call_scenes import CALL, CALLER, LEGS, NOON

CODE = "*2"


@pytest.mark.parametrize(
    ("leg", "asked"), [(LEGS[0], [(LEGS[0], CODE)]), (outside_leg(CALL, 1), []), (CALLER, [])]
)
def test_only_staff_ask_for_help_by_keys_that_another_process_hears(
    tmp_path: Path, leg: LegId, asked: list[tuple[LegId, str]]
) -> None:
    heard: list[OverheardCode] = []
    client = AriClient(AriAddress(url="http://127.0.0.1:1", user="u", password="p"), "tsuwaroku-city-1")
    shared = SharedCalls(tmp_path, client, codes=(CODE,), on_code=heard.append)

    for second, digit in enumerate(CODE):
        at = NOON + timedelta(seconds=second)
        shared.hear(CALL, on.DigitPressed(at=at, leg=leg, digit=digit))

    assert [(one.leg, one.code) for one in heard] == asked
