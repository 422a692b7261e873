"""交代: a supervisor asks a free colleague without power of decision first; whoever may decide comes last."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import AccountId, DepartmentId
from tests.fixtures_at_the_phone import rows, talks
from tests.fixtures_console import Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real
Sit = Callable[[AccountId, str], Visitor]
BOTH, SOMU = (HOKEN, SHIMIN), DepartmentId("somu")
ASK = re.compile(r'id="colleague-([a-z0-9]+)"')


@pytest.fixture
def heads(office: Office, request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Say whose phones are those of people with power of decision. To be asked for before anybody comes."""
    phones: tuple[str, ...] = request.param
    profile = office.parts.profile
    supervision = profile.supervision.model_copy(update={"heads": phones})
    object.__setattr__(office.parts, "profile", profile.model_copy(update={"supervision": supervision}))
    return phones


def asked_in_order(page: str) -> list[str]:
    """Return the phones of the colleagues who are offered, as the page shows them."""
    return ASK.findall(page)


@pytest.mark.usefixtures("heads")
@pytest.mark.parametrize("heads", [("hoken2",)], indirect=True)
def test_free_colleagues_without_power_of_decision_are_offered_in_the_citys_order(
    office: Office, sit: Sit
) -> None:
    kanri = sit(office.account("kanri", Role.SUPERVISOR, departments=BOTH), "shimin3")
    sato = office.account("sato", Role.OPERATOR)
    sit(sato, "hoken1")
    for login, phone in (("ito", "shimin1"), ("kato", "hoken3"), ("bucho", "hoken2"), ("mori", "renshu1")):
        sit(office.account(login, Role.OPERATOR, departments=(*BOTH, SOMU)), phone)
    sit(office.account("hoka", Role.OPERATOR, departments=(SHIMIN,)), "shimin2")
    call = talks(office, sato)

    page = kanri.get(f"/live/{call}").text

    assert asked_in_order(page) == ["hoken3", "shimin1"]
    assert "さくら 市子（kato）さんに頼む" in page
    assert "決定権のない職員が先です" in page
    decide = page[page.index("決定権を持つ職員に交代する") :]
    assert re.findall(r'type="radio" name="colleague" value="([a-z0-9]*)"', decide) == ["hoken2"]
    assert "決定権を持つ職員は対応しない" in decide


@pytest.mark.parametrize(
    ("busy", "facts"),
    [
        ("talks", {"operator_phone": "hoken3"}),
        ("is rung", {"operator_phone": "shimin1", "ringing_phones": ["hoken3"]}),
    ],
)
def test_nobody_is_torn_from_another_call(
    office: Office, sit: Sit, busy: str, facts: dict[str, object]
) -> None:
    kanri = sit(office.account("kanri", Role.SUPERVISOR), "hoken2")
    sato = office.account("sato", Role.OPERATOR)
    sit(office.account("kato", Role.OPERATOR), "hoken3")
    call = talks(office, sato)
    assert asked_in_order(kanri.get(f"/live/{call}/state").text) == ["hoken3"], busy

    talks(office, None, "other", **facts)

    page = kanri.get(f"/live/{call}/state").text
    assert asked_in_order(page) == []
    assert "空いている人は、いまいません" in page
    answer = kanri.post(f"/calls/{call}/supervise", kind="take-over", colleague="hoken3")
    assert answer.status_code == 409
    assert "頼んだ職員は、いま代われません" in answer.text
    assert rows(office, "SELECT 1 FROM call_orders") == []


def test_asking_a_colleague_is_written_down_first_and_rings_the_colleagues_phone(
    office: Office, sit: Sit
) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri, kato = sit(account, "hoken2"), sit(office.account("kato", Role.OPERATOR), "hoken3")
    sato = office.account("sato", Role.OPERATOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)

    answer = kanri.post(f"/calls/{call}/supervise", kind="take-over", colleague="hoken3")

    assert answer.status_code == 303
    (knock,) = office.knocks()
    assert (knock.act, knock.call_id, knock.granted, knock.actor) == ("live-take-over", call, True, account)
    ((kind, body),) = rows(office, "SELECT kind, body FROM call_orders")
    assert (kind, body["phone"], body["asked"]) == ("take-over", "hoken3", "1")
    assert "交代を頼む：頼んだ人の電話機を鳴らしています" in kanri.get(f"/live/{call}").text
    assert "電話が鳴っています" not in kato.get("/console/desk").text

    office.write("UPDATE calls SET ringing_phones = '{hoken3}'", {})

    rings = kato.get("/console/desk").text
    assert "通話中の電話の交代です" in rings
    assert "03-1234-5678" in rings
    assert "交代する人を呼んでいます（保険年金課 3番）" in here.get("/console/desk").text
    assert "交代する人の電話機を鳴らしています（保険年金課 3番）" in kanri.get(f"/live/{call}").text
    office.write("UPDATE call_orders SET done_at = now(), result = 'no-answer'", {})
    assert "頼んだ人は電話を取りませんでした。ほかの人に頼めます。" in kanri.get("/live/calls").text


