"""事案 in a real browser: a flagged call becomes a case with heard words, judges decide, it is printed."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from core.actors import Role
from core.ids import CallId
from core.profile.casework import Casework
from tests.console_pages import open_content, quote_and_hear, saved_by
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]
SAID = (
    ("hall", 1.0, 2.2, "保険年金課でございます。"),
    ("caller", 20.8, 21.8, "責任者を出してください。"),
    ("caller", 22.0, 23.0, "馬鹿かお前は。"),
)
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


def write_statement(desk: Desk, case: str) -> Page:
    """Write the statement: begun from the call, with an impression that the city's words mark."""
    page = desk.open(f"{case}/statement")
    expect(page.get_by_text("保険年金課", exact=False).first).to_be_visible()
    page.locator("#what-1").fill("明細をすぐ出すよう求めた。激しく怒られた。")
    page.get_by_role("button", name="言葉を確かめる").press("Enter")
    expect(page.get_by_text("感じ方や評価の言葉が")).to_be_visible()
    assert desk.barriers() == []
    desk.picture("case-statement-checked")
    page.locator("#what-1").fill("明細をすぐ出すよう求めた。")
    page.get_by_role("button", name="保存する", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="記録（5W1H）")).to_be_visible()
    return page


def flagged(desk: Desk) -> CallId:
    """A practice call with a flag and its words, of a hall with three judges."""
    office = desk.console.office
    casework = Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",), people=3)
    profile = office.parts.profile.model_copy(update={"casework": casework})
    object.__setattr__(office.parts, "profile", profile)
    sato = office.account("sato", Role.OPERATOR)
    for login in ("kacho", "shomu", "kakari"):
        office.account(login, Role.SUPERVISOR)
    call = office.call("renshu", operator_id=sato, practice=True)
    office.transcribe(office.record(call, seconds=24.0, practice=True, operator=sato), SAID)
    office.write("INSERT INTO call_marks (id, call_id, at, source) SELECT gen_random_uuid(), id, ended_at,"
                 " 'phone' FROM calls WHERE id = :call", {"call": call})  # fmt: skip
    return call


def test_a_flagged_call_becomes_a_case_and_three_judges_decide_it(desk: Desk) -> None:
    call = flagged(desk)
    desk.sign_in("sato")
    page = open_content(desk, call)
    quote_and_hear(page)
    quote_and_hear(page, 2, 2)
    page.get_by_role("button", name="事案にする").press("Enter")
    expect(page.get_by_role("heading", name="事案 1")).to_be_visible()
    case = page.url.removeprefix(desk.console.url)
    for words in ("責任者", "馬鹿"):
        button = page.get_by_role("button", name=re.compile(f"この引用を加える.*{words}"))
        button.press("Enter")
        expect(button).to_have_count(0)
        expect(page.locator("blockquote", has_text=f"「{words}」")).to_have_count(1)
    page = write_statement(desk, case)
    assert desk.barriers() == []
    desk.picture("case-written")
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
    paper = (
        saved_by(page, page.get_by_role("link", name=re.compile("決定の文書を保存する"))).path().read_bytes()
    )
    desk.keep("case-paper.pdf", paper)
    printed = "".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages)
    for part in ("「責任者」", "「馬鹿」", "明細をすぐ出すよう求めた", "3人の判断のとおり", "練習"):
        assert part in printed, part

    look_around(desk, case)


def look_around(desk: Desk, case: str) -> None:
    """Look at a version of the statement, and at the register."""
    page = desk.open(f"{case}/statement?version=1")
    expect(page.get_by_role("heading", name="記録 第1版")).to_be_visible()
    desk.picture("case-version")
    assert desk.barriers() == []
    page = desk.open("/incidents")
    expect(page.get_by_text("練習", exact=True)).to_be_visible()
    desk.picture("incidents")
    assert desk.barriers() == []
