"""未告知: a call whose announcement is not proven opens by a supervisor with a reason, and by nobody else."""

from __future__ import annotations

import pytest

from core.actors import Role
from core.facts import RecordingSealed
from tests.fixtures_console import FACT_CHECK, Arrive
from tests.office import Office

pytestmark = pytest.mark.real


def test_an_unannounced_call_opens_by_a_supervisor_with_a_reason_and_is_announced_again(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a", notice="missing")
    recording = office.record(call, usable=False)
    closed = kanri.get(f"/calls/{call}").text
    refused = kanri.post(f"/calls/{call}/open", **FACT_CHECK)
    short = kanri.post(f"/calls/{call}/use", reason="必要")

    answer = kanri.post(f"/calls/{call}/use", reason="暴言の申出があり、事実を確かめるため")

    assert "未告知のため、利用を停止しています" in closed
    assert refused.status_code == 403
    assert short.status_code == 422
    assert answer.status_code == 303
    assert office.facts.facts == [RecordingSealed(recording=recording)]
    opened = kanri.get(f"/calls/{call}").text
    assert "暴言の申出があり、事実を確かめるため" in opened
    assert kanri.post(f"/calls/{call}/open", **FACT_CHECK).status_code == 303


def test_opening_twice_keeps_the_first_reason_and_announces_once(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a", notice="missing")
    office.record(call, usable=False)

    kanri.post(f"/calls/{call}/use", reason="最初の理由です")
    kanri.post(f"/calls/{call}/use", reason="あとからの理由です")

    assert len(office.facts.facts) == 1
    page = kanri.get(f"/calls/{call}").text
    assert "最初の理由です" in page
    assert "あとからの理由です" not in page


def test_an_operator_cannot_open_an_unannounced_call(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.OPERATOR)
    sato = visitor(mine)
    call = office.call("a", notice="missing", operator_id=mine)
    office.record(call, usable=False, operator=mine)

    answer = sato.post(f"/calls/{call}/use", reason="聞いてみたいので")

    assert answer.status_code == 403
    assert "利用を許可する" not in sato.get(f"/calls/{call}").text
    assert office.facts.facts == []


def test_a_proven_call_cannot_be_opened_again_by_this_way(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a")
    office.record(call)

    assert kanri.post(f"/calls/{call}/use", reason="理由を書きました").status_code == 404
