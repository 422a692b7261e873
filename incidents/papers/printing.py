"""Prints cases: a draft for whoever reads it, and a decision once, in the transaction that decides.

So a decided case has its paper or is not decided; nobody has to remember it, on whatever way it was decided.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from core.actors import Actor
from core.ids import IncidentId
from core.profile.model import CityProfile
from incidents.cases import events as on
from incidents.cases.machine import case_of
from incidents.cases.rule import kinds_of
from incidents.papers.case_paper import PaperWords, report_of
from incidents.papers.fonts import the_fonts
from incidents.papers.pdf import render
from storage.incident_papers import NewPaper, keep_paper
from storage.incidents import incident_row, names_of


def draft_of(
    connection: Connection,
    profile: CityProfile,
    actor: Actor,
    incident: IncidentId,
    events: Sequence[on.CaseEvent],
) -> bytes:
    """Print a case as it stands, for one reader.

    Raises:
        FontsMissing: the typefaces are not installed
    """
    case = case_of(events)
    views = case.board.readable_by(actor.account, settled=case.settled)
    report = report_of(events, _words(connection, profile, incident, events), views)
    return render(report, the_fonts())


def print_decision(
    connection: Connection, profile: CityProfile, incident: IncidentId, events: Sequence[on.CaseEvent]
) -> None:
    """Print the decision that the last event is, and keep it.

    Raises:
        FontsMissing: the typefaces are not installed; nothing is decided then
    """
    case, last = case_of(events), events[-1]
    report = report_of(events, _words(connection, profile, incident, events), case.board.views)
    paper = NewPaper(
        incident=incident, number=case.number, pdf=render(report, the_fonts()), at=last.at, by=last.by
    )
    keep_paper(connection, paper)


def _words(
    connection: Connection, profile: CityProfile, incident: IncidentId, events: Sequence[on.CaseEvent]
) -> PaperWords:
    row = incident_row(connection, incident)
    departments = {one.id: one.name for one in profile.departments}
    return PaperWords(
        city=profile.name,
        department=departments.get(row.department, row.department),
        running=row.running,
        practice=row.practice,
        names=names_of(connection, list({one.by for one in events})),
        kinds=kinds_of(profile),
    )
