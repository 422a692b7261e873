"""The register of cases as people use it: opened, read, led on, each step under the rights of who takes it.

Reading the case, asking the machine and writing the event happen in one transaction, and the event carries
the number of the last one that its writer had seen. So an event is there or it is not, and of two people who
write at once the later one is told to look again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.actors import Actor, Role
from core.errors import NotFound, WrittenMeanwhile
from core.facts import FindingFell, IncidentOpened
from core.ids import AccountId, CallId, DepartmentId, IncidentId
from core.profile.model import CityProfile
from incidents.case import Case
from incidents.case_events import (
    AbsentBy,
    CallLinked,
    CaseEvent,
    FindingWithdrawn,
    Judge,
    JudgesCalled,
    KeptSignal,
    Opened,
    QuoteLinked,
    Source,
    ViewGiven,
    Way,
)
from incidents.event_words import read, written
from incidents.machine import advance, case_of, opened
from incidents.rule import Rank, rank_of, rule_of
from storage.boards import stand_in_of
from storage.incidents import (
    NewIncident,
    Standing,
    append,
    call_judge,
    events_of,
    incident_row,
    link_call,
    link_quote,
    note_standing,
    number_of_press,
    open_incident,
)
from storage.presses import PressUsed
from storage.unit_of_work import UnitOfWork

_TRIES = 8  # more judges than any profile calls do not press within one moment

_LOGIN = text("SELECT login FROM accounts WHERE id = :account")
_SUPERVISORS = text("""
    SELECT id, login, display_name,
           CASE WHEN 'supervisor' = ANY (roles) THEN departments ELSE '{}' END
           || rights.deputises(id) AS departments
      FROM accounts
     WHERE disabled_at IS NULL AND lines IS NULL AND (ends_at IS NULL OR ends_at > now())
       AND ('supervisor' = ANY (roles) OR rights.deputises(id) <> '{}')
     ORDER BY login
