"""A quote leaves the hall heard, written down and signed, and whoever was given it can check it alone."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from core.ids import AccountId
from incidents.quotes.check import check_quote
from storage.access_heads import compare_with_heads
from storage.access_log import Sealer
from storage.chain_proof import verify_chain
from storage.objects import ObjectStore, ObjectStoreShut
from storage.quote_heads import QuoteHeads
from storage.sender import Sender
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import HOKEN

pytestmark = pytest.mark.real

CITY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)


def heads(archived: Archived, place: Path) -> QuoteHeads:
    def opened() -> ObjectStore:
        if not place.is_dir():
            raise ObjectStoreShut
        return ObjectStore.at(place.as_uri())

    sender = Sender(
        database=archived.office.worker, place=opened, key=CITY, clock=archived.clock, instance="city"
    )
    return QuoteHeads(sender)


def quoted(archived: Archived, person: Listener, utterance: int = 5) -> UUID:
    """Quote three letters, and do not hear them yet."""
    name, said = uuid4(), archived.utterances()[utterance]
    made = person.post(f"/calls/{archived.call}/quotes", quote=name, utterance=said.id, start=7, end=10)
    assert made.status_code == 201
    return name


def heard(person: Listener, quote: UUID) -> None:
    clip = person.post(f"/quotes/{quote}/clips").json()
    person.listen(clip)
    assert person.post(f"/quotes/{quote}/confirm", clip=clip["clip"]).status_code == 200


def exported(archived: Archived, person: Listener, tmp_path: Path) -> tuple[UUID, bytes]:
    quote, export = quoted(archived, person), uuid4()
    heard(person, quote)
    answer = person.post(f"/quotes/{quote}/exports", export=export, purpose="fact-check")
    assert answer.status_code == 303, answer.text
    Sealer(archived.office.worker, archived.clock).run_once()
    heads(archived, tmp_path).run_once()
    return export, person.post(f"/quote-exports/{export}/file").content


def clips_knocked_for(archived: Archived) -> int:
    return sum(knock.act == "clip" for knock in archived.office.knocks())


def test_a_quote_leaves_the_hall_as_a_file_that_stands_by_itself(
    archived: Archived, sato: Listener, tmp_path: Path
) -> None:
    export, data = exported(archived, sato, tmp_path)

    verdict = check_quote(data, CITY.public_key())
    statement, row = verdict.statement, archived.rows("SELECT * FROM quotes")[0]
    assert verdict.genuine, verdict.findings
    assert (statement.text, statement.track, statement.city) == ("責任者", "caller", "さくら市")
    assert (statement.start_ms, statement.end_ms) == (row.start_ms, row.end_ms)
    assert statement.heard.name == "さくら 市子（sato）"
    assert statement.heard.at == row.confirmed_at
    before = clips_knocked_for(archived)
    assert sato.post(f"/quote-exports/{export}/file").content == data, "the same quote, the same file"
    assert clips_knocked_for(archived) == before + 1, "each file is knocked for"
    # The head is one like any other: the chain is compared with it.
    place = ObjectStore.at(tmp_path.as_uri())
    worker, now = archived.office.worker, archived.clock.now()
    assert compare_with_heads(worker, place, CITY.public_key(), "city", now) == (1, ())
    assert [one for one in verify_chain(worker, now).faults if one.code != "knock-not-chained"] == []


def test_the_log_s_row_that_is_handed_out_tells_of_nothing_but_this_export(
    archived: Archived, sato: Listener, tmp_path: Path
) -> None:
    archived.office.account("kanri", Role.SUPERVISOR)
    _export, data = exported(archived, sato, tmp_path)

    knock = json.loads(data.split(b"\n")[3])
    assert knock["actor"] == str(archived.operator)
    assert (knock["session"], knock["until"]) == (None, None)
    assert set(knock["detail"]) == {"statement"}
    assert data.count(b'"act":') == 1, "one row, none of anybody else's"


def test_a_quote_that_nobody_heard_leaves_by_no_way(archived: Archived, sato: Listener) -> None:
    quote = quoted(archived, sato)
    knocks = len(archived.office.knocks())

    answer = sato.post(f"/quotes/{quote}/exports", export=uuid4(), purpose="fact-check")

    assert answer.json()["error"]["code"] == "quote-not-heard"
    assert len(archived.office.knocks()) == knocks
    me = Actor(account=archived.operator, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    values = {"quote": quote, "recording": archived.recording, "me": archived.operator}
    with archived.office.parts.database.begin(me) as connection:
        connection.execute(
            text(
                "INSERT INTO access_knocks (id, at, actor, actor_kind, act, recording_id, purpose, granted,"
                " reason, detail)"
                " VALUES (:quote, now(), :me, 'person', 'quote', :recording, 'fact-check', true, 'x',"
                " jsonb_build_object('statement', encode(sha256('{}'), 'hex')))"
            ),
            values,
        )
    forged = (
        "INSERT INTO quote_exports (id, quote_id, recording_id, account_id, knock_id, purpose, statement, at)"
        " VALUES (gen_random_uuid(), :quote, :recording, :me, :quote, 'fact-check', {statement}, now())"
    )
    for statement in ("'{}'", "'another'"):
        with (
            pytest.raises(DBAPIError, match="row-level security"),
            archived.office.parts.database.begin(me) as connection,
        ):
            connection.execute(text(forged.format(statement=statement)), values)
    heard(sato, quote)
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        archived.office.parts.database.begin(me) as connection,
    ):
        connection.execute(text(forged.format(statement="'another'")), values)
    with archived.office.parts.database.begin(me) as connection:
        connection.execute(text(forged.format(statement="'{}'")), values)


def test_a_file_waits_for_its_signature_and_a_place_that_is_away_holds_it_up_no_longer(
    archived: Archived, sato: Listener, tmp_path: Path
) -> None:
    quote, export = quoted(archived, sato), uuid4()
    heard(sato, quote)
    sato.post(f"/quotes/{quote}/exports", export=export, purpose="fact-check")
    early = sato.post(f"/quote-exports/{export}/file")
    waiting = sato.client.get(f"/quote-exports/{export}/state").text

    assert heads(archived, tmp_path).run_once() == 0, "not chained yet"
    Sealer(archived.office.worker, archived.clock).run_once()
    assert heads(archived, tmp_path / "away").run_once() == 1
    assert heads(archived, tmp_path).run_once() == 0, "signed once"

    assert early.json()["error"]["code"] == "export-not-signed"
    assert "作っています" in waiting
    assert "引用ファイルができました" in sato.client.get(f"/quote-exports/{export}/state").text
    assert [one.code for one in archived.rows("SELECT code FROM alarms")] == ["head-not-sent"]


def test_an_export_is_its_own_person_s_and_goes_with_the_recording(
    archived: Archived, sato: Listener, listener: Arrive, tmp_path: Path
) -> None:
    export, _data = exported(archived, sato, tmp_path)
    boss = listener(archived.office.account("kanri", Role.SUPERVISOR))
    administrator: AccountId = archived.office.account("denzan", Role.ADMINISTRATOR)

    assert boss.client.get(f"/quote-exports/{export}").status_code == 404
    assert boss.post(f"/quote-exports/{export}/file").status_code == 404
    assert listener(administrator).post(f"/quote-exports/{export}/file").status_code == 403

    archived.office.worker_vault.destroy(archived.recording, "test", None)

    assert archived.rows("SELECT 1 FROM quote_exports") == []
    assert sato.post(f"/quote-exports/{export}/file").status_code == 404


def test_a_purpose_is_asked_and_the_same_press_counts_once(archived: Archived, sato: Listener) -> None:
    quote, other, export = quoted(archived, sato), quoted(archived, sato), uuid4()
    heard(sato, quote)
    heard(sato, other)

    unasked = sato.post(f"/quotes/{quote}/exports", export=export)
    for _ in range(2):
        assert sato.post(f"/quotes/{quote}/exports", export=export, purpose="fact-check").status_code == 303
    used = sato.post(f"/quotes/{other}/exports", export=export, purpose="fact-check")

    assert unasked.status_code == 422
    assert "目的" in unasked.text
    assert used.json()["error"]["code"] == "press-used"
    assert [len(archived.rows("SELECT 1 FROM quote_exports"))] == [1]


def test_the_hall_s_words_bear_the_name_of_who_was_there_or_nobody_s(
    archived: Archived, sato: Listener
) -> None:
    quote, said = uuid4(), archived.utterances()[4]
    sato.post(f"/calls/{archived.call}/quotes", quote=quote, utterance=said.id, start=0, end=2)
    nobody = sato.client.get(f"/quotes/{quote}").text
    party = (
        "INSERT INTO call_parties (call_id, leg, joined_at, part, phone, account_id)"
        " SELECT id, :leg, connected_at, 'operator', 'hoken1', :who FROM calls WHERE id = :call"
    )
    archived.office.write(party, {"leg": "a", "who": archived.operator, "call": archived.call})
    one = sato.client.get(f"/quotes/{quote}").text
    archived.office.write(party, {"leg": "b", "who": None, "call": archived.call})

    assert "話した側 不明" in nobody
    assert "話した側 職員（さくら 市子（sato））" in one
    assert "話した側 不明" in sato.client.get(f"/quotes/{quote}").text
