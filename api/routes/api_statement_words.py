"""Words of a case's statement that state no fact, for programs, and what would state it. docs/http-api.md.

The same dictionary and the same offers as on the page. Nothing is changed or forbidden; and a heard quote is
offered by its id, without its words.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.deps import Parts
from api.keyed import Held, trail_of
from api.reading.case_story import case_story
from api.routes.case_statement import word_checker
from api.statement_form import MarkSeen, OfferSeen, asked_of
from core.ids import IncidentId
from incidents.cases.statement import Question
from incidents.register import Register

router = APIRouter(prefix="/api/v1", tags=["incidents"])


class OfferRead(BaseModel):
    """What could stand there instead: a figure of the calls in words, or a heard quote by its id."""

    by: Literal["figure", "quote"]
    words: str
    quote: UUID | None


class MarkRead(BaseModel):
    """A marked word; ``passage`` counts from 0 among those of its question, as in ``content``."""

    question: Question
    passage: int
    word: str
    why: str
    offers: list[OfferRead]


class MarkedWords(BaseModel):
    """Marks of the statement as it stands. ``checked`` false: no dictionary is here, nothing was seen."""

    version: int
    checked: bool
    marks: list[MarkRead]


@router.get("/incidents/{incident}/statement/words")
def marked_words(incident: UUID, held: Held, parts: Parts) -> MarkedWords:
    """Look for words that state no fact in the statement as it stands."""
    checker = word_checker(parts.profile.casework.subjective_words)
    trail_of(parts, held, IncidentId(incident))
    with parts.database.begin(held.actor) as connection:
        case, _ = Register(connection, parts.profile, held.actor).read(IncidentId(incident))
        figures = case_story(connection, held.actor, case, parts).figures
    fields = case.statement.fields if case.statement else {}
    return MarkedWords(
        version=len(case.statements),
        checked=checker is not None,
        marks=[
            _mark(one.question, place, mark)
            for one in asked_of(fields, checker, figures)
            for place, row in enumerate(one.rows)
            for mark in row.marks
        ],
    )


def _mark(question: Question, passage: int, one: MarkSeen) -> MarkRead:
    return MarkRead(
        question=question, passage=passage, word=one.word, why=one.why,
        offers=[_offer(offered) for offered in one.offers],
    )  # fmt: skip


def _offer(one: OfferSeen) -> OfferRead:
    _, kind, what = one.value.split("|", 2)
    if kind == "quote":
        return OfferRead(by="quote", words="", quote=UUID(what))
    return OfferRead(by="figure", words=one.words, quote=None)
