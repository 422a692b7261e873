"""Reads the form of a step into what happened to a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from api.call_form import cut
from api.errors import WrongInput
from core.ids import AccountId, DepartmentId
from disclosure import request_events as on

LONGEST = 500
_LONGEST_NUMBER = 60
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_LONGEST_DAYS = 3  # digits
_LONGEST_YEN = 7
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A step's form, as it was sent."""

    at: datetime
    by: AccountId
    press: UUID
    """Also the id of what a step begins: sent twice, it is one."""
    fields: Mapping[str, str]
    departments: frozenset[str]

    def day(self, name: str = "on") -> date:
        """Return a day.

        Raises:
            WrongInput: it is none, or in no year of ours
        """
        try:
            found = date.fromisoformat(self.fields[name])
        except ValueError:
            raise WrongInput from None
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise WrongInput
        return found

    def words(self, name: str = "words", longest: int = LONGEST) -> str:
        """Return words; none are the machine's to refuse."""
        return cut(self.fields[name], longest)

    def yes(self, name: str = "yes") -> bool:
        """Return a yes or no.

        Raises:
            WrongInput: neither was chosen
        """
        if self.fields[name] not in {"yes", "no"}:
            raise WrongInput
        return self.fields[name] == "yes"

    def thing(self) -> UUID:
        """Return which one of what the request has.

        Raises:
            WrongInput: none
        """
        try:
            return UUID(self.fields["thing"])
        except ValueError:
            raise WrongInput from None

    def person(self) -> UUID:
        """Return which third person: one that was written down before, or a new one.

        Raises:
            WrongInput: it is no id
        """
        return self.thing() if self.fields["thing"] else self.press

    def choice(self, among: type[E]) -> E:
        """Return one of some names.

        Raises:
            WrongInput: it is none of them
        """
        try:
            return among(self.fields["choice"])
        except ValueError:
            raise WrongInput from None

    def department(self) -> DepartmentId:
        """Return a department of the city.

        Raises:
            WrongInput: it has none such
        """
        if self.fields["thing"] not in self.departments:
            raise WrongInput
        return DepartmentId(self.fields["thing"])

    def number(self) -> int:
        """Return a number of days.

        Raises:
            WrongInput: it is none
        """
        written = self.fields["days"]
        if not (written.isascii() and written.isdigit() and len(written) <= _LONGEST_DAYS):
            raise WrongInput
        return int(written)

    def yen(self) -> int | None:
        """Return a sum of money, or none that was written.

        Raises:
            WrongInput: it is no whole number of yen
        """
        written = self.fields["fee"].strip()
        if not written:
            return None
        if not (written.isascii() and written.isdigit() and len(written) <= _LONGEST_YEN):
            raise WrongInput
        return int(written)


def event_of(step: str, sent: Sent) -> on.RequestEvent:
    """Return what a form says has happened.

    Raises:
        WrongInput: no such step, or a field that cannot be understood
    """
    read = _READERS.get(step)
    if read is None:
        raise WrongInput
    return read(sent)


def _plain(kind: type[on.RequestEvent]) -> Callable[[Sent], on.RequestEvent]:
    return lambda sent: kind(at=sent.at, by=sent.by, on=sent.day())


def _decided(sent: Sent) -> on.RequestEvent:
    return on.Decided(
        at=sent.at, by=sent.by, on=sent.day(), answer=sent.choice(on.Answer),
        filed=sent.words("filed", _LONGEST_NUMBER), decider=sent.words("decider", _LONGEST_NUMBER),
        reason=sent.words(), remedies_told=sent.fields["yes"] == "yes", rest=sent.fields["also"] == "yes",
    )  # fmt: skip


_READERS: Mapping[str, Callable[[Sent], on.RequestEvent]] = {
    "identity-checked": lambda s: on.IdentityChecked(at=s.at, by=s.by, on=s.day(), shown=s.words()),
    "agent-cleared": lambda s: on.AgentCleared(
        at=s.at, by=s.by, on=s.day(), conflict=s.yes(), protected=s.yes("also")
    ),
    "amending-asked": lambda s: on.AmendingAsked(at=s.at, by=s.by, on=s.day(), what=s.words()),
    "amending-done": _plain(on.AmendingDone),
    "inquiry-sent": lambda s: on.InquirySent(
        at=s.at, by=s.by, on=s.day(), inquiry=s.press, department=s.department()
    ),
    "inquiry-answered": lambda s: on.InquiryAnswered(
        at=s.at, by=s.by, on=s.day(), inquiry=s.thing(), answer=s.words()
    ),
    "third-person-asked": lambda s: on.ThirdPersonAsked(
        at=s.at, by=s.by, on=s.day(), person=s.person(), until=s.day("until"), must=s.yes()
    ),
    "third-person-answered": lambda s: on.ThirdPersonAnswered(
        at=s.at, by=s.by, on=s.day(), person=s.thing(), objects=s.yes()
    ),
    "objector-told": lambda s: on.ObjectorTold(at=s.at, by=s.by, on=s.day(), person=s.thing()),
    "extended": lambda s: on.Extended(at=s.at, by=s.by, on=s.day(), days=s.number(), reason=s.words()),
    "split-told": lambda s: on.SplitTold(
        at=s.at, by=s.by, on=s.day(), rest_until=s.day("until"), reason=s.words()
    ),
    "decided": _decided,
    "notice-reached": _plain(on.NoticeReached),
    "method-chosen": lambda s: on.MethodChosen(at=s.at, by=s.by, on=s.day(), method=s.words()),
    "carried-out": lambda s: on.CarriedOut(
        at=s.at, by=s.by, on=s.day(), method=s.words(), fee=s.yen()
    ),
    "taken-back": _plain(on.TakenBack),
    "passed-on": lambda s: on.PassedOn(at=s.at, by=s.by, on=s.day(), to=s.words()),
    "review-asked": lambda s: on.ReviewAsked(at=s.at, by=s.by, on=s.day(), proceeding=s.press),
    "review-consulted": lambda s: on.ReviewConsulted(at=s.at, by=s.by, on=s.day(), proceeding=s.thing()),
    "review-advised": lambda s: on.ReviewAdvised(at=s.at, by=s.by, on=s.day(), proceeding=s.thing()),
    "review-ruled": lambda s: on.ReviewRuled(
        at=s.at, by=s.by, on=s.day(), proceeding=s.thing(), ruling=s.choice(on.Ruling),
        filed=s.words("filed", _LONGEST_NUMBER),
    ),
    "sued": lambda s: on.Sued(at=s.at, by=s.by, on=s.day(), proceeding=s.press),
    "suit-ended": lambda s: on.SuitEnded(
        at=s.at, by=s.by, on=s.day(), proceeding=s.thing(), ruling=s.choice(on.Ruling)
    ),
    "closed": _plain(on.Closed),
}  # fmt: skip
