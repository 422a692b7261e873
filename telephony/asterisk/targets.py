"""To whom a call may be passed on: the desk phones of the city profile, named by phone, line or number. Pure.

What an order or a desk phone names becomes a list of phones before it is an event: a call is replayed years
later, when the profile of the day is gone. Numbers outside the hall are nobody's here.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace

from core.ids import LineId, PhoneId
from core.profile.model import CityProfile
from core.profile.rules_outside import OUTSIDE_NUMBER
from telephony.asterisk.outside_lines import e164_of
from telephony.asterisk_config.numbers import dialled_forms
from telephony.asterisk_config.picking_up import fetched_phones
from telephony.call.events import Ordered
from telephony.call.orders import OrderKind
from telephony.call.transferring import TARGET

Seal = Callable[[str], tuple[bytes, bytes]]
"""A number in E.164 → the encrypted number and its keyed hash."""

_PASSING_ON = frozenset({OrderKind.TRANSFER.value, OrderKind.CONSULT.value})


class Targets:
    """Names → phones, as the profile stands."""

    def __init__(self, profile: CityProfile, seal: Seal | None = None) -> None:
        """Take the profile, and what seals a number; without that nobody outside the hall is named."""
        self._seal = seal
        self._parties = {one.number: one.id for one in profile.outside.parties}
        self._fetched = {one.id: fetched_phones(profile, one.id) for one in profile.phones}
        self._phones = frozenset(one.id for one in profile.phones)
        self._lines: Mapping[str, tuple[PhoneId, ...]] = {
            str(line.id): line.phones for line in profile.lines if not line.practice
        }
        self._numbers: Mapping[str, LineId] = {
            form: line.id
            for line in profile.lines
            if not line.practice
            for number in line.numbers
            for form in dialled_forms(number)
        }

    def named(self, name: str) -> tuple[PhoneId, ...]:
        """Return the phones of what a desk phone dialled: a phone's id, or a line's number or id."""
        if name in self._phones:
            return (PhoneId(name),)
        return self._lines.get(self._numbers.get(name, name), ())

    def fetched_from(self, phone: PhoneId) -> tuple[PhoneId, ...]:
        """Return the phones at which a phone may fetch a ringing call (代理応答)."""
        return self._fetched.get(phone, ())

    def phone(self, name: str) -> bool:
        """Say whether this is a desk phone of the hall."""
        return name in self._phones

    def outside(self, dialled: str) -> tuple[str, str]:
        """Return who outside the hall was dialled, and the number, sealed in base64.

        Who is empty for a number that nobody of the profile has; both are for what is no number outside.
        """
        if self._seal is None or not OUTSIDE_NUMBER.fullmatch(dialled):
            return "", ""
        sealed, _ = self._seal(e164_of(dialled))
        return self._parties.get(dialled, ""), b64encode(sealed).decode()

    def resolve(self, order: Ordered) -> Ordered:
        """Name the phones of an order that passes a call on; whatever its giver wrote there is dropped."""
        if order.kind not in _PASSING_ON:
            return order
        body = {name: value for name, value in order.body.items() if name != TARGET}
        phone, line = body.get("phone", ""), body.get("line", "")
        found = ((PhoneId(phone),) if phone in self._phones else ()) or self._lines.get(line, ())
        return replace(order, body=body | {TARGET: ",".join(found)} if found else body)
