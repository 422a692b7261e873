"""What became of a desk phone's wish to pass its call on: the phone shows yes or no, the desk says why. Pure.

It follows from the events, so that it is told also where another process leads the call by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ids import PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call
from telephony.call.orders import DONE, NOT_NOW, OUTSIDE_THERE, UNKNOWN_TARGET
from telephony.call.outside_orders import PARTY, SEALED, refusal

BROUGHT_IN = "refer-brought-in"
"""The number is outside the hall: the party is called into the talk instead, and the operator stays."""
JOINS_OUTSIDE = "refer-joins-outside"
"""The phone has called somebody outside the hall by itself: a call of its own, not to be joined with ours."""
SAME_PRESS = timedelta(seconds=1)
LOST = "asked-lost"
"""The colleague whom the phone has called by itself could not be brought over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferTold:
    """A wish that was answered: at which phone, when, and what became of it."""

    phone: PhoneId
    at: datetime
    result: str

    def repeats(self, before: Sequence[ReferTold]) -> bool:
        """Say whether it is the last one's press: Asterisk tells a wish again when it is answered."""
        return any(one.phone == self.phone and self.at - one.at < SAME_PRESS for one in before[-1:])


def told_of(
    before: Call, after: Call, event: on.CallEvent, commands: Sequence[do.Command]
) -> ReferTold | None:
    """Say what an operator's phone was answered by this event; None if it was answered nothing."""
    answer = next((one for one in commands if isinstance(one, do.AnswerRefer)), None)
    operator = before.operator
    if answer is None or operator is None or answer.leg not in (operator.leg, operator.far):
        return None
    result = DONE if answer.accepted else _why_not(before, after, event)
    return ReferTold(phone=operator.phone, at=event.at, result=result)


def _why_not(before: Call, after: Call, event: on.CallEvent) -> str:
    if not isinstance(event, on.ReferAsked):
        return LOST
    if len(after.outsiders) > len(before.outsiders):
        return BROUGHT_IN
    if event.joins and not event.fetched:
        return JOINS_OUTSIDE
    if before.outsider is not None:
        return OUTSIDE_THERE
    if event.sealed:
        return refusal(before, {PARTY: event.party, SEALED: event.sealed}) or NOT_NOW
    return NOT_NOW if event.phones else UNKNOWN_TARGET
