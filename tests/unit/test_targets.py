"""To whom a call may be passed on: the profile's own phones, however they are named."""

from __future__ import annotations

import pytest

from core.ids import PhoneId
from telephony.asterisk.targets import Targets
from telephony.call import events as on
from tests.fixtures_asterisk import town
from tests.unit.call_scenes import NOON

TARGETS = Targets(town())
BOTH = (PhoneId("hoken1"), PhoneId("hoken2"))


@pytest.mark.parametrize(
    ("dialled", "phones"),
    [("hoken2", BOTH[1:]), ("2101", BOTH), ("0300000101", BOTH), ("+81300000101", BOTH), ("kokuho", BOTH)],
)
def test_a_desk_phone_names_a_phone_or_a_line(dialled: str, phones: tuple[PhoneId, ...]) -> None:
    assert TARGETS.named(dialled) == phones


@pytest.mark.parametrize("dialled", ["09012345678", "110", "9900", "renshu", "hoken9", "", "sip:hoken2@evil"])
def test_nobody_outside_the_profile_is_named_and_no_practice_line(dialled: str) -> None:
    assert TARGETS.named(dialled) == ()


@pytest.mark.parametrize(
    ("body", "phones"),
    [
        ({"phone": "hoken2"}, "hoken2"),
        ({"line": "kokuho"}, "hoken1,hoken2"),
        ({"phone": "hoken9"}, None),
        ({"phones": "anybody"}, None),
        ({"phones": "anybody", "phone": "hoken2"}, "hoken2"),
    ],
)
def test_an_order_rings_only_phones_of_the_profile(body: dict[str, str], phones: str | None) -> None:
    order = on.Ordered(at=NOON, order="order", kind="consult", body=body)

    assert TARGETS.resolve(order).body.get("phones") == phones


def test_an_order_that_passes_nothing_on_stays_as_it_is() -> None:
    order = on.Ordered(at=NOON, order="order", kind="listen", body={"phone": "hoken2"})

    assert TARGETS.resolve(order) is order
