"""The statement of a case (5W1H): written in versions, begun from its calls, its impressions marked.

Every save is a version with author and time. Of two people who write at once the second reads what the first
wrote beside the own words, which stay in the form: nothing anybody typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from api.deps import Office, Parts, Show
from api.error_texts import error_text
from api.reading.case_story import CaseStory, case_story
from api.rendering import Pages
from api.routes.incident_steps import CaseForm, OnCase
from api.statement_form import PLACE, asked_of, chosen, own_fields, unplaced, with_figures
from core.errors import DomainError, WrittenMeanwhile
from core.ids import IncidentId
from core.profile.casework import SubjectiveWords
from incidents.cases.case import Case, Stage
from incidents.cases.events import NewStatement
from incidents.cases.refusals import WrongStage
from incidents.cases.statement import (
    QUESTION_NAMES,
    QUOTED,
    Passage,
    Question,
    QuoteNotHeard,
    Statement,
    StatementFaulty,
    added,
    from_fields,
    honest,
    to_fields,
    with_heard_words,
)
from incidents.cases.subjective_words import WordChecker
from incidents.register import Register
from incidents.stepping import take_step
from storage.case_trail import CaseTrail
from storage.incidents import incident_row, names_of
from storage.unit_of_work import UnitOfWork
from transcription.reading import NoReader, the_reader

router = APIRouter(include_in_schema=False)


async def sent_fields(request: Request) -> dict[str, str]:
    """Return every field of a form by name; of one that was sent twice the last."""
    return {name: words for name, words in (await request.form()).items() if isinstance(words, str)}


Fields = Annotated[dict[str, str], Depends(sent_fields)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What somebody is writing: the fields of the form, and what they are told of them."""

    fields: Mapping[str, str]
    version: int
    """The version that their words follow."""
    fault: str = ""
    status: int = 200
    checked: bool = False
    placed: Mapping[str, str] = field(default_factory=dict[str, str])
    newer: NewStatement | None = None
    """What somebody else saved meanwhile."""


@router.get("/incidents/{incident}/statement")
def write(  # noqa: PLR0913, PLR0917  the page and the parts of the console
    request: Request, incident: UUID, session: Office, parts: Parts, show: Show, version: int = 0
) -> HTMLResponse:
    """Show the form with the statement as it stands, begun from the calls; or one version to be read."""
    form = CaseForm(
        incident=IncidentId(incident), session=session, parts=parts, seen=0, now=parts.clock.now(),
        press=uuid4(),
    )  # fmt: skip
    CaseTrail(parts.database, parts.clock).opened(session.actor, form.incident, session.created_at)
    with parts.database.begin(session.actor) as connection:
        case, _ = Register(connection, parts.profile, session.actor).read(form.incident)
        if 0 < version <= len(case.statements):
            return _version(request, form, show, connection, case, version)
        standing = case.statement
        begun = (
            standing.fields
            if standing
            else to_fields(case_story(connection, session.actor, case, parts).begun)
        )
        writing = Writing(fields=begun, version=len(case.statements))
        return _page(request, form, show, connection, case, writing)


