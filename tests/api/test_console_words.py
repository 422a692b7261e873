"""The page of a call says how far its words are, and lets a supervisor ask for them where there are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.actors import Role
from core.facts import TranscriptionWanted
from core.ids import CallId, RecordingId
from tests.fixtures_console import Arrive, Visitor
from tests.office import Office
from transcription.progress import Progress, note

pytestmark = pytest.mark.real
FORM = 'action="/calls/{}/words"'


@pytest.fixture
def supervisor(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kanri", Role.SUPERVISOR))


def put(office: Office, recording: RecordingId, progress: Progress, reason: str = "") -> None:
    with office.worker.begin() as connection:
        note(connection, recording, progress, datetime.now(UTC), reason=reason)


@pytest.mark.parametrize(
    ("progress", "reason", "said", "listed"),
    [
        (None, "", "順番を待っています", "文字起こし待ち"),
        (Progress.WAITING, "model-missing", "整うと、自動で始めます", "文字起こし待ち"),
        (Progress.WAITING, "overtaken", "フラグのある通話を先に", "文字起こし待ち"),
        (Progress.WAITING, "database-away", "自動でもう一度始めます", "文字起こし待ち"),
        (Progress.WORKING, "", "文字起こし中です", "文字起こし中"),
        (Progress.NOT_WANTED, "", "文字起こしはしていません", "文字起こしなし"),
        (Progress.FAILED, "memory", "文字起こしができませんでした", "文字起こしできず"),
        (Progress.FAILED, "recording-unreadable", "録音のファイルを読み取れない", "文字起こしできず"),
    ],
)
def test_how_far_the_words_are_is_said_on_the_page_and_in_the_list(  # noqa: PLR0913, PLR0917  the row
    office: Office, supervisor: Visitor, progress: Progress | None, reason: str, said: str, listed: str
) -> None:
    call = office.call("a")
    recording = office.record(call)
    if progress is not None:
        put(office, recording, progress, reason)

    page = supervisor.get(f"/calls/{call}").text

    assert said in page
    assert "録音は" in page
    assert listed in supervisor.get("/calls").text
    assert (FORM.format(call) in page) is (progress in {Progress.NOT_WANTED, Progress.FAILED})


def test_a_supervisor_asks_for_a_purpose_and_the_wish_is_written_down_first(
    office: Office, supervisor: Visitor
) -> None:
    call = office.call("a")
    recording = office.record(call)
    put(office, recording, Progress.NOT_WANTED)

    for purpose, told in (
        ("", "閲覧の目的を選んでください"),
        ("curiosity", "閲覧の目的を選んでください"),
        ("training", "練習の通話だけで使えます"),
        ("disclosure", "件番号を書いてください"),
    ):
        refused = supervisor.post(f"/calls/{call}/words", purpose=purpose)
        assert refused.status_code == 422
        assert told in refused.text
    assert office.knocks() == []
    answer = supervisor.post(f"/calls/{call}/words", purpose="fact-check")
    supervisor.post(f"/calls/{call}/words", purpose="fact-check")

    assert answer.status_code == 303
    assert office.facts.facts == [TranscriptionWanted(recording=recording)]
    assert {(one.act, one.purpose, one.granted) for one in office.knocks()} == {
        ("process", "fact-check", True)
    }
    page = supervisor.get(f"/calls/{call}").text
    assert "順番を待っています" in page
    assert FORM.format(call) not in page
    assert "文字起こしを頼んだ" in page


def test_an_operator_is_told_whom_to_ask_and_asks_for_nothing(office: Office, visitor: Arrive) -> None:
    mine = office.account("sato", Role.OPERATOR)
    sato = visitor(mine)
    call = office.call("a", operator_id=mine)
    put(office, office.record(call, operator=mine), Progress.NOT_WANTED)

    page = sato.get(f"/calls/{call}").text
    answer = sato.post(f"/calls/{call}/words", purpose="fact-check")

    assert "ほかの部分を開けるのは、この部署の管理者です" in page
    assert FORM.format(call) not in page
    assert answer.status_code == 403
    assert office.facts.facts == []


def test_what_is_closed_buffered_or_not_there_is_not_asked_for(office: Office, supervisor: Visitor) -> None:
    closed, buffered = office.call("closed", notice="missing"), office.call("buffered")
    office.record(closed, usable=False)
    kept = office.record(buffered)
    office.write("UPDATE recordings SET class = 'buffer' WHERE id = :id", {"id": kept})
    silent = office.call("silent")

    answers = [
        supervisor.post(f"/calls/{call}/words", purpose="fact-check").status_code
        for call in (closed, buffered, silent, CallId("city-none.0"))
    ]

    assert answers == [403, 404, 404, 404]
    assert office.facts.facts == []
