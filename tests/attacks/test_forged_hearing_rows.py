"""Past the console: its role in the database writes no hearing, quote or words around the rules either."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Actor, Role
from core.ids import AccountId, DepartmentId
from tests.fixtures_listeners import Archived, Listener
from tests.office import HOKEN, SHIMIN

pytestmark = pytest.mark.real


def actor(account: AccountId, *roles: Role, department: DepartmentId = HOKEN) -> Actor:
    return Actor(account=account, roles=frozenset(roles), departments=frozenset({department}))


def test_the_console_s_role_cannot_write_around_the_rules(archived: Archived, sato: Listener) -> None:
    said = archived.utterances()[3]
    unheard, heard, other = sato.ask(said.id), sato.hear(said.id), sato.hear(archived.utterances()[5].id)
    sato.post(f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=said.id, start=0, end=2)
    boss = archived.office.account("kanri", Role.SUPERVISOR)
    values = {
        "r": archived.recording, "v": said.revision_id, "u": said.id, "me": archived.operator, "boss": boss,
        "unheard": unheard["clip"], "heard": heard["clip"],
        "other": other["clip"],
    }  # fmt: skip
    confirmation = "INSERT INTO confirmations VALUES (:v, :u, :r, {by}, now(), {clip})"
    quote = (
        "INSERT INTO quotes (id, recording_id, revision_id, utterance_id, text_start, text_end, text, track,"
        " start_ms, end_ms, samples_sha256, purpose, by, made_at) VALUES (gen_random_uuid(), :r, :v, :u, 0,"
        " 2, {text}, 'caller', 0, 1, 'x', 'fact-check', {by}, now())"
    )
    clip = (
        "INSERT INTO clips (id, account_id, recording_id, revision_id, track, start_ms, end_ms,"
        " samples_sha256, given_at, until) VALUES ({id}, :me, :r, :v, 'caller', 0, 9000, 'x', now(), now())"
    )
    listened = "(SELECT id FROM access_knocks WHERE act = 'listen' LIMIT 1)"
    for statement in (
        confirmation.format(by=":me", clip=":unheard"),
        confirmation.format(by=":boss", clip=":heard"),
        confirmation.format(by=":me", clip=":other"),
        quote.format(text="'殺す'", by=":me"),
        quote.format(text="'番号'", by=":boss"),
        clip.format(id="gen_random_uuid()"),
        clip.format(id=listened),
        "UPDATE clips SET heard_at = now(), heard_ms = 9000, listened_from = now() WHERE id = :unheard",
        (
            "UPDATE clips SET sending_at = now() - interval '1 hour', heard_ms = 5, heard_at = now(),"
            " listened_from = now() - interval '1 hour' WHERE id = :unheard"
        ),
        "UPDATE clips SET start_ms = 0", "UPDATE clips SET account_id = :boss", "DELETE FROM clips",
        "UPDATE quotes SET confirmed_at = now(), heard = :unheard", "UPDATE quotes SET text = '殺す'",
        "UPDATE quotes SET confirmed_at = now(), heard = :other", "DELETE FROM quotes",
        "UPDATE confirmations SET by = :boss", "DELETE FROM confirmations",
        "UPDATE corrections SET text = 'x'",
        "INSERT INTO transcript_revisions VALUES (gen_random_uuid(), :r, 9, :me, 'm', 'x', '{}', now())",
    ):  # fmt: skip
        with (
            pytest.raises(
                DBAPIError, match=r"row-level security|permission denied|violates check|stays as it was"
            ),
            archived.office.parts.database.begin(actor(archived.operator, Role.SUPERVISOR)) as connection,
        ):
            connection.execute(text(statement), values)
    with archived.office.parts.database.begin(actor(archived.operator, Role.SUPERVISOR)) as connection:
        connection.execute(text(confirmation.format(by=":me", clip=":heard")), values)


def test_each_role_sees_the_quotes_of_the_calls_it_may_hear(archived: Archived, sato: Listener) -> None:
    said = archived.utterances()[3]
    sato.post(f"/calls/{archived.call}/quotes", quote=uuid4(), utterance=said.id, start=0, end=2)
    clip = sato.hear(said.id)
    sato.post(f"/clips/{clip['clip']}/confirm", utterance=said.id)
    sato.post(f"/clips/{clip['clip']}/correct", utterance=said.id, correction=uuid4(), text="ちがう言葉")
    nobody = AccountId(uuid4())
    seen = {
        "own": actor(archived.operator, Role.SUPERVISOR),
        "own as an operator": actor(archived.operator, Role.OPERATOR),
        "colleague": actor(nobody, Role.OPERATOR),
        "supervisor": actor(nobody, Role.SUPERVISOR), "administrator": actor(nobody, Role.ADMINISTRATOR),
        "elsewhere": actor(nobody, Role.SUPERVISOR, department=SHIMIN),
        "nobody": None,
    }  # fmt: skip

    counts: dict[str, list[int]] = {}
    for name, who in seen.items():
        with archived.office.parts.database.begin(who) as connection:
            counts[name] = [
                connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  our own
                for table in ("quotes", "confirmations", "corrections", "clips")
            ]

    assert counts == {
        "own": [1, 1, 1, 2], "own as an operator": [0, 0, 0, 0],
        "colleague": [0, 0, 0, 0], "supervisor": [1, 1, 1, 0],
        "administrator": [0, 0, 0, 0], "elsewhere": [0, 0, 0, 0], "nobody": [0, 0, 0, 0],
    }  # fmt: skip
