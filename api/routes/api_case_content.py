"""What a case holds, for programs: its statement, measures and papers. docs/http-api.md.

Heard words leave the hall by an export alone (``api_quotes.py``): here a passage that is a quote has its id
and no words, and of a paper there is what it must hash to. Quotes come into a case on its page, by whoever
has heard them there; no program brings one in.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from api.deps import Parts
from api.keyed import Held, trail_of
from api.measure_form import MeasureForm, measure_taken
from api.routes.api_incident_steps import OnStep, Stepped
from core.errors import WrittenMeanwhile
from core.ids import IncidentId
from incidents.cases import events as on
from incidents.cases.case import Case
from incidents.cases.measures import MeasureKind
from incidents.cases.rule import Rank
from incidents.cases.statement import Origin, Passage, Question, Statement, from_fields, to_fields
from incidents.register import Register
from storage.incident_papers import papers_of

router = APIRouter(prefix="/api/v1", tags=["incidents"])
Several = Annotated[list[str] | None, Form(max_length=40)]


class PassageRead(BaseModel):
    """One passage of an answer; of a quote its id, and no words."""

    text: str
    origin: Origin
    quote: UUID | None


class MeasureRead(BaseModel):
    """Something that the city did. ``stands`` is false once the finding that it rested on was withdrawn."""

    id: UUID
    kind: MeasureKind
    on: date | None
    reference: str
    basis: str
    note: str
    stands: bool


class PaperRead(BaseModel):
    """The paper of a decision; ``sha256`` of its bytes."""

    number: int
    made_at: datetime
    sha256: str
    size: int


class ContentRead(BaseModel):
    """What a case holds. ``number`` of its last event; ``version`` of the statement, 0: none is written."""

    number: int
    version: int
    statement: dict[Question, list[PassageRead]]
    open_questions: list[Question]
    measures: list[MeasureRead]
    papers: list[PaperRead]


@router.get("/incidents/{incident}/content")
def content(incident: UUID, held: Held, parts: Parts) -> ContentRead:
    """Read the statement, the measures and which papers there are."""
    wanted = IncidentId(incident)
    trail_of(parts, held, wanted)
    with parts.database.begin(held.actor) as connection:
        case, _ = Register(connection, parts.profile, held.actor).read(wanted)
        papers = papers_of(connection, wanted)
    statement = _standing(case)
    return ContentRead(
        number=case.number,
        version=len(case.statements),
        statement={one: [_passage(piece) for piece in statement.of(one)] for one in Question},
        open_questions=list(statement.open_questions),
        measures=[
            MeasureRead(
                id=one.id, kind=MeasureKind(one.kind), on=one.on, reference=one.number, basis=one.basis,
                note=one.note, stands=one.stands,
            )
            for one in case.measures
        ],
        papers=[
            PaperRead(number=one.number, made_at=one.made_at, sha256=one.sha256, size=one.size)
            for one in papers
        ],
    )  # fmt: skip


@router.post("/incidents/{incident}/statement", response_model=Stepped)  # noqa: FAST003  the step reads it
def write_statement(
    on_case: OnStep,
    question: Annotated[Question, Form()],
    version: Annotated[int, Form(ge=0, le=99_999)],
    passages: Several = None,
    estimates: Several = None,
) -> Response:
    """Write the person's own answer to one question anew; what was recorded and what was quoted stays.

    ``version``: of the statement that the person has read. The answer becomes the next one.
    """
    own = [
        *(Passage(text=one.strip(), origin=Origin.WRITTEN) for one in passages or () if one.strip()),
        *(Passage(text=one.strip(), origin=Origin.ESTIMATE) for one in estimates or () if one.strip()),
    ]

    def make(case: Case, _rank: Rank, _register: Register, who: dict[str, Any]) -> on.NewStatement:
        if version != len(case.statements):
            raise WrittenMeanwhile
        before = _standing(case)
        kept = [one for one in before.of(question) if one.origin in {Origin.RECORD, Origin.QUOTE}]
        answers = {one: before.of(one) for one in Question} | {question: (*kept, *own)}
        return on.NewStatement(**who, version=version + 1, fields=to_fields(Statement(answers)))

    return on_case.write(make)


@router.post("/incidents/{incident}/measures", response_model=Stepped)  # noqa: FAST003  the step reads it
def take_measure(  # noqa: PLR0913, PLR0917  the form's fields
    on_case: OnStep,
    kind: Annotated[MeasureKind, Form()],
    on_day: Annotated[date, Form(alias="on")],
    reference: Annotated[str, Form(max_length=200)] = "",
    basis: Annotated[str, Form(max_length=500)] = "",
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Write down what the city did. What lasts needs a finding; its id is the press."""
    sent = MeasureForm(kind=kind.value, on=on_day.isoformat(), reference=reference, basis=basis, note=note)
    taken = measure_taken(sent, on_case.press.id, on_case.press.now)
    return on_case.write(lambda case, _rank, _, who: taken(case, who))


def _standing(case: Case) -> Statement:
    return from_fields(case.statement.fields if case.statement else {})


def _passage(one: Passage) -> PassageRead:
    quoted = one.origin is Origin.QUOTE
    return PassageRead(text="" if quoted else one.text, origin=one.origin, quote=one.quote)
