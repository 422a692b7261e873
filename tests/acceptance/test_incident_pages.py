"""事案 in a real browser: a flagged call becomes a case, three judges give views, and it is decided."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.actors import Role
from core.profile.casework import Casework
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]
NOS = (
    "市の側に落ち度がありましたか",
    "職員の言葉や態度に、行き違いの元がありましたか",
    "お断りしたあと、引き下がりましたか",
)


def give_view(page: Page, reason: str) -> None:
    for name in NOS:
        page.get_by_role("group", name=name).get_by_label("いいえ").check()
    page.get_by_role("group", name="前から続いていますか").get_by_label("はい").check()
    page.get_by_role("group", name="要求の内容").get_by_label("社会通念の範囲").check()
    page.get_by_role("group", name="要求の態様").get_by_label("社会通念を超える").check()
    page.get_by_role("group", name="時間・回数・頻度").get_by_label("わからない").check()
    page.get_by_role("radio", name="当たる", exact=True).check()
    page.get_by_label("そう考える理由").fill(reason)
    page.get_by_role("button", name="考えを書く").press("Enter")


def step(desk: Desk, login: str, case: str) -> Page:
    desk.page.get_by_role("button", name="ログアウト").click()
    desk.sign_in(login)
    return desk.open(case)


def test_a_flagged_call_becomes_a_case_and_three_judges_decide_it(desk: Desk) -> None:
    office = desk.console.office
    casework = Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",), people=3)
    profile = office.parts.profile.model_copy(update={"casework": casework})
    object.__setattr__(office.parts, "profile", profile)
    sato = office.account("sato", Role.OPERATOR)
    for login in ("kacho", "shomu", "kakari"):
        office.account(login, Role.SUPERVISOR)
    call = office.call("renshu", operator_id=sato, practice=True)
    office.write("INSERT INTO call_marks (id, call_id, at, source) SELECT gen_random_uuid(), id, ended_at,"
                 " 'phone' FROM calls WHERE id = :call", {"call": call})  # fmt: skip

    desk.sign_in("sato")
    page = desk.open(f"/calls/{call}")
    page.get_by_role("button", name="事案にする").press("Enter")
    expect(page.get_by_role("heading", name="事案 1")).to_be_visible()
    case = page.url.removeprefix(desk.console.url)
    page.get_by_role("button", name="判断する人を呼ぶ").press("Enter")
    expect(page.get_by_text("（所属長）").first).to_be_visible()

    for login, reason in (("kacho", "「バカ」と5回言われた"), ("shomu", "断ったあとも同じ言葉が続いた")):
        page = step(desk, login, case)
        if login == "shomu":
            expect(page.get_by_text("先に自分の考えを書くと読めます")).to_be_visible()
            expect(page.get_by_text("「バカ」と5回言われた")).to_have_count(0)
            desk.picture("incident-board")
            assert desk.barriers() == []
        give_view(page, reason)
        expect(page.get_by_text("「バカ」と5回言われた")).to_be_visible()
    give_view(step(desk, "kakari", case), "止めてと伝えても続いた")
    expect(page.get_by_text("該当の判断があります")).to_be_visible()

    page.get_by_role("button", name="所属長確認に出す").press("Enter")
    step(desk, "kacho", case).get_by_role("button", name="確認して合議に回す").press("Enter")
    step(desk, "shomu", case).get_by_role("button", name="合議で了承する").press("Enter")
    page = step(desk, "kacho", case)
    page.get_by_label("該当（カスタマーハラスメントに当たる）").check()
    page.get_by_label("決定の理由").fill("3人の判断のとおり")
    page.get_by_role("button", name="決定する").press("Enter")
    expect(page.get_by_role("button", name="終結する")).to_be_visible()
    desk.picture("incident-decided")
    assert desk.barriers() == []

    page = desk.open("/incidents")
    expect(page.get_by_text("練習", exact=True)).to_be_visible()
    desk.picture("incidents")
    assert desk.barriers() == []