def test_only_supervisors_of_the_department_ask_and_every_try_is_written_down(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    hoka = office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,))
    sit(office.account("kato", Role.OPERATOR), "hoken3")
    call = talks(office, None)

    for account, phone in ((sato, "hoken2"), (hoka, "shimin3")):
        answer = sit(account, phone).post(
            f"/calls/{call}/supervise", kind="take-over", colleague="hoken3", press=str(uuid4())
        )
        assert answer.status_code == 403

    assert [(one.actor, one.granted) for one in office.knocks()] == [(sato, False), (hoka, False)]
    assert rows(office, "SELECT 1 FROM call_orders") == []


@pytest.mark.parametrize("kind", ["listen", "whisper", "barge", "leave"])
def test_a_colleague_is_asked_to_take_over_and_to_nothing_else(office: Office, sit: Sit, kind: str) -> None:
    kanri = sit(office.account("kanri", Role.SUPERVISOR), "hoken2")
    sit(office.account("kato", Role.OPERATOR), "hoken3")
    call = talks(office, None)

    assert kanri.post(f"/calls/{call}/supervise", kind=kind, colleague="hoken3").status_code == 400
    assert rows(office, "SELECT 1 FROM call_orders") == []


@pytest.mark.usefixtures("heads")
@pytest.mark.parametrize("heads", [("hoken1", "hoken2")], indirect=True)
def test_a_head_is_led_to_the_colleagues_first_and_stands_last_with_the_reminder(
    office: Office, sit: Sit
) -> None:
    kacho = sit(office.account("kacho", Role.SUPERVISOR), "hoken1")
    sit(office.account("kato", Role.OPERATOR), "hoken3")
    sit(office.account("bucho", Role.SUPERVISOR), "hoken2")
    call = talks(office, None, operator_phone="shimin1")

    board, page = kacho.get("/live/calls").text, kacho.get(f"/live/{call}").text

    assert 'value="take-over"' not in board
    assert f'href="/live/{call}#ask-over">交代…' in board
    assert page.index("さくら 市子（kato）さんに頼む") < page.index("わたしが交代します")
    assert page.index("わたしが交代します") < page.index("さくら 市子（bucho）さん（")
    kacho.post(f"/calls/{call}/supervise", kind="take-over", colleague="hoken2", reminded="1")
    ((body,),) = rows(office, "SELECT body FROM call_orders")
    assert (body["phone"], body["reminded"]) == ("hoken2", "1")


@pytest.mark.usefixtures("heads")
@pytest.mark.parametrize("heads", [("hoken2",)], indirect=True)
def test_in_the_live_card_heads_stand_last_among_those_to_whom_a_call_can_go(
    office: Office, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here = sit(sato, "hoken1")
    talks(office, sato)

    page = here.get("/console/desk").text
    choices = re.findall(r'<option value="(phone|line):([a-z0-9]+)"', page)

    assert choices[-1] == ("phone", "hoken2")
    assert choices.count(("phone", "hoken2")) == 1
    assert page.index("決定権を持つ職員（要領では対応しません）") < page.index('value="phone:hoken2"')


def test_the_small_window_says_to_somebody_without_a_seat_what_to_do(
    office: Office, visitor: Callable[[AccountId], Visitor], sit: Sit
) -> None:
    nowhere = visitor(office.account("sato", Role.OPERATOR))
    seated = sit(office.account("ito", Role.OPERATOR), "hoken2")

    assert "着信を待っています" in seated.get("/console/mini").text
    page = nowhere.get("/console/mini").text
    assert "着信を待っています" not in page
    assert "席に着いていません。「自分の電話」の画面で席の電話機を選ぶと" in page
    assert 'data-nowhere="true"' in nowhere.get("/console/desk").text
