"""Of their own call an operator reads what was said around their marks, and nothing else, by whatever way."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.tokens import Scope, Tokens
from core.actors import Actor, Role
from tests.fixtures_console import Arrive
from tests.fixtures_own_call import EARLY, LATE, NEAR, OVER_THE_EDGE, OwnCall
from tests.office import HOKEN

pytestmark = pytest.mark.real
SEARCH = {"since": "2020-01-01", "until": "2099-01-01", "purpose": "record-keeping"}


def shown(page: str) -> list[str]:
    return [words for words in (EARLY, NEAR, OVER_THE_EDGE, LATE) if words in page]


def test_what_was_said_within_two_minutes_of_a_mark_is_read_and_the_page_says_who_opens_the_rest(
    own: OwnCall, visitor: Arrive
) -> None:
    sato = visitor(own.operator)

    call = sato.get(f"/calls/{own.call}").text
    moments = sato.get(sato.post(f"/calls/{own.call}/around-marks").headers["location"]).text

    assert shown(call) == []
    assert "印の前後2分だけを聞いて読めます。ほかの部分を開けるのは、この部署の管理者です。" in call
    assert shown(moments) == [NEAR]
    assert "録音の 03:00 から 07:00 まで" in moments
    assert "ほかの部分は、音も文字も閉じています" in moments
    assert "この部署の管理者に頼んでください" in moments


def test_it_ends_when_the_record_is_filed(own: OwnCall, visitor: Arrive) -> None:
    sato = visitor(own.operator)
    place = sato.post(f"/calls/{own.call}/around-marks").headers["location"]
    outcome = own.office.parts.profile.outcomes[0].id

    before = sato.get(place)
    sato.post(f"/calls/{own.call}/wrap-up", outcome=outcome, memo="", answered="")
    after = sato.get(place)

    assert (before.status_code, after.status_code) == (200, 403)
    assert (shown(before.text), shown(after.text)) == ([NEAR], [])
    assert sato.post(f"/calls/{own.call}/around-marks").status_code == 403


def test_a_colleagues_mark_opens_nothing(own: OwnCall, visitor: Arrive) -> None:
    own.office.write("DELETE FROM call_marks", {})
    suzuki = visitor(own.office.account("suzuki", Role.OPERATOR))
    assert suzuki.post(f"/calls/{own.call}/flag", press=str(uuid4())).status_code < 400

    sato = visitor(own.operator)

    assert "印の前後を開く" not in sato.get(f"/calls/{own.call}").text
    assert sato.post(f"/calls/{own.call}/around-marks").status_code == 403


def test_a_colleague_who_listens_instead_reads_no_more_than_that(own: OwnCall, visitor: Arrive) -> None:
    kanri = visitor(own.office.account("kanri", Role.SUPERVISOR))
    colleague = own.office.account("suzuki", Role.OPERATOR)
    suzuki = visitor(colleague)
    kanri.post(f"/calls/{own.call}/around-marks/listeners", colleague=str(colleague))

    moments = suzuki.get(suzuki.post(f"/calls/{own.call}/around-marks").headers["location"]).text

    assert shown(moments) == [NEAR]
    assert shown(suzuki.get(f"/calls/{own.call}").text) == []
    assert suzuki.post(f"/calls/{own.call}/open", purpose="record-keeping").status_code == 403


def test_the_whole_does_not_open_for_any_purpose_and_each_attempt_is_written_down(
    own: OwnCall, visitor: Arrive
) -> None:
    sato = visitor(own.operator)

    for purpose in ("record-keeping", "fact-check", "harassment-review"):
        assert sato.post(f"/calls/{own.call}/open", purpose=purpose).status_code == 403

    assert [(one.act, one.granted, one.reason) for one in own.office.knocks()] == [
        ("read", False, "not-visible")
    ] * 3


def test_what_was_opened_before_is_shut(own: OwnCall, visitor: Arrive) -> None:
    """A play that somebody began while they still had the right to it, or as somebody who has it."""
    own.owned("UPDATE accounts SET roles = '{operator,supervisor}' WHERE id = :id", id=own.operator)
    sato = visitor(own.operator)
    assert sato.post(f"/calls/{own.call}/open", purpose="fact-check").status_code == 303
    page = sato.get(f"/calls/{own.call}").text
    [sound] = set(re.findall(r"/recordings/[0-9a-f-]{36}/audio", page))
    assert shown(page) == [EARLY, NEAR, OVER_THE_EDGE, LATE]

    own.owned("UPDATE accounts SET roles = '{operator}' WHERE id = :id", id=own.operator)

    assert shown(sato.get(f"/calls/{own.call}").text) == []
    assert sato.get(sound).status_code == 403
    assert sato.get(sound.replace("/audio", "/peaks")).status_code == 403


@pytest.mark.parametrize("words", [EARLY, NEAR, OVER_THE_EDGE, LATE])
def test_search_finds_nothing_of_it_neither_count_nor_snippet(
    own: OwnCall, visitor: Arrive, words: str
) -> None:
    sato, kanri = visitor(own.operator), visitor(own.office.account("kanri", Role.SUPERVISOR))

    where = kanri.post("/search", words=words, **SEARCH).headers["location"]
    assert str(own.call) in kanri.get(where).text
    where = sato.post("/search", words=words, **SEARCH).headers["location"]
    for tier in ("spelt", "read", "alike"):
        assert str(own.call) not in sato.get(f"{where}?tier={tier}").text, tier
    assert own.office.knocks()[-1].recordings in (None, [])


def test_clips_quotes_and_corrections_of_it_are_refused(own: OwnCall, visitor: Arrive) -> None:
    sato, kanri = visitor(own.operator), visitor(own.office.account("kanri", Role.SUPERVISOR))
    where = sato.post("/search", words=EARLY, **SEARCH).headers["location"]
    kanri.post(f"/calls/{own.call}/open", purpose="fact-check")
    quote = str(uuid4())
    made = kanri.post(
        f"/calls/{own.call}/quotes", quote=quote, utterance=str(own.utterance(EARLY)), start="0", end="3"
    )
    clip = kanri.post(f"/calls/{own.call}/clips", utterance=str(own.utterance(EARLY))).json()
    moments = sato.post(f"/calls/{own.call}/around-marks").headers["location"]

    for words in (EARLY, NEAR, OVER_THE_EDGE):
        one = str(own.utterance(words))
        for path, fields in (
            (f"/calls/{own.call}/clips", {}),
            (f"{where}/clips", {}),
            (f"/calls/{own.call}/quotes", {"quote": str(uuid4()), "start": "0", "end": "3"}),
            (f"/clips/{clip['clip']}/confirm", {}),
            (f"/clips/{clip['clip']}/correct", {"correction": str(uuid4()), "text": "別の言葉"}),
        ):
            answer = sato.post(path, utterance=one, **fields)
            assert answer.status_code in {403, 404}, path
            assert shown(answer.text) == []
    assert made.status_code == 201
    for path in (f"/quotes/{quote}", clip["sound"]):
        answer = sato.get(path)
        assert answer.status_code in {403, 404}, path
        assert shown(answer.text) == []
    assert shown(sato.get(moments).text) == [NEAR]


def test_words_that_were_read_along_are_gone_when_the_call_is_over(own: OwnCall, visitor: Arrive) -> None:
    sato = visitor(own.operator)
    # Left behind by a process that was killed: its duty would take them away.
    own.office.write(
        "INSERT INTO live_lines VALUES (:id, :call, 'caller', now(), :words, true, 1)",
        {"id": uuid4(), "call": own.call, "words": EARLY},
    )
    own.office.write(
        "INSERT INTO live_watches VALUES (:call, :who, now(), now())", {"call": own.call, "who": own.operator}
    )

    answers = [
        sato.get(f"/calls/{own.call}/live-text"),
        sato.post(f"/calls/{own.call}/live-text/watch"),
        sato.get(f"/console/calls/{own.call}"),
        sato.get(f"/console/calls/{own.call}/desk"),
        sato.get("/console"),
    ]

    assert [shown(one.text) for one in answers] == [[]] * len(answers)


def test_no_page_of_the_console_and_no_program_shows_a_word_of_it(own: OwnCall, visitor: Arrive) -> None:
    sato = visitor(own.operator)
    keeper = Actor(
        account=own.office.account("kagi", Role.ADMINISTRATOR, departments=()),
        roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset(),
    )  # fmt: skip
    token = Tokens(own.office.parts.database, own.office.parts.clock).issue(
        keeper, "受付機", scopes=tuple(Scope), departments=(HOKEN,), days=1
    )
    program = TestClient(
        sato.client.app, base_url="https://testserver", headers={"authorization": f"Bearer {token}"}
    )

    pages = [
        sato.get(path).text
        for path in (
            "/calls", "/live", "/live/calls", "/console/desk", "/console/mini", "/promises",
            f"/calls/{own.call}?again=true", f"/calls/{own.call}/state",
            f"/records/{uuid4()}/{own.recording}",
        )
    ]  # fmt: skip
    pages += [
        program.get("/api/v1/phones/hoken1/call").text,
        program.post(f"/api/v1/calls/{own.call}/flag", json={}).text,
    ]

    assert [shown(page) for page in pages] == [[]] * len(pages)
