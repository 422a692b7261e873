"""個人番号 that somebody says is in no text and no index, and the words around it are found."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.actors import Role
from storage.database import Database
from tests.fixtures_transcripts import Archive, People
from tests.integration.test_search import search

pytestmark = pytest.mark.real


def test_a_spoken_number_is_neither_kept_as_words_nor_found(
    archive: Archive, app_database: Database, person: People
) -> None:
    recording = archive.record()
    archive.transcribe(recording, "個人番号は1234", "はい", "5678の9018です", "090-1234-5678ですね")

    with archive.database.begin() as connection:
        whole = connection.execute(
            text(
                "SELECT string_agg(u.text || u.norm || u.words || t.tokens || coalesce(t.grams::text, '')"
                " || coalesce(t.sounds::text, ''), '') FROM utterances u"
                " JOIN utterance_tokens t USING (spoken_at, id) WHERE u.track = 'caller'"
            )
        ).scalar_one()
    assert not any(digits in whole for digits in ("1234", "5678", "9018", "12", "90"))
    supervisor = person(Role.SUPERVISOR)
    found = {
        words: [hit.recording for hit in search(app_database, supervisor, words)]
        for words in ("9018", "個人番号", "090-1234-5678")
    }
    assert found == {"9018": [], "個人番号": [recording], "090-1234-5678": [recording]}


def test_a_city_that_must_write_them_down_finds_them(
    archive: Archive, app_database: Database, person: People
) -> None:
    recording = archive.record()
    archive.transcribe(recording, "個人番号は1234 5678 9018です", masks_numbers=False)

    hits = search(app_database, person(Role.SUPERVISOR), "9018")
    assert [(hit.recording, hit.text) for hit in hits] == [(recording, "個人番号は1234 5678 9018です")]
