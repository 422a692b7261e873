"""A supervisor steps in from the wallboard: written down first, told in words, never without a phone."""

from __future__ import annotations

import re

import pytest

from core.actors import Role
from tests.calls_in_talk import rows, sit, talking
from tests.fixtures_console import Arrive
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real


def test_a_supervisor_needs_a_desk_phone_and_no_microphone_of_the_computer(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    sit(kanri, "hoken3")
    talking(office, "a")

    page = kanri.get("/live")

    assert "microphone=()" in page.headers["permissions-policy"]
    assert "聴く" in page.text


@pytest.mark.parametrize("kind", ["listen", "whisper", "barge", "take-over"])
def test_coming_onto_a_call_is_written_down_before_it_is_ordered(
    office: Office, visitor: Arrive, kind: str
) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri = visitor(account)
    sit(kanri, "hoken3")
    call = talking(office, "a")

    answer = kanri.post(f"/calls/{call}/supervise", kind=kind)

    assert answer.status_code == 303
    (knock,) = office.knocks()
    assert (knock.act, knock.call_id, knock.granted, knock.actor) == (f"live-{kind}", call, True, account)
    (order,) = rows(office, "SELECT kind, by, at, body FROM call_orders")
    assert (order.kind, order.by, order.body["phone"]) == (kind, account, "hoken3")
    assert knock.at <= order.at


def test_the_same_press_of_a_plain_form_is_one_order(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    sit(kanri, "hoken3")
    call = talking(office, "a")
    buttons = re.findall(r'<form[^>]*/supervise"(.*?)</form>', kanri.get("/live").text, re.DOTALL)
    assert buttons
    presses = [re.search(r'name="press" value="([0-9a-f-]{36})"', one) for one in buttons]
    assert all(presses)
    assert len({one[1] for one in presses if one}) == len(buttons)

    press = presses[0][1] if presses[0] else ""
    for _ in range(2):
        assert kanri.post(f"/calls/{call}/supervise", kind="listen", press=press).status_code == 303
    assert len(rows(office, "SELECT 1 FROM call_orders")) == 1


def test_refused_knocks_are_written_down_too_and_nothing_is_ordered(office: Office, visitor: Arrive) -> None:
    call = talking(office, "a")
    sato, hoka = (
        office.account("sato", Role.OPERATOR),
        office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)),
    )
    for account in (sato, hoka):
        person = visitor(account)
        sit(person, "hoken3" if account == sato else "shimin3")
        assert person.post(f"/calls/{call}/supervise", kind="listen").status_code in (403, 404)

    assert [(one.actor, one.granted, one.reason) for one in office.knocks()] == [
        (sato, False, "not-your-role"), (hoka, False, "not-visible")
    ]  # fmt: skip
    assert rows(office, "SELECT 1 FROM call_orders") == []


def test_what_became_of_an_order_is_told_in_words(office: Office, visitor: Arrive) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri = visitor(account)
    sit(kanri, "hoken3")
    call = talking(office, "a")

    kanri.post(f"/calls/{call}/supervise", kind="listen")
    assert "聴く：あなたの電話機を鳴らしています" in kanri.get("/live/calls").text
    office.write("UPDATE call_orders SET done_at = now(), result = 'busy'", {})
    assert "聴く：呼び出した電話機が話し中でした" in kanri.get("/live/calls").text
    office.write("UPDATE call_orders SET result = 'done'", {})
    office.write(
        "INSERT INTO call_guests (call_id, leg, mode, since, phone, account_id, shown)"
        " VALUES (:call, 'sv-a', 'listen', now(), 'hoken3', :account, true)",
        {"call": call, "account": account},
    )

    page = kanri.get("/live/calls").text
    assert "さくら 市子（kanri）：聴いています" in page
    assert "離れる" in page


def test_without_a_phone_of_ones_own_nobody_listens(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = talking(office, "a")

    assert "席の電話機を選んで" in kanri.get("/live/calls").text
    assert kanri.post(f"/calls/{call}/supervise", kind="listen").status_code == 409
    assert rows(office, "SELECT 1 FROM call_orders") == []


def test_the_line_on_the_operators_screen_shows_whether_it_was_seen(office: Office, visitor: Arrive) -> None:
    sato = office.account("sato", Role.OPERATOR)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = talking(office, "a", operator_id=sato)

    assert kanri.post(f"/calls/{call}/cards", words="折り返しにしましょう\n14時で").status_code == 303
    assert "「折り返しにしましょう 14時で」" in kanri.get(f"/live/{call}").text
    assert "まだ見ていません" in kanri.get("/live/calls").text
    office.write("UPDATE text_cards SET seen_at = now()", {})

    assert "担当者が見ました" in kanri.get("/live/calls").text
    assert kanri.post(f"/calls/{call}/cards", words="  ").status_code == 422
    assert kanri.post(f"/calls/{call}/cards", words="あ" * 201).status_code == 422


def test_a_line_whose_button_is_pressed_twice_stands_once_on_the_operators_screen(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = talking(office, "a")

    def send(presses: int) -> None:
        page = kanri.get(f"/live/{call}").text
        (press,) = re.findall(r'/cards" class="card fields">.*?name="press" value="([^"]+)"', page, re.DOTALL)
        for _ in range(presses):
            answer = kanri.post(f"/calls/{call}/cards", words="代わります", press=press)
            assert answer.status_code == 303

    send(presses=2)
    assert len(rows(office, "SELECT 1 FROM text_cards")) == 1
    send(presses=1)  # the same words once more are meant
    assert len(rows(office, "SELECT 1 FROM text_cards")) == 2


def test_a_head_of_section_is_reminded_before_taking_over(
    office: Office, visitor: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = office.parts.profile.supervision.model_copy(update={"heads": ("hoken3",)})
    object.__setattr__(
        office.parts, "profile", office.parts.profile.model_copy(update={"supervision": heads})
    )
    account = office.account("kacho", Role.SUPERVISOR)
    kacho = visitor(account)
    sit(kacho, "hoken3")
    call = talking(office, "a")

    assert 'value="take-over"' not in kacho.get("/live/calls").text
    page = kacho.get(f"/live/{call}").text
    assert "決定権を持つ職員は対応しない" in page
    kacho.post(f"/calls/{call}/supervise", kind="take-over", reminded="1")

    (order,) = rows(office, "SELECT body FROM call_orders")
    assert order.body["reminded"] == "1"
