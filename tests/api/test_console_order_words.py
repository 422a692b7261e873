"""What an operator reads of what they ordered: the name of the button they pressed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.actors import Role
from core.ids import AccountId
from core.profile.model import CityProfile
from core.profile.recording import WhenNotWanted, WithoutRecording
from tests.fixtures_at_the_phone import talks
from tests.fixtures_console import Visitor
from tests.office import Office

pytestmark = pytest.mark.real

Sit = Callable[[AccountId, str], Visitor]


@pytest.fixture
def offering(office: Office) -> str:
    """Let the city offer another way to whoever does not want to be recorded; returns the words for it."""
    rule = WithoutRecording(then=WhenNotWanted.OFFER, other_way="窓口でも承ります。")
    profile = office.parts.profile.model_copy(update={"without_recording": rule})
    object.__setattr__(office.parts, "profile", profile)
    return rule.other_way


def came_of_it(office: Office, result: str) -> None:
    """Let the telephone side answer whatever was ordered."""
    now = datetime.now(UTC)
    office.write("UPDATE call_orders SET result = :result, done_at = :now", {"result": result, "now": now})


def test_each_step_of_the_callers_loudness_is_named_as_its_button_is(office: Office, sit: Sit) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)
    for step in ("2", "1", "0"):
        here.post(f"/calls/{call}/orders", kind="quieter", step=step)
    came_of_it(office, "done")
    page = here.get("/console/desk").text

    assert [
        page.count(f"{name}：できました。") for name in ("さらに小さく", "相手の声を小さく", "声を元に戻す")
    ] == [1, 1, 1]


def test_who_does_not_want_recording_is_explained_to_first_and_the_operator_is_told_so(
    office: Office, sit: Sit, sakura_profile: CityProfile
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)
    here.post(f"/calls/{call}/orders", kind="refuse-recording")
    came_of_it(office, "explain-first")
    explained = here.get("/console/desk").text
    came_of_it(office, "done")
    stopped = here.get("/console/desk").text

    assert "録音は続いています。先に「録音の説明」を読み上げてください。" in explained
    assert sakura_profile.without_recording.explanation in explained
    assert "録音を望まない：録音を止めました。" in stopped
    assert "ほかの方法の案内" not in stopped


def test_a_city_that_offers_another_way_gives_the_operator_the_words(
    office: Office, offering: str, sit: Sit
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)
    here.post(f"/calls/{call}/orders", kind="refuse-recording")
    came_of_it(office, "offer-other-way")
    page = here.get("/console/desk").text

    assert "「ほかの方法の案内」を読み上げて、ご用件を伺ってください。" in page
    assert f"「{offering}」" in page


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("busy", "取次：呼んだ電話機は話し中でした。電話の相手との通話に戻りました。"),
        ("no-answer", "取次：呼んだ電話機は取られませんでした。電話の相手との通話に戻りました。"),
        ("unreachable", "取次：呼んだ電話機につながりませんでした。電話の相手との通話に戻りました。"),
        ("gone", "取次：取次の相手の電話が切れました。電話の相手との通話に戻りました。"),
        ("lost", "取次：取次の相手とつながりませんでした。電話の相手との通話に戻りました。"),
        ("passed-on", "取次：相手を呼びました。"),
        (None, "取次：相手を呼びました。"),
    ],
)
def test_a_colleague_who_did_not_come_is_said_of_the_last_consultation_alone(
    office: Office, sit: Sit, result: str | None, words: str
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)
    for _ in range(2):
        here.post(f"/calls/{call}/orders", kind="consult", target="phone:hoken2")
    came_of_it(office, "done")
    office.write("UPDATE calls SET consult_result = :result", {"result": result})
    page = here.get("/console/desk").text

    assert page.count(words) == (2 if "相手を呼びました" in words else 1)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("busy", "転送先の電話機は話し中でした。元の電話機に戻しました。"),
        ("no-answer", "転送先の電話機は取られませんでした。元の電話機に戻しました。"),
        ("unreachable", "転送先の電話機につながりませんでした。元の電話機に戻しました。"),
        ("gone", "転送先の電話が切れました。元の電話機に戻しました。"),
    ],
)
def test_a_call_that_was_passed_on_in_vain_says_at_its_desk_that_it_came_back_and_why(
    office: Office, sit: Sit, result: str, words: str
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)
    here.post(f"/calls/{call}/orders", kind="consult", target="phone:hoken2")
    here.post(f"/calls/{call}/orders", kind="transfer", target="phone:hoken2")
    came_of_it(office, "done")
    office.write("UPDATE calls SET aside = 'passed-on'", {})
    under_way = here.get("/console/desk").text
    office.write(
        "UPDATE calls SET aside = 'coming-back', consult_result = :result, phase = 'connecting',"
        " ringing_phones = '{hoken1}'",
        {"result": result},
    )
    rings = here.get("/console/desk").text
    office.write("UPDATE calls SET aside = NULL, phase = 'talking', ringing_phones = '{}'", {})
    talks_again = here.get("/console/desk").text

    assert "誰も出なければ、この席に戻ります。" in under_way
    assert "戻しました" not in under_way
    assert f"転送した電話です。{words}" in rings
    assert talks_again.count(f"転送：{words}") == 1
    assert "転送した電話です" not in talks_again


def test_what_a_supervisor_ordered_of_their_own_phone_is_not_said_to_the_operator(
    office: Office, sit: Sit
) -> None:
    sato, kanri = office.account("sato", Role.OPERATOR), office.account("kanri", Role.SUPERVISOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)
    sit(kanri, "hoken3").post(f"/calls/{call}/supervise", kind="take-over")
    came_of_it(office, "phone-away")

    assert "電話機の電源とケーブル" not in here.get("/console/desk").text
    assert "電話機の電源とケーブル" in sit(kanri, "hoken3").get(f"/live/{call}").text


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("done", "転送先を呼びました。"),
        ("refer-brought-in", "あなたは通話に残ります。"),
        ("refer-joins-outside", "画面の「外部の方を呼ぶ」を押してください。"),
        ("outside-not-allowed", "市の設定では、この番号を通話に呼べません。"),
        ("unknown-target", "転送先が見つかりません。"),
    ],
)
def test_what_became_of_the_phones_own_transfer_key_stands_at_the_desk(
    office: Office, sit: Sit, result: str, words: str
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    here, call = sit(sato, "hoken1"), talks(office, sato)
    office.write(
        "INSERT INTO call_orders (id, call_id, kind, body, at, by, done_at, result)"
        " VALUES (gen_random_uuid(), :call, 'transfer', '{\"step\": \"phone\"}', now(), :by, now(), :result)",
        {"call": call, "by": sato, "result": result},
    )

    page = here.get("/console/desk").text

    assert page.count("電話機からの転送：") == 1
    assert words in page[page.index("電話機からの転送：") :]
