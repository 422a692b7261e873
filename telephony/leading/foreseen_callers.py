"""Reads and seals who calls while Asterisk deals with our claim: afterwards the caller would wait for it.

What was said when the call was offered counts only if the same is said when it comes. A number in clear stays
in memory until its call is claimed, by whomever, and for at most the last calls offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.ids import CallId
from telephony.asterisk.ari_messages import Arrival, Said, Seal, caller_arrived, identity_of, said_of_caller
from telephony.call.events import CallerArrived, CallerIdentity, LinePlan

REMEMBERED = 100


class ForeseenCallers:
    """Who calls, of the calls that were just offered."""

    def __init__(self, seal: Seal) -> None:
        """Take what seals a number."""
        self._seal = seal
        self._offered: dict[CallId, tuple[tuple[Said, Said, Said], CallerIdentity]] = {}

    def foresee(self, call: CallId, told: Mapping[str, Any]) -> None:
        """Seal what an offer says of its caller."""
        said = said_of_caller(told)
        self._offered[call] = (said, identity_of(*said, self._seal))
        while len(self._offered) > REMEMBERED:
            self.forget(next(iter(self._offered)))

    def forget(self, call: CallId) -> None:
        """Forget an offer that is not ours."""
        self._offered.pop(call, None)

    def arrived(self, arrival: Arrival, plan: LinePlan) -> CallerArrived:
        """Turn an arrival into a call's first event, the caller sealed."""
        said, foreseen = self._offered.pop(CallId(arrival.channel), (None, None))
        if foreseen is None or said != (arrival.number, arrival.name, arrival.presentation):
            foreseen = identity_of(arrival.number, arrival.name, arrival.presentation, self._seal)
        return caller_arrived(arrival, plan, foreseen)
