"""With signals off in a disaster nobody is told how often or long somebody calls; help still comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from api.wording import HERE
from core.actors import Role
from core.ids import AccountId
from tests.fixtures_at_the_phone import rings, talks
from tests.fixtures_console import Visitor
from tests.office import Office

Sit = Callable[[AccountId, str], Visitor]


@pytest.mark.real
@pytest.mark.parametrize(("off", "told"), [(False, True), (True, False)])
def test_repeated_and_long_calls_are_told_of_in_ordinary_times_only(
    office: Office, sit: Sit, off: bool, told: bool
) -> None:
    here = sit(office.account("sato", Role.OPERATOR), "hoken1")
    kanri = sit(office.account("kanri", Role.SUPERVISOR), "hoken3")
    office.call("before", arrived_at=datetime.now(UTC) - timedelta(hours=1))
    if off:
        until = datetime.now(UTC).astimezone(HERE) + timedelta(days=1)
        switched = kanri.post(
            "/disaster",
            reason="地震",
            day=f"{until:%Y-%m-%d}",
            hour="18:00",
            announcements="full",
            signals_off="1",
        )
        assert switched.status_code == 303
    ringing = rings(office, "rings")
    assert ("この番号から" in here.get(f"/calls/{ringing}/caller").text) is told

    call = talks(office, None, connected_at=datetime.now(UTC) - timedelta(hours=2))
    page = kanri.get("/live").text
    assert ("長い通話" in page) is told
    here.post(f"/calls/{call}/help")
    assert "応援を呼んでいます" in kanri.get("/live").text