@router.post("/incidents/{incident}/statement")  # noqa: FAST003  the form reads it
def save(  # noqa: PLR0913, PLR0917  the page and the form
    request: Request,
    form: OnCase,
    show: Show,
    fields: Fields,
    version: Annotated[int, Form(ge=0, le=99_999)] = 0,
    act: Annotated[str, Form()] = "save",
    offer: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Save the statement as its next version; or look for words that state no fact, and save nothing."""
    actor, parts = form.session.actor, form.parts
    own = own_fields(fields)
    placed = {name: words for name, words in fields.items() if name.startswith(PLACE)}
    writing = Writing(fields=own, version=version, placed=placed, checked=act == "check")
    try:
        with UnitOfWork(parts.database, parts.announcer, actor) as work:
            register = Register(work.connection, parts.profile, actor)
            case, _ = register.read(form.incident)
            story = case_story(work.connection, actor, case, parts)
            extra = chosen(fields, offer or (), case.heard, story.figures)
            statement = _told(from_fields(own), case, story, extra)
            if act == "check":
                checked = Writing(fields=to_fields(statement), version=version, checked=True)
                return _page(request, form, show, work.connection, case, checked)
            take_step(
                work, register, form.incident, form.seen,
                lambda _, rank: NewStatement(
                    at=form.now, by=form.by, rank=rank, version=version + 1, fields=to_fields(statement)
                ),
                press=form.press,
            )  # fmt: skip
    except (WrittenMeanwhile, WrongStage, StatementFaulty, QuoteNotHeard) as fault:
        with parts.database.begin(actor) as connection:
            case, _ = Register(connection, parts.profile, actor).read(form.incident)
            told = _told_again(writing, case, fault)
            return _page(request, form, show, connection, case, told)
    return RedirectResponse(f"/incidents/{form.incident}#statement", status_code=303)


def _told(
    statement: Statement, case: Case, story: CaseStory, extra: list[tuple[Question, Passage]]
) -> Statement:
    """Return what is kept: heard words as they were heard, and 記録 only where it is one."""
    heard = {one.id: one.text for one in case.heard}
    versions = [from_fields(one.fields) for one in case.statements]
    true = honest(
        story.begun, with_heard_words(statement, heard), with_figures(story.figures), *versions
    )  # fmt: skip
    return added(true, (one for one in extra if one not in set(true.passages())))


def _told_again(writing: Writing, case: Case, fault: DomainError) -> Writing:
    newest = case.statement
    is_newer = newest is not None and newest.version > writing.version
    return Writing(
        fields=writing.fields, placed=writing.placed, fault=fault.code, status=fault.http_status,
        # Saved once more, it follows what they have read by then.
        version=len(case.statements) if is_newer else writing.version,
        newer=newest if is_newer else None,
    )  # fmt: skip


def _page(  # noqa: PLR0913, PLR0917  the page, the case and what is written
    request: Request, form: CaseForm, show: Pages, connection: Connection, case: Case, writing: Writing
) -> HTMLResponse:
    parts = form.parts
    checker, story = None, None
    if writing.checked:
        checker = word_checker(parts.profile.casework.subjective_words)
        story = case_story(connection, form.session.actor, case, parts)
    newer = writing.newer
    asked = asked_of(writing.fields, checker, story.figures if story else None)
    return show.show(
        request, form.session, "case_statement.html", status=writing.status,
        row=incident_row(connection, form.incident), case=case, writing=writing, new_id=uuid4,
        asked=asked, marked=sum(len(row.marks) for one in asked for row in one.rows),
        fault_words=error_text(writing.fault).told, no_checker=writing.checked and checker is None,
        unplaced=unplaced(writing.fields, case.heard),
        quoted=[(one.value, QUESTION_NAMES[one]) for one in Question if one in QUOTED],
        place=PLACE, may_write=case.stage is Stage.DRAFT,
        newer=asked_of(newer.fields) if newer else (),
        newer_by=names_of(connection, [newer.by]).get(newer.by, "") if newer else "",
    )  # fmt: skip


def _version(  # noqa: PLR0913, PLR0917  the page and the case
    request: Request, form: CaseForm, show: Pages, connection: Connection, case: Case, version: int
) -> HTMLResponse:
    one = case.statements[version - 1]
    return show.show(
        request, form.session, "case_version.html", row=incident_row(connection, form.incident),
        written=one, by=names_of(connection, [one.by]).get(one.by, ""), last=len(case.statements),
        asked=asked_of(one.fields),
    )  # fmt: skip


@cache
def word_checker(groups: tuple[SubjectiveWords, ...]) -> WordChecker | None:
    """Return the checker of the city's words; None where there is no dictionary."""
    try:
        return WordChecker(groups, the_reader().terms)
    except NoReader:
        return None
