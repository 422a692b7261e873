"""Of an operator's own call PostgreSQL itself shows what lies around the marks, if it is asked by them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from storage.mark_listening import ask_by_marks
from tests.fixtures_own_call import EARLY, LATE, NEAR, OVER_THE_EDGE, OwnCall
from tests.office import HOKEN

pytestmark = pytest.mark.real
WORDS = text("SELECT text FROM utterances ORDER BY start_seconds")
CONTENT = (
    "recordings", "recording_keys", "sealed_objects", "transcript_revisions", "utterances", "quotes",
    "corrections", "confirmations", "voice_measures",
)  # fmt: skip


def sato_of(own: OwnCall) -> Actor:
    return Actor(account=own.operator, roles=frozenset({Role.OPERATOR}), departments=frozenset({HOKEN}))


def annotated(own: OwnCall) -> None:
    """What people and machines add to a transcript, near the mark and far from it."""
    kanri = own.office.account("kanri", Role.SUPERVISOR)
    for words in (EARLY, NEAR):
        values = {"r": own.recording, "u": own.utterance(words), "by": kanri, "text": words, "id": uuid4()}
        for statement in (
            (
                "INSERT INTO clips (id, account_id, recording_id, revision_id, track, start_ms, end_ms,"
                " samples_sha256, given_at, until) SELECT :id, :by, :r, revision_id, track, 0, 1, 'x', now(),"
                " now() FROM utterances WHERE id = :u"
            ),
            (
                "INSERT INTO confirmations SELECT revision_id, id, recording_id, :by, now(), :id"
                " FROM utterances WHERE id = :u"
            ),
            (
                "INSERT INTO corrections SELECT gen_random_uuid(), revision_id, id, recording_id, :by, now(),"
                " :id, :text FROM utterances WHERE id = :u"
            ),
            (
                "INSERT INTO quotes (id, recording_id, revision_id, utterance_id, text_start, text_end, text,"
                " track, start_ms, end_ms, samples_sha256, purpose, by, made_at)"
                " SELECT gen_random_uuid(), :r, revision_id, id, 0, 1, :text, track, 0, 1, 'x', 'fact-check',"
                " :by, now() FROM utterances WHERE id = :u"
            ),
        ):
            own.owned(statement, **values)
    own.owned(
        "INSERT INTO voice_measures VALUES (:r, '1', CAST(:m AS jsonb), now())",
        r=own.recording, m=json.dumps({}),
    )  # fmt: skip


def test_the_database_shows_nothing_of_it_unless_it_is_asked_by_marks(own: OwnCall) -> None:
    annotated(own)
    with own.office.parts.database.begin(sato_of(own)) as connection:
        seen = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  tables of ours
            for table in CONTENT
        }

    assert seen == dict.fromkeys(CONTENT, 0)


def test_asked_by_marks_it_shows_the_words_around_them_and_no_other(own: OwnCall) -> None:
    annotated(own)
    with own.office.parts.database.begin(sato_of(own)) as connection:
        ask_by_marks(connection)
        words = connection.execute(WORDS).scalars().all()
        corrected = connection.execute(text("SELECT text FROM corrections")).scalars().all()
        confirmed = connection.execute(text("SELECT count(*) FROM confirmations")).scalar_one()
        beside = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  tables of ours
            for table in ("quotes", "voice_measures", "clips")
        ]

    assert words == [NEAR]
    assert corrected == [NEAR]
    assert (confirmed, beside) == (1, [0, 0, 0])


def test_whoever_asks_by_marks_sees_less_and_never_more_of_what_is_theirs(own: OwnCall) -> None:
    kanri = Actor(
        account=own.office.account("kanri", Role.SUPERVISOR), roles=frozenset({Role.SUPERVISOR}),
        departments=frozenset({HOKEN}),
    )  # fmt: skip
    with own.office.parts.database.begin(kanri) as connection:
        before = connection.execute(WORDS).scalars().all()
        ask_by_marks(connection)
        after = connection.execute(WORDS).scalars().all()

    assert (before, after) == ([EARLY, NEAR, OVER_THE_EDGE, LATE], [])


def test_two_marks_near_each_other_open_one_stretch(own: OwnCall) -> None:
    # 500 to 505 s lie around the second mark, and 415 to 425 s across the edge of the first one.
    own.mark(530.0)
    with own.office.parts.database.begin(sato_of(own)) as connection:
        ask_by_marks(connection)
        words = connection.execute(WORDS).scalars().all()

    assert words == [NEAR, OVER_THE_EDGE, LATE]


def test_nobody_places_a_mark_into_the_past_to_open_more(own: OwnCall) -> None:
    place = text("INSERT INTO call_marks VALUES (:id, :call, :at, 'console', :me)")
    row = {"call": own.call, "me": own.operator}
    with own.office.parts.database.begin(sato_of(own)) as connection:
        connection.execute(place, row | {"id": uuid4(), "at": datetime.now(UTC)})

    with (
        pytest.raises(Exception, match="row-level security"),
        own.office.parts.database.begin(sato_of(own)) as connection,
    ):
        connection.execute(place, row | {"id": uuid4(), "at": datetime.now(UTC) - timedelta(hours=1)})
