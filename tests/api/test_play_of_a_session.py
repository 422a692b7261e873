"""A play's address is worth nothing outside the session that opened it: elsewhere, or after signing out."""

from __future__ import annotations

import re

import pytest

from core.actors import Role
from tests.fixtures_console import Arrive
from tests.office import Office

pytestmark = pytest.mark.real


def test_an_address_that_was_kept_plays_nothing_in_another_session_of_the_same_person(
    office: Office, visitor: Arrive
) -> None:
    sato = office.account("sato", Role.SUPERVISOR)
    call = office.call("a", operator_id=sato)
    office.record(call, operator=sato, seconds=1.0)
    here, elsewhere = visitor(sato), visitor(sato)
    opened = here.post(f"/calls/{call}/open", purpose="fact-check").headers["location"]
    address = re.search(r"/recordings/[0-9a-f-]{36}/audio", here.get(opened).text)
    assert address is not None
    knocked = len(office.knocks())

    played, copied = here.get(address[0]), elsewhere.get(address[0])
    here.post("/sign-out")
    later = visitor(sato).get(address[0])

    assert played.status_code == 200
    assert address[0] not in elsewhere.get(opened).text, "there the purpose is asked for anew"
    assert (copied.status_code, later.status_code) == (403, 403)
    assert len(office.knocks()) == knocked, "who plays on knocks no second time"
