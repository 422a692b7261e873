"""When the ending of a call has been judged: one rule, in one place, pure.

The source is 品川区 対応要領 第6章(2)⑤: the hall judges as an organisation, a superior tells the caller that
the claim was understood and explains, then the handling may be ended. Time alone never decides. The rule says
what has been judged; it blocks nobody: the handset can be put down at any time.

第4章 of the same has several people judge, the head among them, and in their absence several others. So a
confirmation is a second person's: whoever talks in the call asks, and somebody else confirms, also where the
one who talks is a supervisor. That it goes on is theirs to say as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.ids import AccountId


class EndingStep(StrEnum):
    """What people do on the way to an ending."""

    WARNED = "warned"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    WENT_ON = "went-on"
    SPOKEN = "spoken"
    REASON = "reason"


class Demands(Protocol):
    """What the city's profile demands."""

    @property
    def supervisors(self) -> int:
        """How many supervisors have to confirm."""
        ...

    @property
    def superior_words(self) -> bool:
        """Whether the superior's words to the caller have to be noted."""
        ...


class Step(Protocol):
    """One step, as the rule sees it."""

    @property
    def step(self) -> EndingStep: ...  # noqa: D102  what it is

    @property
    def by(self) -> AccountId: ...  # noqa: D102  whose

    @property
    def at(self) -> datetime: ...  # noqa: D102  when


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Where the judgement stands."""

    asked: bool
    """Somebody asks for it and nobody has answered."""
    confirmed_by: frozenset[AccountId]
    missing: int
    """How many supervisors have still to confirm."""
    went_on: bool
    """The last word was: it goes on."""
    answered_at: datetime | None
    """When those who judge gave their word: enough confirmed, it was found, or it goes on. None: not yet."""
    found: bool = False
    """The board's finding about this call stands, and nobody has said since that it goes on."""

    @property
    def judged(self) -> bool:
        """Whether the ending has been judged as the profile demands."""
        return self.missing == 0 or self.found


def may_take(step: EndingStep, *, talks: bool) -> bool:
    """Say whether somebody may take a step who is a supervisor, where the step asks for one.

    Args:
        step: what is to be written
        talks: it is their own call at this moment
    """
    return step is not EndingStep.CONFIRMED or not talks


def judge_ending(steps: Iterable[Step], demands: Demands, *, found_at: datetime | None = None) -> Judgement:
    """Read the steps of one call, oldest first.

    A supervisor's word that it goes on takes back every confirmation before it. The finding of the board
    about the call is the judgement of several people (品川区 対応要領 第4章) and permits the same; a word
    after it that the call goes on holds for this call nevertheless, because it is the later one.

    Args:
        steps: of the call
        demands: of the city's profile
        found_at: since when a finding about the call stands; None: none does, or it was withdrawn
    """
    confirmed: set[AccountId] = set()
    asked = went_on = False
    answered_at: datetime | None = None
    found = found_at is not None
    for one in steps:
        if one.step is EndingStep.ASKED:
            asked = True
        elif one.step is EndingStep.CONFIRMED:
            confirmed.add(one.by)
            went_on = False
            answered_at = one.at if len(confirmed) >= demands.supervisors else None
        elif one.step is EndingStep.WENT_ON:
            confirmed.clear()
            asked, went_on, answered_at = False, True, one.at
            found = found_at is not None and found_at > one.at
    if found and found_at is not None:
        went_on = False
        answered_at = max(answered_at or found_at, found_at)
    missing = max(0, demands.supervisors - len(confirmed))
    return Judgement(
        asked=asked and missing > 0 and not found,
        confirmed_by=frozenset(confirmed),
        missing=missing,
        went_on=went_on,
        answered_at=answered_at,
        found=found,
    )
