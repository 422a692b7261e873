"""What the page of one case shows to one person: the board without others' views until one has spoken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.actors import Actor, Role
from core.ids import AccountId, IncidentId
from core.profile.casework import DecisionWay
from core.profile.model import CityProfile
from incidents.cases.case import Case, Stage
from incidents.cases.event_words import name_of
from incidents.cases.events import CaseEvent, FindingWithdrawn, HandlingEnded, Returned
from incidents.cases.judgement import GivenView
from incidents.cases.rule import JUDGING, Rank
from incidents.register import Register
from storage.incidents import IncidentRow, incident_row, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of the history."""

    kind: str
    at: datetime
    name: str
    rank: Rank
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSeen:
    """A view that this person may read."""

    given: GivenView
    name: str
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSeen:
    """Everything the page says."""

    row: IncidentRow
    case: Case
    rank: Rank
    views: list[ViewSeen]
    hidden: int
    """Views that this person reads once they have given their own."""
    judges: list[tuple[str, Rank, bool]]
    """Who was called, as what, and whether they have spoken."""
    may_view: bool
    may_call: bool
    may_withdraw: bool
    steps: tuple[str, ...]
    history: list[Happened]
    events: list[CaseEvent]


def incident_seen(
    connection: Connection, profile: CityProfile, actor: Actor, incident: IncidentId
) -> IncidentSeen:
    """Return a case as somebody may see it.

    Raises:
        NotFound: there is none, or none that they may see
    """
    register = Register(connection, profile, actor)
    row = incident_row(connection, incident)
    case, events = register.read(incident)
    rank = register.rank(case.department)
    board = case.board
    people = {one.by for one in events} | {one for one, _ in board.ranks}
    names = names_of(connection, list(people))
    readable = board.readable_by(actor.account, settled=case.settled)
    counted = set(map(id, board.counted))
    called = board.rank(actor.account) is not None
    open_still = case.decision is None
    return IncidentSeen(
        row=row,
        case=case,
        rank=rank,
        views=[
            ViewSeen(given=one, name=names.get(one.by, ""), counted=id(one) in counted) for one in readable
        ],
        hidden=len(board.views) - len(readable),
        judges=[(names.get(one, ""), as_what, one in board.spoken) for one, as_what in board.ranks],
        may_view=called and open_still and rank in JUDGING and actor.account not in case.talked,
        may_call=open_still,
        may_withdraw=case.finding is not None and rank in JUDGING,
        steps=_steps(case, rank, actor),
        history=[_happened(one, names) for one in reversed(events)],
        events=events,
    )


def _steps(case: Case, rank: Rank, actor: Actor) -> tuple[str, ...]:  # noqa: PLR0911  one for each stage
    head = rank in case.rule.heads(absent=case.board.head_absent)
    judging = rank in JUDGING and actor.has(Role.SUPERVISOR)
    match case.stage:
        case Stage.DRAFT:
            if case.rule.decided is DecisionWay.HERE:
                return ("submit",)
            return ("file",) if head else ()
        case Stage.HEAD_CHECK:
            return (*(("check",) if head else ()), *(("return",) if judging else ()))
        case Stage.COUNCIL:
            agrees = judging and actor.account != case.checked_by
            return (*(("agree",) if agrees else ()), *(("return",) if judging else ()))
        case Stage.DECISION:
            return (*(("decide",) if head else ()), *(("return",) if judging else ()))
        case Stage.DECIDED:
            return ("close",) if head else ()
        case Stage.CLOSED:
            return ()


def _happened(event: CaseEvent, names: dict[AccountId, str]) -> Happened:
    words = ""
    if isinstance(event, FindingWithdrawn | Returned):
        words = event.reason
    if isinstance(event, HandlingEnded):
        words = event.words
    return Happened(
        kind=name_of(event), at=event.at, name=names.get(event.by, ""), rank=event.rank, words=words
    )
