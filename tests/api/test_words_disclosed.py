"""What is disclosed under a request says of every word who stands for it, and names nobody it cannot know."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import AccountId
from tests.fixtures_console import Visitor
from tests.fixtures_listeners import Archived, Listener
from tests.office import DIALOGUE, UNSURE

pytestmark = pytest.mark.real

HALL = sum(track == "hall" for track, *_ in DIALOGUE)


@pytest.fixture
def page(archived: Archived, visitor: Callable[[AccountId], Visitor]) -> Callable[[], str]:
    """Open the call under a request, and read its words as often as one likes."""
    officer = visitor(archived.office.account("kaiji", Role.RECORDS_OFFICER))
    request = officer.post("/records", number="令和8年度 第12号").headers["location"]
    for act in ("accept", "open"):
        assert officer.post(f"{request}/{act}", recording=str(archived.recording)).status_code == 303

    def read() -> str:
        told = officer.get(f"{request}/{archived.recording}").text
        return told.split('<ol class="transcript still"')[1].split("</ol>")[0]

    return read


def test_the_machine_s_words_are_unconfirmed_and_the_unsure_ones_underlined(page: Callable[[], str]) -> None:
    words = page()

    assert words.count("未確認") == len(DIALOGUE)
    assert f'<span class="unsure">{UNSURE}</span>' in words


def test_nobody_of_the_hall_is_named_who_may_not_have_spoken(
    archived: Archived, page: Callable[[], str]
) -> None:
    for leg, part in (("op-1", "operator"), ("ot-1", "third-party")):
        archived.office.write(
            "INSERT INTO call_parties (call_id, leg, joined_at, part)"
            " SELECT subject, :leg, started_at, :part FROM recordings WHERE id = :recording",
            {"leg": leg, "part": part, "recording": archived.recording},
        )

    words = page()

    assert words.count("市役所側") == HALL
    assert "職員" not in words


def test_what_a_person_changed_stands_beside_what_the_machine_wrote(
    archived: Archived, listener: Callable[[AccountId], Listener], page: Callable[[], str]
) -> None:
    kanri = listener(archived.office.account("kanri", Role.SUPERVISOR))
    kanri.open()
    confirmed, corrected = archived.utterances()[1], archived.utterances()[5]
    clip = kanri.hear(confirmed.id)
    assert kanri.post(f"/clips/{clip['clip']}/confirm", utterance=confirmed.id).status_code == 200
    clip = kanri.hear(corrected.id)
    text = corrected.text.replace("責任者", "課長")
    kanri.post(f"/clips/{clip['clip']}/correct", utterance=corrected.id, correction=uuid4(), text=text)

    for made in (False, True):
        if made:
            archived.make_corrections()
        words = page()
        assert words.count("訂正済み") == words.count("確認済み") == 1, made
        assert words.count("未確認") == len(DIALOGUE) - 2, made
        assert "<ins>課長</ins>" in words, made
        assert "<del>責任者</del>" in words.split("機械の文字：")[1], made
