"""Nobody confirms what they did not hear: forged reports, foreign clips, replays and haste lead nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Role
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import SHIMIN

pytestmark = pytest.mark.real


def code(answer: Any) -> str:  # noqa: ANN401  an answer
    return answer.json()["error"]["code"]


def untouched(archived: Archived) -> bool:
    return not archived.rows(
        "SELECT 1 FROM confirmations UNION ALL SELECT 1 FROM corrections UNION ALL"
        " SELECT 1 FROM clips WHERE heard_at IS NOT NULL"
    )


def test_a_report_without_ever_fetching_the_sound_is_refused(archived: Archived, sato: Listener) -> None:
    said = archived.utterances()[3]
    clip = sato.ask(said.id)
    archived.clock.go_on(timedelta(minutes=1))

    assert code(sato.report(clip)) == "not-heard"
    assert code(sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id)) == "not-heard"
    other = {"utterance": said.id, "correction": uuid4(), "text": "ちがう言葉"}
    assert code(sato.post(f"/clips/{clip['clip']}/correct", **other)) == "not-heard"
    assert untouched(archived)


def test_asking_for_the_length_only_is_not_fetching(archived: Archived, sato: Listener) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    assert sato.client.head(clip["sound"]).status_code == 200
    archived.clock.go_on(timedelta(minutes=1))

    assert code(sato.report(clip)) == "not-heard"


def test_what_was_not_sent_cannot_have_been_heard(archived: Archived, sato: Listener) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    whole = int(sato.client.head(clip["sound"]).headers["content-length"])
    assert sato.fetch(clip, f"bytes=0-{whole // 2}").status_code == 206
    archived.clock.go_on(timedelta(minutes=1))
    assert code(sato.report(clip)) == "not-heard"

    assert sato.fetch(clip, f"bytes={whole // 2 + 1}-").status_code == 206
    archived.clock.go_on(timedelta(minutes=1))
    assert sato.report(clip).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        "0-100",
        "0-1,0-1,0-1",
        "99999-0",
        "0-99999999x",
        "",
        "-5-9000",
        "0-1;0-9000",
        "０-9000",
        "0-1," * 300 + "0-1",
    ],
)
def test_a_report_of_less_or_of_nonsense_is_refused(archived: Archived, sato: Listener, forged: str) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    sato.fetch(clip)
    archived.clock.go_on(timedelta(minutes=1))

    answer = sato.post(f"/clips/{clip['clip']}/heard", played=forged)

    assert answer.status_code in {400, 409}
    assert untouched(archived)


def test_nobody_hears_faster_than_half_as_fast_again(archived: Archived, sato: Listener) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    archived.clock.go_on(timedelta(minutes=20))  # waiting before the sound was fetched is not listening
    sato.fetch(clip)
    archived.clock.go_on(timedelta(milliseconds=clip["milliseconds"] / 1.5 - 20))

    assert code(sato.report(clip)) == "heard-too-fast"
    archived.clock.go_on(timedelta(milliseconds=40))
    assert sato.report(clip).status_code == 200


def test_many_clips_fetched_at_once_take_as_long_as_one_after_the_other(
    archived: Archived, sato: Listener
) -> None:
    clips = [sato.ask(said.id) for said in archived.utterances()]
    for clip in clips:
        sato.fetch(clip)
    archived.clock.go_on(timedelta(milliseconds=max(clip["milliseconds"] for clip in clips)))

    answers = [sato.report(clip) for clip in clips]

    assert [answer.status_code for answer in answers].count(200) == 1
    assert {code(answer) for answer in answers if answer.status_code != 200} == {"heard-too-fast"}


def test_time_that_passed_before_the_sound_was_fetched_is_no_listening(
    archived: Archived, sato: Listener
) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    sato.fetch(clip, "bytes=0-99")
    archived.clock.go_on(timedelta(minutes=1))
    assert code(sato.report(clip)) == "not-heard"
    sato.fetch(clip)

    assert code(sato.report(clip)) == "heard-too-fast"
    archived.clock.go_on(timedelta(milliseconds=clip["milliseconds"]))
    assert sato.report(clip).status_code == 200


def test_sound_that_comes_in_pieces_while_it_plays_is_heard_when_it_ends(
    archived: Archived, sato: Listener
) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    whole = int(sato.client.head(clip["sound"]).headers["content-length"])
    step = whole // 8
    for start in range(0, whole, step):
        sato.fetch(clip, f"bytes={start}-{min(whole, start + step) - 1}")
        archived.clock.go_on(timedelta(milliseconds=clip["milliseconds"] / 8))

    assert sato.report(clip).status_code == 200


def test_a_colleague_s_clip_is_nobody_else_s(archived: Archived, sato: Listener, listener: Arrive) -> None:
    boss = listener(archived.office.account("kanri", Role.SUPERVISOR))
    boss.open()
    said = archived.utterances()[3]
    clip = sato.hear(said.id)

    assert boss.fetch(clip).status_code == 404
    assert boss.report(clip).status_code == 404
    assert boss.post(f"/clips/{clip['clip']}/confirm", utterance=said.id).status_code == 404
    sent = {"utterance": said.id, "correction": uuid4(), "text": "ちがう言葉"}
    assert boss.post(f"/clips/{clip['clip']}/correct", **sent).status_code == 404
    assert archived.rows("SELECT 1 FROM confirmations") == []


def test_a_clip_proves_nothing_about_other_words(archived: Archived, sato: Listener) -> None:
    utterances = archived.utterances()
    clip = sato.hear(utterances[3].id)

    for other in (utterances[5], utterances[2], utterances[4]):
        answer = sato.post(f"/clips/{clip['clip']}/confirm", utterance=other.id)
        assert code(answer) == "not-heard"
    assert archived.rows("SELECT 1 FROM confirmations") == []


def test_a_clip_s_grant_opens_nothing_but_the_clip(archived: Archived, sato: Listener) -> None:
    clip = sato.ask(archived.utterances()[3].id)

    assert sato.client.get(f"/recordings/{clip['clip']}/audio").status_code == 403
    assert sato.client.get(f"/recordings/{clip['clip']}/peaks").status_code == 403
    listen = next(knock for knock in archived.office.knocks() if knock.act == "listen")
    assert sato.client.get(f"/clips/{listen.id}/sound").status_code == 404


def test_without_saying_for_what_nothing_is_cut(archived: Archived, listener: Arrive) -> None:
    stranger = listener(archived.office.account("kanri", Role.SUPERVISOR))
    said = archived.utterances()[3]

    asked = stranger.post(f"/calls/{archived.call}/clips", utterance=said.id)
    quoted = stranger.post(f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=said.id, start=0, end=2)

    assert (code(asked), code(quoted)) == ("grant-over", "grant-over")
    assert archived.rows("SELECT 1 FROM clips") == []


def test_people_of_other_departments_and_colleagues_find_nothing(
    archived: Archived, sato: Listener, listener: Arrive
) -> None:
    said = archived.utterances()[3]
    name = uuid4()
    sato.post(f"/calls/{archived.call}/quotes", quote=name, utterance=said.id, start=0, end=2)
    others = [
        listener(archived.office.account("suzuki", Role.OPERATOR)),
        listener(archived.office.account("tonari", Role.SUPERVISOR, departments=(SHIMIN,))),
        listener(archived.office.account("kikai", Role.ADMINISTRATOR)),
    ]

    for other in others:
        assert other.post(f"/calls/{archived.call}/clips", utterance=said.id).status_code in {403, 404}
        assert other.client.get(f"/quotes/{name}").status_code in {403, 404}
        assert other.post(f"/quotes/{name}/clips").status_code in {403, 404}


def test_words_of_another_call_are_not_cut_under_this_one(archived: Archived, sato: Listener) -> None:
    office = archived.office
    other = office.call("other", operator_id=archived.operator)
    recording = office.record(other, operator=archived.operator)
    office.transcribe(recording)
    foreign = archived.rows("SELECT id FROM utterances WHERE recording_id = :other", other=recording)[0]

    clip = sato.post(f"/calls/{archived.call}/clips", utterance=foreign.id)
    quote = sato.post(f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=foreign.id, start=0, end=2)

    assert (clip.status_code, quote.status_code) == (404, 404)


def test_an_old_hearing_is_no_proof_for_ever(archived: Archived, sato: Listener) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    sato.fetch(clip)
    archived.clock.go_on(timedelta(hours=4, seconds=1))

    assert sato.fetch(clip).status_code in {401, 403}
    assert sato.report(clip).status_code in {401, 403}
    assert untouched(archived)


@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (0, 9999), (-1, 2), (0, 10**9)])
def test_letters_that_are_not_there_are_not_quoted(
    archived: Archived, sato: Listener, start: int, end: int
) -> None:
    said = archived.utterances()[3]

    answer = sato.post(
        f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=said.id, start=start, end=end
    )

    assert answer.status_code in {400, 422}
    assert archived.rows("SELECT 1 FROM quotes") == []


def test_an_id_that_was_used_is_not_used_for_other_words(archived: Archived, sato: Listener) -> None:
    said, name, press = archived.utterances()[3], uuid4(), uuid4()
    path = f"/calls/{archived.call}/quotes"
    assert sato.post(path, quote=name, utterance=said.id, start=0, end=2).status_code == 201
    clip = sato.hear(said.id)
    sent = {"utterance": said.id, "correction": press}
    assert sato.post(f"/clips/{clip['clip']}/correct", **sent, text="ひとつめ").status_code == 201

    assert sato.post(path, quote=name, utterance=said.id, start=0, end=2).status_code == 201
    assert code(sato.post(path, quote=name, utterance=said.id, start=0, end=3)) == "press-used"
    assert code(sato.post(f"/clips/{clip['clip']}/correct", **sent, text="ふたつめ")) == "press-used"
    assert len(archived.rows("SELECT 1 FROM quotes")) == 1


def test_a_recording_that_is_closed_for_use_gives_no_clip_any_more(
    archived: Archived, sato: Listener
) -> None:
    clip = sato.ask(archived.utterances()[3].id)
    archived.rows("UPDATE recordings SET usable = false WHERE id = :recording RETURNING 1")

    assert sato.fetch(clip).status_code in {403, 404}
    assert sato.report(clip).status_code in {403, 404}
