"""How people outside the hall are reached: by which trunk, under which number of ours. The number's one door.

A number comes in sealed and is opened here alone, in the moment in which it is dialled. What the profile does
not allow is not dialled, whatever an order says; emergency numbers are people's to dial, never ours.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import DomainError
from core.ids import LineId
from core.profile.model import CityProfile, Line
from core.profile.rules_outside import OUTSIDE_NUMBER
from telephony.asterisk_config.numbers import dialled_forms
from telephony.asterisk_config.plan import trunk_name

_E164 = "+81"


class OutsideNotReachable(Exception):
    """The profile does not let this line call this number, or the number cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideWay:
    """Where Asterisk dials, and the number of ours that is shown there."""

    endpoint: str
    shown: str


class OutsideLines:
    """The profile's ways out of the hall."""

    def __init__(self, profile: CityProfile, open_number: Callable[[bytes], str]) -> None:
        """Take the profile, and what opens a sealed number (`CallerNumbers.open`)."""
        self._profile = profile
        self._open = open_number

    def way(self, line: LineId, party: str, sealed: str) -> OutsideWay:
        """Say how to call somebody for a call on a line.

        Args:
            line: the line of the citizen's call
            party: who it is in the profile; empty for a typed number
            sealed: the number, sealed, in base64

        Raises:
            OutsideNotReachable: not allowed, or unreadable
        """
        profile, outside = self._profile, self._profile.outside
        known, number = profile.line(line), self._number(sealed)
        trunk = self._trunk()
        if known is None or trunk is None or not OUTSIDE_NUMBER.fullmatch(number):
            raise OutsideNotReachable
        if party:
            who = outside.party(party)
            may = party in outside.reachable(known.department, practice=known.practice)
            allowed = may and who is not None and who.number == number
        else:
            allowed = outside.numbers_typed(known.department, practice=known.practice)
        if not allowed or number in profile.emergency_numbers:
            raise OutsideNotReachable
        return OutsideWay(endpoint=f"PJSIP/{number}@{trunk}", shown=self._shown(known))

    def _number(self, sealed: str) -> str:
        try:
            e164 = self._open(b64decode(sealed, validate=True))
        except (DomainError, ValueError, binascii.Error):
            raise OutsideNotReachable from None
        return f"0{e164.removeprefix(_E164)}" if e164.startswith(_E164) else e164

    def _trunk(self) -> str | None:
        ways = [one.id for one in self._profile.trunks if one.contact is not None]
        named = self._profile.outside.trunk
        chosen = named if named in ways else next(iter(ways if not named else []), None)
        return None if chosen is None else trunk_name(chosen)

    def _shown(self, line: Line) -> str:
        """Name the number that is shown outside: the department's for outgoing calls, else the line's own."""
        rule = self._profile.department(line.department).outbound
        if rule is not None:
            return rule.number
        return next((one for one in line.numbers if len(dialled_forms(one)) > 1), "")


def e164_of(number: str) -> str:
    """Write a number in Japan (0…) in E.164."""
    return f"{_E164}{number[1:]}"