""")
_CALL = text("SELECT operator_id, practice FROM calls WHERE id = :call")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningOf:
    """What somebody says when they open a case."""

    id: IncidentId
    department: DepartmentId
    way: Way
    source: Source
    since: datetime
    summary: str
    call: CallId | None = None
    signal: KeptSignal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """Somebody who may be called to judge."""

    account: AccountId
    name: str
    rank: Rank


class Register:
    """The door to cases, inside one transaction.

    Args:
        connection: under the rights of the actor
        profile: says what somebody is today; a case keeps the rule that it began with
        actor: who acts
    """

    def __init__(self, connection: Connection, profile: CityProfile, actor: Actor) -> None:
        self._connection = connection
        self._profile = profile
        self._actor = actor

    def rank(self, department: DepartmentId) -> Rank:
        """Return as what the actor acts in a case of a department."""
        login = str(self._connection.execute(_LOGIN, {"account": self._actor.account}).scalar())
        supervisor = self._actor.has(Role.SUPERVISOR)
        inside = supervisor and department in self._actor.departments
        return rank_of(self._profile.casework, login, supervisor=inside)

    def read(self, incident: IncidentId) -> tuple[Case, list[CaseEvent]]:
        """Return a case and everything that happened to it.

        Raises:
            NotFound: there is none, or none that may be seen
        """
        incident_row(self._connection, incident)
        events = [read(row) for row in events_of(self._connection, incident)]
        return case_of(events), events

    def entitled(self, department: DepartmentId, *, besides: frozenset[AccountId]) -> tuple[Entitled, ...]:
        """Return who may judge a case of a department: supervisors of it and of those above it, and deputies.

        Args:
            department: of the case
            besides: who talked in it, and leaves it to others
        """
        found: list[Entitled] = []
        for row in self._connection.execute(_SUPERVISORS):
            account = AccountId(row.id)
            reach = self._profile.with_those_below([DepartmentId(one) for one in row.departments])
            if department in reach and account not in besides:
                rank = rank_of(self._profile.casework, row.login, supervisor=True)
                found.append(Entitled(account=account, name=row.display_name, rank=rank))
        return tuple(found)

    def judges_of(self, case: Case, *, head_absent: bool) -> tuple[Judge, ...]:
        """Return whom one press calls; without the heads, when the head is absent."""
        return tuple(
            Judge(account=one.account, rank=one.rank)
            for one in self.entitled(case.department, besides=case.talked)
            if not (head_absent and one.rank is Rank.HEAD)
        )

    def calls_judges(self, case: Case, rank: Rank, at: datetime, *, head_absent: bool) -> JudgesCalled:
        """Return the press that calls everybody who is entitled, with who says that the head is absent.

        Args:
            case: as it stands
            rank: as what the actor presses
            at: when
            head_absent: whether the head of the section is
        """
        absent_by = None
        if head_absent:
            registered = stand_in_of(self._connection, case.department) is not None
            absent_by = AbsentBy.DEPUTY if registered else AbsentBy.CALLER
        judges = self.judges_of(case, head_absent=head_absent)
        return JudgesCalled(
            at=at, by=self._actor.account, rank=rank, judges=judges, head_absent=head_absent,
            absent_by=absent_by,
        )  # fmt: skip


def open_case(work: UnitOfWork, profile: CityProfile, actor: Actor, wanted: OpeningOf, now: datetime) -> bool:
    """Open a case; the same press twice is one case. Its recordings are kept for its period from now on.

    Returns:
        whether it is new

    Raises:
        NotFound: its call is none that the actor may see
        CaseWordsMissing: nothing says what happened
        PressUsed: another case has this id
    """
    register = Register(work.connection, profile, actor)
    rank = register.rank(wanted.department)
    first = Opened(
        at=now, by=actor.account, rank=rank, department=wanted.department, way=wanted.way,
        source=wanted.source, since=wanted.since, summary=wanted.summary, rule=rule_of(profile),
        signal=wanted.signal,
    )  # fmt: skip
    opened(first)
    talked: AccountId | None = None
    practice = False
    if wanted.call is not None:
        row = work.connection.execute(_CALL, {"call": wanted.call}).one_or_none()
        if row is None:
            raise NotFound
        talked, practice = row.operator_id, row.practice
    new = NewIncident(
        id=wanted.id, department=wanted.department, way=wanted.way.value, since=wanted.since,
        practice=practice, opening=written(first),
    )  # fmt: skip
    if not open_incident(work.connection, new):
        return False
    if wanted.call is not None:
        linked = CallLinked(at=now, by=actor.account, rank=rank, call=wanted.call, talked=talked)
        append(work.connection, wanted.id, 1, written(linked))
        link_call(work.connection, wanted.id, wanted.call, now)
        work.announce(IncidentOpened(incident=wanted.id, call=wanted.call))
    return True


def take_step(  # noqa: PLR0913  the transaction, the case, what was seen and what is pressed
    work: UnitOfWork,
    register: Register,
    incident: IncidentId,
    seen: int,
    make: Callable[[Case, Rank], CaseEvent],
    *,
    press: UUID | None = None,
) -> Case:
    """Lead a case on by one event. The same press, sent again because its answer was lost, is one event.

    Views do not stand in each other's way: a judge may not read the others' before giving one, so what they
    wrote meanwhile is nothing that this judge would have had to see.

    Args:
        work: the transaction, under the rights of who acts
        register: the same person's
        incident: the case
        seen: number of the last event that they had seen
        make: makes the event out of the case and of what they are in it
        press: the page's own id of this press; None: what is sent twice is told as written meanwhile

    Raises:
        NotFound: there is none, or none that may be seen
        WrittenMeanwhile: somebody else wrote first
        PressUsed: something else was pressed under this id
        DomainError: the machine refuses it, and nothing is changed
    """
    for _ in range(_TRIES):
        case, events = register.read(incident)
        rank = register.rank(case.department)
        if press is not None and _is_pressed(work, incident, press, events, make, rank):
            return case
        event = make(case, rank)
        if not _may_follow(event, events[seen:], seen=seen, last=case.number):
            raise WrittenMeanwhile
        after = advance(case, event)
        try:
            append(work.connection, incident, case.number, replace(written(event), press=press))
        except WrittenMeanwhile:
            continue  # written while this one was weighed: read again, and ask again whether it may follow
        _beside(work, incident, event)
        ending = after.decision.ending.value if after.decision else None
        found_at = after.finding.at if after.finding else None
        standing = Standing(stage=after.stage.value, found_at=found_at, ending=ending)
        note_standing(work.connection, incident, standing, event.at)
        return after
    raise WrittenMeanwhile


def _may_follow(event: CaseEvent, since: list[CaseEvent], *, seen: int, last: int) -> bool:
    """Say whether what was written after somebody looked changes nothing of what they do."""
    if seen == last:
        return True
    others_views = all(isinstance(one, ViewGiven) and one.by != event.by for one in since)
    return seen < last and isinstance(event, ViewGiven) and others_views


def _is_pressed(  # noqa: PLR0913, PLR0917  the press, and what it would write
    work: UnitOfWork, incident: IncidentId, press: UUID, events: list[CaseEvent],
    make: Callable[[Case, Rank], CaseEvent], rank: Rank,
) -> bool:  # fmt: skip
    """Say whether this very press is written already.

    Raises:
        PressUsed: something else stands under its id
    """
    number = number_of_press(work.connection, incident, press)
    if number is None:
        return False
    there, sent = events[number - 1], make(case_of(events[: number - 1]), rank)
    if written(there).kind != written(sent).kind or there.by != sent.by:
        raise PressUsed
    # Whom one press calls is asked anew each time, and may be others by now.
    if not isinstance(there, JudgesCalled) and written(there).body != written(sent).body:
        raise PressUsed
    return True


def _beside(work: UnitOfWork, incident: IncidentId, event: CaseEvent) -> None:
    """Write the rows by which lists and rights find what an event says."""
    match event:
        case JudgesCalled():
            for judge in event.judges:
                call_judge(work.connection, incident, judge.account, judge.rank.value, event.at)
        case CallLinked():
            link_call(work.connection, incident, event.call, event.at)
            work.announce(IncidentOpened(incident=incident, call=event.call))
        case QuoteLinked():
            link_quote(work.connection, incident, UUID(str(event.quote)), event.at)
        case FindingWithdrawn():
            work.announce(FindingFell(incident=incident))
        case _:
            pass
