"""All pages of one tier of a search, a few hits each."""

from __future__ import annotations

from dataclasses import replace

from core.actors import Actor
from storage.database import Database
from tests.integration.test_search import Noon
from transcription.asked import Tier
from transcription.search import Hit, Query, find
from transcription.search_choice import Choice

EVERYTHING = Choice()


def search(
    database: Database, actor: Actor, words: str, tier: Tier, choice: Choice = EVERYTHING
) -> list[Hit]:
    """Read all pages, a few hits each."""
    hits: list[Hit] = []
    query = Query(words=words, tier=tier, choice=choice, at_most=7)
    while True:
        with database.begin(actor) as connection:
            page = find(connection, query, Noon())
        hits += page.hits
        if page.more_below is None:
            return hits
        query = replace(query, below=page.more_below)
