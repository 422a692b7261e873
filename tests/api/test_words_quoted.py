"""Quotes of what people heard: letters, seconds and sound of an utterance, as long as the recording lives."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest

from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import tones
from transcription.utterance import UNHEARD, WORDLESS

pytestmark = pytest.mark.real


def refusal(answer: object) -> str:
    return answer.json()["error"]["code"]  # type: ignore[attr-defined]


def test_a_quote_is_not_played_for_what_another_call_was_opened_for(
    archived: Archived, sato: Listener
) -> None:
    other = archived.office.call("other", operator_id=archived.operator)
    archived.office.record(other, operator=archived.operator)
    sato.open(other)
    sent = {"quote": uuid4(), "utterance": archived.utterances()[5].id, "start": 7, "end": 10}
    sato.post(f"/calls/{archived.call}/quotes", **sent)

    answer = sato.post(f"/calls/{other}/quotes", **sent)

    assert answer.status_code == 404
    assert [knock.act for knock in archived.office.knocks()].count("clip") == 1


def test_a_quote_is_its_utterance_s_letters_with_their_seconds_and_their_sound(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[5]

    answer = sato.post(f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=said.id, start=7, end=10)

    made = answer.json()
    row = archived.rows("SELECT * FROM quotes")[0]
    assert answer.status_code == 201
    assert made["text"] == row.text == "責任者"
    assert (row.track, row.revision_id, row.purpose) == ("caller", said.revision_id, "fact-check")
    samples = tones(54.0)[row.start_ms * 8 : row.end_ms * 8, 0]
    assert bytes(row.samples_sha256) == hashlib.sha256(samples.tobytes()).digest()
    assert row.confirmed_at is None
    assert sato.fetch(made).status_code == 200
    assert "未確認" in sato.client.get(f"/quotes/{row.id}").text


def test_a_quote_is_confirmed_by_its_maker_who_heard_it_and_says_so_on_paper(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[5]
    name = uuid4()
    made = sato.post(f"/calls/{archived.call}/quotes", quote=name, utterance=said.id, start=7, end=10).json()
    early = sato.post(f"/quotes/{name}/confirm", clip=made["clip"])
    sato.listen(made)

    answer = sato.post(f"/quotes/{name}/confirm", clip=made["clip"])

    paper = sato.client.get(f"/quotes/{name}").text
    assert refusal(early) == "not-heard"
    assert answer.status_code == 200
    for part in (
        "「責任者」",
        str(archived.call),
        "話した側 相手",
        "第1版",
        "さくら 市子（sato）が",
        "SHA-256",
    ):
        assert part in paper, part


def test_a_quote_from_a_practice_call_says_so_on_paper_too(archived: Archived, sato: Listener) -> None:
    archived.office.write("UPDATE calls SET practice = true WHERE id = :call", {"call": archived.call})
    said, name = archived.utterances()[5], uuid4()
    sato.post(f"/calls/{archived.call}/quotes", quote=name, utterance=said.id, start=7, end=10)

    assert f"練習の通話 {archived.call}" in sato.client.get(f"/quotes/{name}").text


def test_an_old_quote_keeps_its_revision_and_can_be_heard_again(archived: Archived, sato: Listener) -> None:
    said = archived.utterances()[5]
    name = uuid4()
    sato.post(f"/calls/{archived.call}/quotes", quote=name, utterance=said.id, start=7, end=10)
    clip = sato.hear(said.id)
    sato.post(
        f"/clips/{clip['clip']}/correct", utterance=said.id, correction=uuid4(), text="担当を出してください。"
    )
    archived.make_corrections()

    again = sato.post(f"/quotes/{name}/clips").json()

    assert "「責任者」" in sato.client.get(f"/quotes/{name}").text
    assert "第1版" in sato.client.get(f"/quotes/{name}").text
    assert sato.listen(again).status_code == 200
    assert sato.post(f"/quotes/{name}/confirm", clip=again["clip"]).status_code == 200


def test_quotes_and_all_that_was_heard_go_with_the_recording(archived: Archived, sato: Listener) -> None:
    said = archived.utterances()[5]
    name = uuid4()
    sato.post(f"/calls/{archived.call}/quotes", quote=name, utterance=said.id, start=7, end=10)
    clip = sato.hear(said.id)
    sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id)
    sato.post(
        f"/clips/{clip['clip']}/correct", utterance=said.id, correction=uuid4(), text="責任者を呼んで。"
    )
    archived.make_corrections()

    archived.office.worker_vault.destroy(archived.recording, "test", None)

    for table in ("clips", "confirmations", "corrections", "quotes"):
        assert archived.rows(f"SELECT 1 FROM {table}") == [], table  # noqa: S608  our own tables
    assert sato.client.get(f"/quotes/{name}").status_code == 404
    assert [knock.act for knock in archived.office.knocks()].count("clip") == 2


@pytest.mark.parametrize("remark", [UNHEARD, WORDLESS])
def test_an_utterance_without_words_is_played_and_can_be_corrected_but_not_quoted(
    archived: Archived, listener: Arrive, remark: str
) -> None:
    archived.office.transcribe(archived.recording, (("caller", 20.5, 24.3, remark),))
    sato = listener(archived.operator)
    sato.open()
    said = archived.utterances()[0]
    page = sato.client.get(f"/calls/{archived.call}").text.split('id="transcript"')[1].split("</ol>")[0]

    quoted = sato.post(f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=said.id, start=0, end=3)
    clip = sato.hear(said.id)
    sato.post(f"/clips/{clip['clip']}/correct", utterance=said.id, correction=uuid4(), text="明細を出せ。")
    archived.make_corrections()

    assert remark in page
    assert 'aria-label="00:20から聞く"' in page
    assert refusal(quoted) == "nothing-quoted"
    assert archived.utterances()[0].text == "明細を出せ。"
    assert archived.utterances()[0].norm != ""
