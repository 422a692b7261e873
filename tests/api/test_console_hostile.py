"""Input that means harm: it is refused, or shown as the letters it is; the answer teaches nothing.

tests/attacks/test_every_form.py tries every form there is; here are the doors that all of them share.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api.reading.calls import CallsSeen
from api.routes.live import SESSION_OVER
from api.sessions import COOKIE
from core.actors import Role
from core.ids import CallId
from tests.fixtures_console import Arrive, Visitor
from tests.office import Office

pytestmark = pytest.mark.real
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def call(office: Office) -> CallId:
    return office.call("a")


@pytest.fixture
def kanri(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kanri", Role.SUPERVISOR))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused(kanri: Visitor, headers: dict[str, str]) -> None:
    answer = kanri.client.post("/phone", data={"csrf": kanri.csrf}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"csrf=x", "application/json", 415),
        (b"--x\r\n", "multipart/form-data; boundary=x", 415),
        (b"csrf=x", "text/plain", 415),
        (b"csrf=" + b"x" * 100_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_only_small_plain_forms_are_read(kanri: Visitor, content: bytes, kind: str, status: int) -> None:
    answer = kanri.client.post("/search", content=content, headers={"content-type": kind})

    assert answer.status_code == status


def test_a_form_of_unknown_length_is_not_read(kanri: Visitor) -> None:
    answer = kanri.client.post(
        "/search", content=iter([b"csrf=x"]), headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/calls/%00",
        "/calls/" + "x" * 200,
        "/calls/' OR 1=1 --",
        "/calls/..%2f..%2fetc",
        "/calls/<script>",
        "/recordings/x/audio",
        "/search/x",
        "/search/00000000-0000-0000-0000-000000000000",
        "/static/x/console.css",
        "/nowhere",
    ],
)
def test_addresses_that_cannot_be_ours_are_not_found(kanri: Visitor, path: str) -> None:
    answer = kanri.get(path)

    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("before", ["x", "~", "2026-01-01~a", "2026-01-01T00:00:00+00:00~%00", "%ff"])
def test_a_spoilt_place_in_the_list_shows_its_beginning(kanri: Visitor, call: CallId, before: str) -> None:
    assert str(call) in kanri.get(f"/calls?before={before}").text


def test_letters_of_a_page_are_never_read_as_a_page(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.OPERATOR)
    with office.parts.database.begin() as connection:
        connection.exec_driver_sql("UPDATE accounts SET display_name = %s", (f"佐藤{SCRIPT}",))
    call = office.call(
        "a", operator_id=mine, operator_phone=SCRIPT, line=SCRIPT, outcome="unknown", phase=SCRIPT
    )
    live = office.call("live", operator_id=mine, ended_at=None, outcome=None, phase=SCRIPT, line=SCRIPT)
    recording = office.record(call, operator=mine, findings=(SCRIPT,))
    office.transcribe(recording, (("caller", 1.0, 2.0, f"責任者{SCRIPT}を出せ"),))
    office.alarm(SCRIPT, call)
    sato, kanri = visitor(mine), visitor(office.account("kanri", Role.SUPERVISOR))
    office.mark(call, datetime.now(UTC) - timedelta(hours=1, minutes=2, seconds=40))
    assert kanri.post(f"/calls/{call}/open", purpose="fact-check").status_code == 303
    around = sato.post(f"/calls/{call}/around-marks").headers["location"]
    search = {"since": "2020-01-01", "until": "2099-01-01", "purpose": "fact-check"}
    found = kanri.post("/search", words="責任者", **search).headers["location"]
    kanri.post("/search", words=SCRIPT, **search)

    pages = [
        kanri.get(path).text
        for path in ("/calls", "/live", f"/calls/{call}", f"/calls/{live}", "/alarms", found)
    ]
    pages += [sato.get(f"/calls/{call}").text, sato.get("/live").text, sato.get(around).text]

    assert all("alert(1)" not in page or "&lt;script&gt;alert(1)" in page for page in pages)
    assert not any(SCRIPT in page for page in pages)
    assert "<mark>責任者</mark>&lt;script&gt;" in pages[5]
    assert "責任者&lt;script&gt;" in pages[-1]


def test_a_number_that_is_none_is_not_shown(office: Office, kanri: Visitor) -> None:
    sealed, hashed = office.parts.numbers.seal(SCRIPT)
    office.call("a", caller_sealed=sealed, caller_hash=hashed)
    office.call("b", caller_sealed=b"not sealed by us", caller_hash=hashed)

    page = kanri.get("/calls").text

    assert SCRIPT not in page
    assert "番号を読み取れません" in page
    assert "番号を表示できません" in page


def test_zero_bytes_in_forms_do_no_harm(office: Office, kanri: Visitor) -> None:
    call = office.call("a", notice="missing")
    office.record(call, usable=False)
    form = {"since": "2020-01-01", "until": "2099-01-01", "purpose": "fact-check"}

    assert kanri.post("/search", words="責任\0者", **form).status_code == 303
    assert kanri.post("/search", words="\0", **form).status_code == 422
    assert kanri.post(f"/calls/{call}/use", reason="理由\0です。読みました").status_code == 303
    assert kanri.post("/phone", phone="hoken1\0").status_code == 404


def test_every_answer_carries_the_strict_policy(kanri: Visitor) -> None:
    static = kanri.get("/calls").text.split('href="')[2].split('"')[0]
    for path in ("/calls", "/nowhere", "/healthz", "/sign-in", static):
        headers = kanri.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in policy
        assert headers["referrer-policy"] == "same-origin"
        expected = "public, max-age=31536000, immutable" if path == static else "private, no-store"
        assert headers["cache-control"] == expected, path


def test_templates_hold_no_inline_script_or_style_and_nothing_marked_safe() -> None:
    from pathlib import Path

    for path in Path("api/pages").glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "|safe" not in page.replace(" ", ""), path
        assert " style=" not in page, path
        assert "<style" not in page, path
        assert " onclick=" not in page, path
        assert all("src=" in part.split(">")[0] for part in page.split("<script")[1:]), path


def test_errors_for_programs_have_one_shape(kanri: Visitor) -> None:
    answer = kanri.client.get("/calls/none", headers={"accept": "application/json"})

    assert answer.status_code == 404
    assert set(answer.json()["error"]) == {"code", "title", "advice"}


def test_a_fault_of_ours_shows_calm_words_and_nothing_of_itself(
    kanri: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("03-1234-5678")

    monkeypatch.setattr(CallsSeen, "newest", fail)

    answer = kanri.get("/calls")

    assert answer.status_code == 500
    assert "通話と録音は続いています" in answer.text
    assert "1234" not in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver", "null", ""])
def test_a_socket_from_another_site_is_refused(kanri: Visitor, origin: str) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        kanri.client.websocket_connect("wss://testserver/ws", headers={"origin": origin}),
    ):
        pytest.fail("was let in")


def test_a_socket_without_a_session_is_told_to_sign_in(kanri: Visitor) -> None:
    stranger = TestClient(kanri.client.app, base_url="https://testserver")

    with (
        stranger.websocket_connect("wss://testserver/ws", headers={"origin": "https://testserver"}) as socket,
        pytest.raises(WebSocketDisconnect) as ended,
    ):
        socket.receive_json()

    assert ended.value.code == SESSION_OVER
    assert COOKIE not in stranger.cookies
