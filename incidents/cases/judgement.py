"""What several views come to. Pure: no clock, no list of people, nothing but views and the case's own rule.

Four questions come first, because their answers decide what may count at all: the city's own fault never
counts against a citizen, and one that nobody can rule out is treated like one that there was.
Then three axes: 要求内容・要求態様・時間回数頻度 (品川区 対応要領 第4章, 第5章). First or continued is
weighed by people (第4章(3)); no number of calls decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.ids import AccountId
from core.profile.casework import Agreement, FaultWeight
from incidents.cases.rule import Rank, Rule


class Answer(StrEnum):
    """To one of the four questions."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Weight(StrEnum):
    """On one of the three axes."""

    FITTING = "fitting"  # 社会通念の範囲
    BEYOND = "beyond"  # 社会通念を超える
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one judge thinks, and why."""

    own_fault: Answer  # 市の側に落ち度があったか
    staff_conduct: Answer  # 職員の言動に問題があったか
    withdrawn: Answer  # お断りしたら引き下がったか
    continued: Answer  # 初めてではなく、続いているか
    demand: Weight
    manner: Weight
    duration: Weight
    found: bool
    """Whether they think that it is harassment."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenView:
    """A view, with whose it is."""

    view: View
    by: AccountId
    rank: Rank
    at: datetime


def fault_of_ours(views: Iterable[View]) -> bool:
    """Say whether anybody sees a fault of the city's, or cannot rule one out."""
    return any({one.own_fault, one.staff_conduct} != {Answer.NO} for one in views)


def carries(view: View, rule: Rule, *, fault: bool) -> bool:
    """Say whether a view counts for a finding: it says so, and rests on an axis that may count."""
    if not view.found:
        return False
    if fault:
        if rule.own_fault is FaultWeight.BARS:
            return False
        return Weight.BEYOND in {view.manner, view.duration}
    return Weight.BEYOND in {view.demand, view.manner, view.duration}


def latest(views: Iterable[GivenView]) -> Mapping[AccountId, GivenView]:
    """Return the last view of each judge: earlier ones stay to be read, and count no more."""
    return {one.by: one for one in views}


def is_found(views: Iterable[GivenView], rule: Rule, *, head_absent: bool) -> bool:
    """Say whether these views, oldest first, come to a finding as the case's rule demands."""
    last = latest(views)
    fault = fault_of_ours(one.view for one in last.values())
    agreeing = [one for one in last.values() if carries(one.view, rule, fault=fault)]
    against = len(last) - len(agreeing)
    if len(agreeing) < rule.people:
        return False
    if rule.agreement is Agreement.ALL and against:
        return False
    if len(agreeing) <= against:
        return False
    ranks = [one.rank for one in agreeing]
    return any(_holds(ranks, panel) for panel in rule.panels(absent=head_absent))


def _holds(ranks: list[Rank], panel: tuple[Rank, ...]) -> bool:
    return all(ranks.count(rank) >= panel.count(rank) for rank in panel)
