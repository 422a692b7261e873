"""The rule under which a case is judged. A case carries its own: a later profile changes no case that runs.

Pure. Who judges is 所属長等を含む複数職員, and in the head's absence 庶務担当係長その他係長級を含む複数職員
(品川区 対応要領 第4章).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from core.profile.casework import Agreement, Casework, DecisionWay, FaultWeight
from core.profile.model import CityProfile


class Rank(StrEnum):
    """As what somebody takes a step in a case."""

    HEAD = "head"  # 所属長
    GENERAL_CHIEF = "general-chief"  # 庶務担当係長
    CHIEF = "chief"  # 係長級
    SUPERVISOR = "supervisor"  # 管理者, named under no rank
    STAFF = "staff"  # whoever took the call or stood at the counter


JUDGING = frozenset(Rank) - {Rank.STAFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWords:
    """A type or an act as a policy calls it, with the articles that it names; never penalties."""

    code: str
    name: str
    statutes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Everything of the profile that a judgement hangs on."""

    city: str
    ranked: bool
    """Whether the city names its heads; where it does not, any supervisor stands for one."""
    people: int
    agreement: Agreement
    own_fault: FaultWeight
    decided: DecisionWay
    types: tuple[str, ...]
    acts: tuple[str, ...]
    kinds: tuple[KindWords, ...] = ()
    """What types and acts are called in it. Cases from before this was kept carry their codes alone."""

    @property
    def version(self) -> str:
        """Return a short name of exactly this rule, to be shown and compared."""
        told = asdict(self)
        if not self.kinds:
            # Such a rule keeps the name under which it stands on pages and paper already.
            del told["kinds"]
        return hashlib.sha256(json.dumps(told, ensure_ascii=True, sort_keys=True).encode()).hexdigest()[:12]

    def kinds_or(self, today: tuple[KindWords, ...]) -> tuple[KindWords, ...]:
        """Return its own words for types and acts; of a rule that carries none, those of today."""
        return self.kinds or today

    def holds_still(self, now: Rule) -> bool:
        """Say whether the city's rule is still this one, as far as this one tells."""
        return self == (now if self.kinds else replace(now, kinds=()))

    def heads(self, *, absent: bool) -> frozenset[Rank]:
        """Return who acts as the head of the section."""
        if not self.ranked:
            return JUDGING
        return frozenset({Rank.HEAD, Rank.GENERAL_CHIEF}) if absent else frozenset({Rank.HEAD})

    def panels(self, *, absent: bool) -> tuple[tuple[Rank, ...], ...]:
        """Return which ranks must be among those who find it; one of these is enough."""
        if not self.ranked:
            return ((),)
        with_head: tuple[Rank, ...] = (Rank.HEAD,)
        return (with_head, (Rank.GENERAL_CHIEF, Rank.CHIEF)) if absent else (with_head,)


def rule_of(profile: CityProfile) -> Rule:
    """Return the rule of the profile as it is now."""
    casework = profile.casework
    return Rule(
        city=profile.city,
        ranked=bool(casework.heads),
        people=casework.people,
        agreement=casework.agreement,
        own_fault=casework.own_fault,
        decided=casework.decided,
        types=tuple(one.code for one in profile.harassment_types),
        acts=tuple(one.code for one in profile.harassment_acts),
        kinds=kinds_of(profile),
    )


def kinds_of(profile: CityProfile) -> tuple[KindWords, ...]:
    """Return the types and acts of the city's own policy today: what others name is not its word."""
    return tuple(
        KindWords(code=one.code, name=one.name, statutes=tuple(one.statutes))
        for one in (*profile.harassment_types, *profile.harassment_acts)
    )


def rank_of(casework: Casework, login: str, *, supervisor: bool) -> Rank:
    """Return as what somebody acts.

    Args:
        casework: what the profile says now; a rank is of its day, the rule is the case's own
        login: the name they sign in with
        supervisor: whether they are a supervisor of the department of the case
    """
    if not supervisor:
        return Rank.STAFF
    for rank, logins in (
        (Rank.HEAD, casework.heads),
        (Rank.GENERAL_CHIEF, casework.general_chiefs),
        (Rank.CHIEF, casework.chiefs),
    ):
        if login in logins:
            return rank
    return Rank.SUPERVISOR
