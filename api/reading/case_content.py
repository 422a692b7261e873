"""What a case holds besides its board, on its page: statement, quotes, articles, measures, papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.opened import opened_call
from api.parts import ConsoleParts
from api.reading.quotes import QuoteSeen, quote_seen
from api.sessions import Session
from api.statement_form import Asked, asked_of
from core.errors import NotFound
from core.ids import AccountId, CallId, IncidentId, subject_of_import
from incidents.cases.case import Case, Stage
from incidents.cases.events import CaseEvent, FindingWithdrawn, NewStatement
from incidents.cases.heard_quotes import heard_among
from incidents.cases.measures import KINDS, MeasureKind, may_take
from incidents.cases.rule import kinds_of
from incidents.cases.statement import QUESTION_NAMES, from_fields
from incidents.papers.case_paper import fallen, printable, statutes_of
from storage.grants import GrantOver
from storage.imports import Import
from storage.incident_papers import KeptPaper, papers_of
from storage.incidents import names_of
from transcription.quotes import quotes_in


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSeen:
    """One version of the statement."""

    number: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSeen:
    """A measure as it is printed, and whether its ground still stands."""

    line: str
    note: str
    stands: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A quote of one of the case's calls that is not in it yet."""

    seen: QuoteSeen
    heard: bool
    """Whether the person who looks has heard it to the end: only then they may bring it in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOffered:
    """A kind of measure as the form offers it."""

    kind: MeasureKind
    name: str
    why: str
    may: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContent:
    """Everything of it."""

    asked: tuple[Asked, ...]
    versions: tuple[VersionSeen, ...]
    open_questions: tuple[str, ...]
    statutes: tuple[str, ...]
    measures: tuple[MeasureSeen, ...]
    kinds: tuple[KindOffered, ...]
    papers: list[KeptPaper]
    decision: int | None
    """Number of the paper of the decision that stands; None: none does, or none was printed."""
    withdrawn: FindingWithdrawn | None
    """The finding was withdrawn and none stands since."""
    withdrawn_by: str
    in_writing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotesToAdd:
    """Quotes of the calls of a case that somebody has open, and calls that they have not open."""

    offered: tuple[Offered, ...]
    closed: tuple[CallId, ...]


def case_content(
    connection: Connection, incident: IncidentId, case: Case, events: list[CaseEvent], parts: ConsoleParts
) -> CaseContent:
    """Return what the page of a case shows of it, under the rights of whoever looks."""
    statement, found = case.statement, case.finding is not None
    fell = fallen(events)
    withdrawn = fell[1] if fell is not None and not found else None
    people = {one.by for one in case.statements} | ({withdrawn.by} if withdrawn else set[AccountId]())
    names = names_of(connection, list(people))
    papers = papers_of(connection, incident)
    stands = case.decision is not None and papers
    return CaseContent(
        asked=asked_of(statement.fields) if statement else (),
        versions=tuple(_version(one, names) for one in case.statements),
        open_questions=tuple(
            QUESTION_NAMES[one] for one in from_fields(statement.fields if statement else {}).open_questions
        ),
        statutes=statutes_of(case, kinds_of(parts.profile)),
        measures=tuple(
            MeasureSeen(line=paper.line, note=paper.note, stands=one.stands, at=one.at)
            for one, paper in zip(case.measures, printable(case), strict=True)
        ),
        kinds=tuple(
            KindOffered(
                kind=kind, name=told.name, why=told.why, may=may_take(kind, finding_stands=found)
            )
            for kind, told in KINDS.items()
        ),
        papers=papers,
        decision=papers[-1].number if stands else None,
        withdrawn=withdrawn,
        withdrawn_by=names.get(withdrawn.by, "") if withdrawn else "",
        in_writing=case.stage is Stage.DRAFT,
    )  # fmt: skip


def quotes_to_add(parts: ConsoleParts, session: Session, case: Case, files: Sequence[Import]) -> QuotesToAdd:
    """Return the quotes that this person could bring in: only of what they have open for a purpose."""
    subjects = [*case.calls, *(subject_of_import(one.id) for one in files if one.recording)]
    offered: list[Offered] = []
    closed: list[CallId] = []
    for subject in subjects if case.stage is Stage.DRAFT else ():
        try:
            opened = opened_call(parts, session, subject)
        except GrantOver:
            closed.append(subject)
            continue
        except NotFound:
            continue
        with parts.database.begin(session.actor) as connection:
            quotes = [one for one in quotes_in(connection, opened.recording) if one.id not in case.quotes]
            heard = heard_among(connection, [one.id for one in quotes])
        offered += [
            Offered(
                seen=quote_seen(
                    one, account=session.actor.account, purpose=parts.profile.purpose_name(one.purpose.id),
                    call=opened.subject, arrived_at=opened.arrived_at, practice=opened.practice,
                    connected_after=opened.connected_after, there=opened.there,
                ),
                heard=one.id in heard,
            )
            for one in quotes
        ]  # fmt: skip
    return QuotesToAdd(offered=tuple(offered), closed=tuple(closed))


def _version(one: NewStatement, names: dict[AccountId, str]) -> VersionSeen:
    return VersionSeen(number=one.version, at=one.at, by=names.get(one.by, ""))
