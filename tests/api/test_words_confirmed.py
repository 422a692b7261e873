"""Words are a guess until a person has heard them; then they are confirmed, corrected or quoted, by name."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest
import soundfile

from core.actors import Role
from core.facts import CorrectionMade, TranscriptSaved
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import tones

pytestmark = pytest.mark.real


def refusal(answer: object) -> str:
    return answer.json()["error"]["code"]  # type: ignore[attr-defined]


def test_a_clip_is_cut_from_the_master_and_holds_the_whole_utterance(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[3]

    clip = sato.ask(said.id)
    answer = sato.fetch(clip)

    samples, rate = soundfile.read(io.BytesIO(answer.content), dtype="int16")
    row = archived.rows("SELECT * FROM clips")[0]
    first, last = row.start_ms * 8, row.end_ms * 8
    assert answer.headers["content-type"] == "audio/wav"
    assert rate == 8000
    assert np.array_equal(samples, tones(54.0)[first:last, 0])
    assert row.start_ms <= said.start_seconds * 1000
    assert row.end_ms >= said.end_seconds * 1000
    assert bytes(row.samples_sha256) == hashlib.sha256(samples.tobytes()).digest()
    assert [knock.purpose for knock in archived.office.knocks() if knock.act == "clip"] == ["fact-check"]


def test_words_that_were_heard_are_confirmed_by_name_and_shown_so(archived: Archived, sato: Listener) -> None:
    said = archived.utterances()[3]
    before = sato.client.get(f"/calls/{archived.call}").text

    clip = sato.hear(said.id)
    answer = sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id)

    page = sato.client.get(f"/calls/{archived.call}").text
    assert answer.json() == {"confirmed": True}
    assert "✓" not in before.split('id="transcript"')[1].split("</ol>")[0]
    assert page.split('id="transcript"')[1].split("</ol>")[0].count("確認済み") == 1
    assert "一部確認済み" in page
    kept = archived.rows("SELECT by, clip_id FROM confirmations")
    assert [(row.by, str(row.clip_id)) for row in kept] == [(archived.operator, clip["clip"])]


def test_confirming_twice_is_confirming_once(archived: Archived, sato: Listener) -> None:
    said = archived.utterances()[3]
    clip = sato.hear(said.id)

    for _ in range(2):
        assert sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id).status_code == 200

    assert len(archived.rows("SELECT 1 FROM confirmations")) == 1


def test_a_correction_becomes_a_revision_with_an_author_and_the_machine_s_words_stay(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[3]
    other = archived.utterances()[5]
    kept = sato.hear(other.id)
    sato.post(f"/clips/{kept['clip']}/confirm", utterance=other.id)
    clip = sato.hear(said.id)
    sent = {
        "utterance": said.id,
        "correction": uuid4(),
        "text": " 番号なんか\nどうでもいいだろう。明細書を今すぐ出せ。",
    }

    answers = [sato.post(f"/clips/{clip['clip']}/correct", **sent) for _ in range(2)]
    at_once = sato.client.get(f"/calls/{archived.call}").text
    archived.make_corrections()
    archived.make_corrections()

    assert [answer.status_code for answer in answers] == [201, 201]
    assert "明細書を今すぐ" in at_once
    assert archived.office.facts.facts.count(CorrectionMade(recording=archived.recording)) == 1
    revisions = archived.rows(
        "SELECT * FROM transcript_revisions WHERE recording_id = :recording ORDER BY revision"
    )
    assert [(row.revision, row.author) for row in revisions] == [(1, None), (2, archived.operator)]
    assert revisions[1].based_on == revisions[0].id
    assert (
        TranscriptSaved(recording=archived.recording, revision=revisions[1].id) in archived.office.facts.facts
    )
    old, new = archived.utterances(1), archived.utterances(2)
    assert old[3].text == "番号なんかどうでもいいだろう。明細を今すぐ出せ。"
    assert new[3].text == "番号なんか どうでもいいだろう。明細書を今すぐ出せ。"
    assert [row.text for row in old if row.id != old[3].id] == [
        row.text for row in new if row.id != new[3].id
    ]
    confirmed = archived.rows(
        "SELECT utterance_id FROM confirmations WHERE revision_id = :id", id=revisions[1].id
    )
    assert {row.utterance_id for row in confirmed} == {new[3].id, new[5].id}


def test_a_correction_shows_what_was_changed_against_the_machine_s_text(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[3]
    clip = sato.hear(said.id)
    words = "番号なんかどうでもいいだろう。明細書を今すぐ出せ。"
    sato.post(f"/clips/{clip['clip']}/correct", utterance=said.id, correction=uuid4(), text=words)

    for made in (False, True):
        if made:
            archived.make_corrections()
        page = sato.client.get(f"/calls/{archived.call}").text
        assert "<ins>書</ins>" in page, made
        assert "機械の文字" in page, made
        assert "訂正済み" in page, made


def test_search_finds_the_corrected_words_and_the_machine_s_no_more(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[3]
    clip = sato.hear(said.id)
    words = "番号なんかどうでもいいだろう。診断書を今すぐ出せ。"
    sato.post(f"/clips/{clip['clip']}/correct", utterance=said.id, correction=uuid4(), text=words)
    archived.make_corrections()

    def hits(wanted: str) -> int:
        tokens = archived.rows(
            "SELECT u.text FROM utterance_tokens t JOIN utterances u ON u.id = t.id"
            " WHERE t.recording_id = :recording"
        )
        return sum(wanted in row.text for row in tokens)

    assert hits("診断書") == 1
    assert hits("明細を今すぐ") == 0


def test_a_machine_that_listens_again_does_not_push_a_person_s_words_aside(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[3]
    clip = sato.hear(said.id)
    sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id)

    archived.office.transcribe(archived.recording, (("caller", 1.0, 2.0, "別の機械の言葉"),))

    page = sato.client.get(f"/calls/{archived.call}").text
    read = page.split('id="transcript"')[1].split("</ol>")[0]
    assert "別の機械の言葉" not in read
    assert "確認済み" in read
    tokens = archived.rows(
        "SELECT DISTINCT u.revision_id FROM utterance_tokens t JOIN utterances u ON u.id = t.id"
    )
    assert [row.revision_id for row in tokens] == [said.revision_id]


def test_a_machine_s_newer_text_is_offered_to_look_at_beside_what_people_made_of_the_older(
    archived: Archived, sato: Listener
) -> None:
    """Also after a correction that came later: it rests on the older text."""
    archived.office.transcribe(archived.recording)
    nobody_worked = sato.client.get(f"/calls/{archived.call}").text
    said = archived.utterances(2)[3]
    clip = sato.hear(said.id)
    sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id)

    archived.office.transcribe(archived.recording, (("caller", 1.0, 2.0, "別の機械の言葉"),))
    confirmed = sato.client.get(f"/calls/{archived.call}").text
    sent = {"utterance": said.id, "correction": uuid4(), "text": "明細書を出せ。"}
    sato.post(f"/clips/{clip['clip']}/correct", **sent)
    archived.make_corrections()
    corrected = sato.client.get(f"/calls/{archived.call}").text

    assert "機械の新しい文字" not in nobody_worked
    for page in (confirmed, corrected):
        offered = page.split('id="newer-words"')[1].split("</details>")[0]
        assert "第3版" in offered
        assert "別の機械の言葉" in offered
        assert "check-this" not in offered
        assert '<span class="checked">未確認</span>' in offered
    assert "明細書を出せ。" in corrected.split('id="transcript"')[1].split("</ol>")[0]


def test_a_newer_transcript_nobody_worked_on_is_what_people_confirm(
    archived: Archived, sato: Listener
) -> None:
    said = archived.utterances()[3]
    clip = sato.hear(said.id)
    archived.office.transcribe(archived.recording)

    answer = sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id)

    assert (answer.status_code, refusal(answer)) == (409, "newer-words")
    assert archived.rows("SELECT 1 FROM confirmations") == []


def test_two_people_who_correct_the_same_words_do_not_overwrite_each_other(
    archived: Archived, sato: Listener, listener: Arrive
) -> None:
    boss = listener(archived.office.account("kanri", Role.SUPERVISOR))
    boss.open()
    said = archived.utterances()[3]
    for person, words in ((sato, "明細書を出せ。"), (boss, "明細表を出せ。")):
        clip = person.hear(said.id)
        archived.clock.go_on(timedelta(seconds=1))
        answer = person.post(
            f"/clips/{clip['clip']}/correct", utterance=said.id, correction=uuid4(), text=words
        )
        assert answer.status_code == 201

    archived.make_corrections()

    assert archived.utterances()[3].text == "明細書を出せ。"
    rows = archived.rows("SELECT text, overtaken, made IS NOT NULL AS done FROM corrections ORDER BY at")
    assert [(row.text, row.overtaken, row.done) for row in rows] == [
        ("明細書を出せ。", False, True), ("明細表を出せ。", True, False),
    ]  # fmt: skip


def test_nobody_confirms_or_quotes_the_machine_s_words_under_a_correction_that_is_on_its_way(
    archived: Archived, sato: Listener, listener: Arrive
) -> None:
    boss = listener(archived.office.account("kanri", Role.SUPERVISOR))
    boss.open()
    said = archived.utterances()[3]
    own = sato.hear(said.id)
    clip = boss.hear(said.id)
    words = "番号なんかどうでもいいだろう。診断書を今すぐ出せ。"
    sato.post(f"/clips/{own['clip']}/correct", utterance=said.id, correction=uuid4(), text=words)

    answers = [
        boss.post(f"/clips/{clip['clip']}/confirm", utterance=said.id),
        boss.post(f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=said.id, start=15, end=18),
    ]

    assert [refusal(answer) for answer in answers] == ["newer-words", "newer-words"]
    assert archived.rows("SELECT 1 FROM confirmations UNION ALL SELECT 1 FROM quotes") == []
    archived.make_corrections()
    corrected = archived.utterances()[3]
    sent = {"quote": uuid4(), "utterance": corrected.id, "start": 15, "end": 18}
    assert boss.post(f"/calls/{archived.call}/quotes", **sent).json()["text"] == "診断書"


def test_many_clips_do_not_push_aside_who_else_opened_the_recording(
    archived: Archived, sato: Listener, listener: Arrive
) -> None:
    boss = listener(archived.office.account("kanri", Role.SUPERVISOR))
    boss.open()
    said = archived.utterances()[3]
    for _ in range(101):
        boss.ask(said.id)

    page = boss.client.get(f"/calls/{archived.call}").text

    knocks = page.split('class="plain knocks"')[1].split("</ul>")[0]
    assert "閲覧記録（105件）" in page
    assert "（kanri）　一部を聞いた（この日101回）" in knocks
    assert "（sato）　聞いた" in knocks
