"""The register of cases as people use it: opened, read, led on, each step under the rights of who takes it.

Reading the case, asking the machine and writing the event happen in one transaction, and the event carries
the number of the last one that its writer had seen. So an event is there or it is not, and of two people who
write at once the later one is told to look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.actors import Actor, Role
from core.errors import NotFound
from core.facts import IncidentOpened
from core.ids import AccountId, CallId, DepartmentId, IncidentId
from core.profile.model import CityProfile
from incidents.cases.case import Case
from incidents.cases.event_words import read, written
from incidents.cases.events import (
    AbsentBy,
    CallLinked,
    CaseEvent,
    Judge,
    JudgesCalled,
    KeptSignal,
    Opened,
    Source,
    Way,
)
from incidents.cases.machine import case_of, opened
from incidents.cases.rule import Rank, rank_of, rule_of
from storage.boards import stand_in_of
from storage.incidents import (
    NewIncident,
    append,
    events_of,
    incident_row,
    link_call,
    open_incident,
)
from storage.unit_of_work import UnitOfWork

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
_CALL = text("""
    SELECT c.operator_id, c.practice, ARRAY(SELECT DISTINCT p.account_id FROM call_parties p
                                             WHERE p.call_id = c.id AND p.account_id IS NOT NULL) AS parties
      FROM calls c WHERE c.id = :call
""")


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

    @property
    def profile(self) -> CityProfile:
        """The city's profile as it is today."""
        return self._profile

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
    parties = frozenset[AccountId]()
    practice = False
    if wanted.call is not None:
        row = work.connection.execute(_CALL, {"call": wanted.call}).one_or_none()
        if row is None:
            raise NotFound
        talked, practice = row.operator_id, row.practice
        parties = frozenset(AccountId(one) for one in row.parties if one != talked)
    new = NewIncident(
        id=wanted.id, department=wanted.department, way=wanted.way.value, since=wanted.since,
        practice=practice, opening=written(first),
    )  # fmt: skip
    if not open_incident(work.connection, new):
        return False
    if wanted.call is not None:
        linked = CallLinked(
            at=now, by=actor.account, rank=rank, call=wanted.call, talked=talked, also=parties
        )
        append(work.connection, wanted.id, 1, written(linked))
        link_call(work.connection, wanted.id, wanted.call, now)
        work.announce(IncidentOpened(incident=wanted.id, call=wanted.call))
    return True
